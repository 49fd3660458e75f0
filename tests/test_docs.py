"""What the pages of documentation name is there: files, links, commands, variables, addresses."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from bizhan.demo.exhibits import URGENT
from complaints.rules.clocks import Happening, clocks_of
from complaints.rules.limits import DEFAULT_TERMS, Policy
from complaints.terms import Kind, Lane, Verb
from compounds.rules import Calendar
from tests.cast import MONDAY

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Decisions also name what was not chosen; these pages name only what there is.
TRUE_TO_THE_CODE = [README, ROOT / "docs/architecture.md", ROOT / "docs/roles.md"]

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
MACHINE = re.compile(r"(?<!/var)/(?:home|root|work|Users|tmp)/\w|[A-Z]:\\")
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{4,}")
NAME = re.compile(r"[A-Za-z_]\w{2,}(?:\.\w+)*(?:\(.*\))?")
MADE_LATER = ("var/", ".venv/")  # by `make run`, in the checkout

APPS = ["bizhan", "complaints", "compounds", "evidence", "ownerscommittee", "partymembers"]
FOLDERS = [*APPS, "docs", "static", "templates", "tests"]
FILES = [
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("*"), *ROOT.glob(".ci/*")]
    + [path for folder in FOLDERS for path in [ROOT / folder, *(ROOT / folder).rglob("*")]]
    if "__pycache__" not in path.parts
]
SOURCES = "\n".join(
    (ROOT / file).read_text(encoding="utf-8")
    for file in FILES
    if file.endswith((".py", "Makefile")) and not file.endswith(Path(__file__).name)
)
WORDS = set(re.findall(r"\w+", SOURCES)) | {Path(file).name.split(".")[0] for file in FILES}
READ_FROM_THE_ENVIRONMENT = re.compile(
    r"""(?:env\.\w+|env\.db_url_config|secret|address|environ\.get)\(\s*"([A-Z_]+)\""""
)


def text_of(page):
    return page.read_text(encoding="utf-8")


def spans(text):
    return SPAN.findall(FENCE.sub("", text))


def paths(text):
    """Spans that look like a file of ours, and the folders of a drawing."""
    drawn = [
        word
        for block in FENCE.findall(text)
        for word in block.split()
        if re.fullmatch(r"[a-z]+/", word)
    ]
    return [
        span
        for span in [*spans(text), *drawn]
        if re.fullmatch(r"[\w.\-]+(?:/[\w.\-]*)+|[\w\-]+\.(?:py|txt|md|toml|ini)", span)
        and not span.startswith(MADE_LATER)
    ]


def strangers(text):
    """Everything named in the text that is not there."""
    return [
        *[path for path in paths(text) if not is_file(path)],
        *[
            target
            for target in re.findall(r"`(?:[A-Z]+=\S+ )?make (\w[\w-]*)", text)
            if not is_target(target)
        ],
        *[name for name in re.findall(r"manage\.py (\w+)", text) if name not in get_commands()],
        *[span for span in spans(text) if span.startswith("/") and not is_address(span)],
        *[span for span in spans(text) if VARIABLE.fullmatch(span) and not is_known(span)],
        *[span for span in spans(text) if NAME.fullmatch(span) and not is_known(span)],
    ]


def is_file(path):
    """From the top, or as its app's pages say it: `rules/clocks.py`."""
    path = path.rstrip("/")
    return any(file == path or file.endswith(f"/{path}") for file in FILES)


def is_target(name):
    """One of the Makefile, whose recipe runs only commands and tests that there are."""
    recipe = re.search(rf"^{name}:.*\n((?:\t.*\n)*)", text_of(ROOT / "Makefile"), re.MULTILINE)
    if recipe is None:
        return False
    commands = re.findall(r"manage\.py (\w+)", recipe[1])
    return set(commands) <= set(get_commands()) and all(
        is_file(path) for path in re.findall(r"tests/\w+", recipe[1])
    )


def is_address(path):
    """With 1 for what is left out: of a list, `/tickets/`; of a page, `/manage/posts/…/end/`."""
    try:
        resolve(path.replace("…", "1"))
    except Resolver404:
        return False
    return True


def is_known(span):
    """`actions.desk.dispatch_ticket`: each of its names is one of the code's, or a file's."""
    return set(span.split("(")[0].split(".")) <= WORDS


@pytest.mark.parametrize("page", TRUE_TO_THE_CODE, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page):
    assert strangers(text_of(page)) == []


@pytest.mark.parametrize(
    "lie",
    [
        "`bizhan/nowhere.py`",
        "```\nnowhere/  of ours\n```",
        "`make tea`",
        "`PORT=1 make tea`",
        "`manage.py dance`",
        "`/tickets/BS-2026-000173/dance/`",
        "`NO_SUCH_VARIABLE`",
        "`actions.desk.dance_ticket`",
    ],
)
def test_a_name_of_nothing_is_noticed(lie):
    assert len(strangers(lie)) >= 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere_and_nobodys_machine_is_named(page):
    text = text_of(page)
    local = [link.split("#")[0] for link in LINK.findall(text) if "://" not in link]

    assert [link for link in local if not (page.parent / link).exists()] == []
    assert MACHINE.findall(text) == []


def test_every_variable_that_is_read_stands_in_the_readme():
    files = ["settings.py", "engines.py", "supervisor.py", "embedded.py"]
    read = {
        name
        for file in files
        for name in READ_FROM_THE_ENVIRONMENT.findall(text_of(ROOT / "bizhan" / file))
    }
    told = set(spans(text_of(README)))

    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "PORT"} <= read
    assert read - told == set()


def test_decisions_are_numbered_without_a_gap_and_tell_their_price():
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))

    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert [path.name for path in decisions if "rice" not in text_of(path)] == []


VERBS = {
    "file": Verb.FILED,
    "accept": Verb.ACCEPTED,
    "whistle": Verb.WHISTLED,
    "dispatch": Verb.DISPATCHED,
}
CLIMBS = re.findall(r"^ *\| (\d+) min \| ([^|]+?) \|", text_of(README), re.MULTILINE)


def test_the_readme_shows_four_tickets_that_climb():
    assert len(CLIMBS) == 4


@pytest.mark.parametrize(("minutes", "title"), CLIMBS)
def test_a_ticket_of_the_readme_climbs_when_it_says(minutes, title):
    (exhibit,) = [one for one in URGENT if one.part in title]
    history = [
        Happening(VERBS[deed], MONDAY - timedelta(minutes=ago), Lane.URGENT, Kind.REQUEST)
        for _, ago, deed in exhibit.steps
    ]
    calendar = Calendar(frozenset(), frozenset(), frozenset())
    clocks = clocks_of(history, Policy(DEFAULT_TERMS), calendar)
    running = [clock for clock in clocks if clock.stopped_at is None]

    to_come = [moment for clock in running for _, moment in clock.steps if moment > MONDAY]

    assert min(to_come) == MONDAY + timedelta(minutes=int(minutes))
