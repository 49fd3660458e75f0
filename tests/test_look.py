"""The sheet and the templates keep the promises of docs/decisions/0003-one-own-sheet.md."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEET = re.sub(r"/\*.*?\*/", "", (ROOT / "static/bizhan.css").read_text(), flags=re.S)
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.svg")])
FRAGMENTS = [path for path in TEMPLATES if path.name.startswith("_")]
# step--{% if … %}now{% else %}done{% endif %} are the classes step--now and step--done.
EITHER = re.compile(r"([\w-]*)\{% if [^%]*%\}([^{]*)\{% else %\}([^{]*)\{% endif %\}")
OF_CRISPY = {"btn", "alert", "is-invalid"}  # what its layout objects and widgets write themselves

MODES = {
    "light": [],
    "dark": ["dark"],
    "more contrast": ["more"],
    "more contrast, dark": ["dark", "more", "more dark"],
}
TEXT = [
    ("ink", ["paper", "card", "quiet-wash"]),
    ("soft", ["paper", "card", "quiet-wash"]),
    ("sky", ["paper", "card", "sky-wash"]),
    ("red", ["paper", "card", "red-wash"]),
    ("jade", ["jade-wash"]),
    ("amber", ["amber-wash"]),
    ("on-brand", ["brand", "brand-deep"]),
    ("on-brand-soft", ["brand", "brand-deep"]),
]
SHAPES = [
    ("edge", ["paper", "card", "quiet-wash"]),
    *((f"fill-{tone}", ["card"]) for tone in ("ok", "wait", "soon", "late", "quiet")),
]


def relative(path):
    return str(path.relative_to(ROOT))


def tokens(mode):
    """The colours of a mode: the light ones, then what each block that applies puts over them."""
    colours = {}
    for block in ["", *MODES[mode]]:
        colours |= dict(re.findall(r"--([\w-]+): (#\w+)", root_rule(block)))
    return colours


def root_rule(block):
    queries = {
        "": r"^:root \{",
        "dark": r"^@media \(prefers-color-scheme: dark\) \{\s*:root \{",
        "more": r"^@media \(prefers-contrast: more\) \{\s*:root \{",
        "more dark": r"^@media \(prefers-contrast: more\) and \(prefers-color-scheme: dark\) \{\s*:root \{",
    }
    return re.search(queries[block] + r"([^}]*)\}", SHEET, flags=re.M)[1]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def too_weak(mode, pairs, least):
    colours = tokens(mode)
    return {
        f"{front} on {ground}": round(contrast(colours[front], colours[ground]), 2)
        for front, grounds in pairs
        for ground in grounds
        if contrast(colours[front], colours[ground]) < least
    }


def classes_of_sheet():
    selectors = re.sub(r"\{[^{}]*\}", " ", SHEET)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))


def classes_of_templates():
    """Class → a template that uses it; `badge--*` where the end of the name is a variable."""
    used = {}
    for path in TEMPLATES:
        text = EITHER.sub(r"\1\2 \1\3", path.read_text())
        text = re.sub(r"\{\{.*?\}\}", "*", re.sub(r"\{%.*?%\}", "", text))
        for names in re.findall(r'\bclass="([^"]*)"', text):
            used |= dict.fromkeys(names.split(), relative(path))
    used.pop("*", None)
    return used


def stands_in(name, sheet):
    return any(known.startswith(name[:-1]) for known in sheet) if "*" in name else name in sheet


def test_the_sheet_weighs_little():
    assert len(gzip.compress((ROOT / "static/bizhan.css").read_bytes())) <= 6 * 1024


@pytest.mark.parametrize("mode", MODES)
def test_text_stands_out_seven_to_one(mode):
    assert too_weak(mode, TEXT, 7) == {}


@pytest.mark.parametrize("mode", MODES)
def test_edges_and_fills_stand_out_three_to_one(mode):
    assert too_weak(mode, SHAPES, 3) == {}


@pytest.mark.parametrize("mode", MODES)
def test_one_colour_of_the_focus_ring_stands_out_wherever_it_is(mode):
    colours = tokens(mode)
    for ground in ("paper", "card", "quiet-wash", "red-wash"):
        ring = [contrast(colours[part], colours[ground]) for part in ("focus", "ink")]
        assert max(ring) >= 3
    assert re.search(r":focus-visible \{ outline: 3px solid", SHEET)


def test_every_rule_with_a_text_colour_and_a_ground_is_among_the_computed_pairs():
    computed = {(front, ground) for front, grounds in TEXT for ground in grounds}
    for rule in re.findall(r"\{([^{}]*)\}", SHEET):
        front = re.search(r"(?:^|[ ;])color: var\(--([\w-]+)\)", rule)
        ground = re.search(r"background: var\(--([\w-]+)\)", rule)
        if front and ground:
            assert (front[1], ground[1]) in computed, rule


def test_colours_stand_only_in_the_tokens():
    outside = re.sub(r":root[^{]*\{[^}]*\}", "", SHEET).partition("@media print")[0]

    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", outside) == []


def test_every_class_of_a_template_stands_in_the_sheet():
    sheet = classes_of_sheet()

    missing = {
        name: at for name, at in classes_of_templates().items() if not stands_in(name, sheet)
    }
    assert missing == {}


def test_no_class_of_the_sheet_is_dead():
    used = classes_of_templates()
    prefixes = tuple(name[:-1] for name in used if name.endswith("*"))

    dead = {name for name in classes_of_sheet() - set(used) if not name.startswith(prefixes)}
    assert dead <= OF_CRISPY


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_needs_no_exception_from_the_content_policy(path):
    assert not re.search(r'\sstyle="|<style|\son\w+="|<script(?![^>]*\bsrc=)', path.read_text())


@pytest.mark.parametrize("path", FRAGMENTS, ids=relative)
def test_a_fragment_opens_with_what_it_needs(path):
    assert path.read_text().startswith(("{# ", "{% comment %}"))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_table_of_cards_stays_a_table_to_a_screen_reader(path):
    for table in re.findall(r'<table class="cards".*?</table>', path.read_text(), flags=re.S):
        parts = re.findall(r"<(?:table|thead|tbody|tr|th|td)\b[^>]*>", table)
        assert [part for part in parts if " role=" not in part] == []
        assert [part for part in parts if part[:3] == "<td" and " data-label=" not in part] == []
