"""The floor plan, kept by a test: who may import whom, between apps and inside one."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

STANDS_ON = {  # each app, and the apps it may import; a nested app has its own line
    "evidence": [],
    "compounds": ["evidence"],
    "compounds.audit": ["compounds"],
    "compounds.announcements": ["compounds"],
    "compounds.files": ["compounds", "compounds.audit"],
    "compounds.notices": ["compounds", "compounds.audit"],
    "compounds.accounts": ["compounds", "compounds.audit", "compounds.notices"],
}
STANDS_ON["compounds.feeds"] = ["compounds", "compounds.audit", "compounds.accounts"]
STANDS_ON["compounds.jobs"] = ["compounds", "compounds.audit", "compounds.notices"]
STANDS_ON["compounds.webhooks"] = [
    "compounds",
    "compounds.audit",
    "compounds.notices",
    "compounds.accounts",
]
GROUND = ["evidence", *[app for app in STANDS_ON if app.startswith("compounds")]]
STANDS_ON["partymembers"] = GROUND
STANDS_ON["ownerscommittee"] = [*GROUND, "partymembers"]
STANDS_ON["ownerscommittee.votes"] = [*GROUND, "partymembers", "ownerscommittee"]
STANDS_ON["complaints"] = [*GROUND, "partymembers"]
STANDS_ON["complaints.board"] = [*GROUND, "complaints"]
STANDS_ON["complaints.open311"] = [*GROUND, "complaints", "complaints.board"]
STANDS_ON["complaints.proposals"] = [*GROUND, "complaints"]
STANDS_ON["bizhan"] = list(STANDS_ON)

LADDER = ["terms", "rules", "models", "access", "actions", "forms", "views", "urls"]
# Leaves may import whatever a view may, and nobody imports them.
LEAVES = {"tasks", "admin", "management"}
# Settings stand beside the apps; nobody reads them but through django.conf.
# Handed out to anybody, alone: it is one file, whatever its length.
ONE_FILE = ROOT / "evidence/verify.py"
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "misc"}


def imported_modules(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def room_of(name):
    """(app, room) of a dotted name: the longest app that it begins with, and what follows."""
    parts = name.split(".")
    for length in (2, 1):
        app = ".".join(parts[:length])
        if app in STANDS_ON and len(parts) > length - 1:
            return app, (parts + [""])[length]
    return None, ""


def may_import(app, room, other_app, other_room):
    if other_app is None:
        return True  # Django, Celery, the standard library
    if other_app != app:
        return other_app in STANDS_ON[app] and other_room not in LEAVES
    if other_room in LEAVES:
        return room == other_room
    if other_room == room or room not in LADDER or other_room not in LADDER:
        return True
    return LADDER.index(other_room) < LADDER.index(room)


def is_ours(path):
    return not {"tests", "migrations"} & set(path.parts) and path.name != "__init__.py"


TOPS = sorted({app.split(".")[0] for app in STANDS_ON})
FILES = [path for top in TOPS for path in sorted((ROOT / top).rglob("*.py"))]
ROOMS = [path for path in FILES if is_ours(path.relative_to(ROOT))]


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", ROOMS, ids=named)
def test_imports_run_downhill(path):
    app, room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    uphill = [name for name in imported_modules(path) if not may_import(app, room, *room_of(name))]

    assert uphill == []


def test_the_plan_would_notice_an_uphill_import():
    assert not may_import("compounds", "models", "compounds.audit", "actions")
    assert not may_import("complaints", "views", "ownerscommittee", "models")
    assert not may_import("complaints", "rules", "complaints", "models")
    assert not may_import("complaints", "actions", "complaints", "tasks")
    assert not may_import("compounds.audit", "models", "compounds.notices", "models")


@pytest.mark.parametrize("path", ROOMS, ids=named)
def test_a_module_is_one_that_can_be_held(path):
    assert path.stem not in FORBIDDEN_NAMES
    assert path == ONE_FILE or len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=named)
def test_a_template_is_one_that_can_be_held(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("path", [path for path in FILES if "migrations" in path.parts], ids=named)
def test_migrations_are_named_by_hand_and_import_nothing_of_ours(path):
    assert "_auto_" not in path.name
    # An open vocabulary is a callable that lives in terms; it is all that a migration may name.
    ours = [name for name in imported_modules(path) if room_of(name)[0]]
    assert [name for name in ours if room_of(name)[1] != "terms"] == []


@pytest.mark.parametrize("path", ROOMS, ids=named)
def test_functions_are_short(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        f"{node.name} ({statements(node)})"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and statements(node) > 25
    ]

    assert long == []


def statements(function):
    """Statements of the body; one call laid out over many lines is still one."""
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
