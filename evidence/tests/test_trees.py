"""The tree against the published vectors of RFC 6962, and against itself at every size."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.rules.trees import (
    EMPTY,
    consistency_path,
    grown,
    inclusion_path,
    is_consistent,
    leaf_hash,
    path_of_next,
    root_by_inclusion,
    root_of,
    root_of_last,
    root_of_peaks,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/rfc6962.json").read_text())
LEAVES = [leaf_hash(bytes.fromhex(line)) for line in VECTORS["lines"]]
MANY = [leaf_hash(b"%d" % n) for n in range(33)]


def hashes(digits):
    return [bytes.fromhex(one) for one in digits]


def test_roots_are_those_that_were_published():
    assert bytes.fromhex(VECTORS["empty"]) == EMPTY == root_of([])
    assert [root_of(LEAVES[:size]).hex() for size in range(1, 9)] == VECTORS["roots"]


@pytest.mark.parametrize("case", VECTORS["inclusion"])
def test_inclusion_paths_are_those_that_were_published(case):
    index, size, path = case["index"], case["size"], hashes(case["path"])

    assert inclusion_path(LEAVES[:size], index) == path
    assert root_by_inclusion(LEAVES[index], index, size, path) == root_of(LEAVES[:size])


@pytest.mark.parametrize("case", VECTORS["consistency"])
def test_consistency_paths_are_those_that_were_published(case):
    earlier, size, path = case["earlier"], case["size"], hashes(case["path"])

    assert consistency_path(LEAVES[:size], earlier) == path
    assert is_consistent(earlier, size, root_of(LEAVES[:earlier]), root_of(LEAVES[:size]), path)


def test_a_tree_that_grows_leaf_by_leaf_is_the_tree_of_all_its_leaves():
    peaks = []
    for size, leaf in enumerate(MANY):
        path = path_of_next(peaks)
        peaks = grown(peaks, size, leaf)
        whole = MANY[: size + 1]
        assert root_of_peaks(peaks) == root_of(whole) == root_of_last(leaf, path)
        assert path == inclusion_path(whole, size)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_a_path_leads_to_the_root_of_its_own_place_and_to_no_other(data):
    size = data.draw(st.integers(1, len(MANY)))
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(MANY[:size], index)

    assert root_by_inclusion(MANY[index], index, size, path) == root_of(MANY[:size])
    for elsewhere in range(size):
        if elsewhere != index:
            assert root_by_inclusion(MANY[index], elsewhere, size, path) != root_of(MANY[:size])
    assert root_by_inclusion(MANY[index], index, size, [*path, path[0] if path else EMPTY]) is None
    assert root_by_inclusion(MANY[index], size, size, path) is None
    if path:
        assert root_by_inclusion(MANY[index], index, size, path[:-1]) != root_of(MANY[:size])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_no_path_makes_another_beginning_consistent(data):
    size = data.draw(st.integers(1, len(MANY)))
    earlier = data.draw(st.integers(1, size))
    path, root = consistency_path(MANY[:size], earlier), root_of(MANY[:size])
    forged = root_of([leaf_hash(b"forged"), *MANY[1:earlier]])

    assert is_consistent(earlier, size, root_of(MANY[:earlier]), root, path)
    assert not is_consistent(earlier, size, forged, root, path)
    assert not is_consistent(earlier, size, root_of(MANY[:earlier]), forged, path)
    assert not is_consistent(earlier, size, root_of(MANY[:earlier]), root, [*path, EMPTY])
