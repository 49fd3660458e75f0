"""Who is one head: rules 7 to 9."""

import pytest

from ownerscommittee.votes.rules.titles import (
    Title,
    holdings_of,
    weight_of,
)
from ownerscommittee.votes.rules.weights import Weight


def title(unit, *owners, area=9_000, **more):
    return Title(unit, frozenset(owners), area, **more)


@pytest.mark.parametrize(
    ("titles", "weight"),
    [
        ([title(1, "张"), title(2, "张"), title(3, "张", area=6_000)], Weight(24_000, 1)),
        ([title(n, "建设公司", is_developer=True) for n in range(37)], Weight(37 * 9_000, 1)),
        ([title(1, "张", "李", voter="李")], Weight(9_000, 1)),  # co-owned
        ([title(1, "张", "李"), title(2, "李", "张")], Weight(18_000, 1)),  # the same couple
        ([title(1, "张"), title(2, "张", "李")], Weight(18_000, 2)),  # not the same buyer
        ([title(1, "张"), title(2, "李")], Weight(18_000, 2)),
        # A person who happens to bear the developer's name is somebody else.
        ([title(1, "甲", is_developer=True), title(2, "甲")], Weight(18_000, 2)),
        ([], Weight(0, 0)),
    ],
)
def test_heads_and_area(titles, weight):
    assert weight_of(holdings_of(titles)) == weight


def test_parking_and_storage_count_only_by_the_bylaws():
    titles = [
        title(1, "张"),
        title(2, "张", area=1_200, use="parking"),
        title(3, "王", area=1_200, use="parking"),
        title(4, "王", area=500, use="storage"),
        title(5, "赵", area=4_000, use="shop"),
    ]

    assert weight_of(holdings_of(titles)) == Weight(13_000, 2)
    assert weight_of(holdings_of(titles, ["parking"])) == Weight(15_400, 3)
    assert weight_of(holdings_of(titles, ["parking", "storage"])) == Weight(15_900, 3)


def test_the_designated_co_owner_votes():
    holdings = holdings_of([title(1, "张", "李", voter="李"), title(2, "李", voter="李")])

    assert [holding.voter for holding in holdings] == ["李", "李"]
