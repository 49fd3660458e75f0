import json
from pathlib import Path

import pytest

from evidence.rules.canonical import NotCanonical, canonical, parsed

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/canonical.json").read_text())


@pytest.mark.parametrize("case", VECTORS["lines"], ids=lambda case: case["line"][:20])
def test_a_value_has_one_line_and_the_line_has_one_value(case):
    assert canonical(case["value"]) == case["line"]
    assert parsed(case["line"]) == case["value"]


@pytest.mark.parametrize("line", VECTORS["refused_lines"])
def test_any_other_writing_is_refused(line):
    with pytest.raises(NotCanonical):
        parsed(line)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"a": [1, 2.5]}, r"\$\.a\[1\]: float"),
        ({"a": {"面积": 1}}, r"\$\.a: the key '面积'"),
        ({"a": 2**53}, r"\$\.a: 9007199254740992"),
        ({1: "a"}, r"\$: the key 1"),
        ({"a": ("b",)}, r"\$\.a: tuple"),
        (["\ud800"], r"\$\[0\]: half"),
    ],
)
def test_what_cannot_be_written_is_named(value, where):
    with pytest.raises(NotCanonical, match=where):
        canonical(value)
