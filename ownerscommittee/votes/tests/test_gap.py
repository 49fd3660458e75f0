"""Getting to two thirds: how much is missing and which doors close it."""

import pytest

from ownerscommittee.votes.rules.gap import (
    Waiting,
    by_place,
    closing_set,
    is_within_reach,
    missing,
    needed,
)
from ownerscommittee.votes.rules.weights import Weight
from ownerscommittee.votes.terms import Contact


@pytest.mark.parametrize(
    ("everyone", "least"),
    [
        (Weight(150, 150), Weight(100, 100)),
        (Weight(151, 151), Weight(101, 101)),
        (Weight(1, 1), Weight(1, 1)),
    ],
)
def test_two_thirds_are_rounded_up_to_a_whole_owner(everyone, least):
    assert needed(everyone) == least


def test_what_is_missing_is_never_less_than_nothing():
    assert missing(Weight(700, 50), Weight(900, 90)) == Weight(0, 10)


def doors(*pairs, contact=Contact.NOT_CONTACTED):
    return [
        Waiting(number, Weight(area, 1), place, contact)
        for number, (area, place) in enumerate(pairs)
    ]


def test_the_largest_likely_doors_close_the_gap_and_no_more_than_needed():
    waiting = doors((60, "1栋"), (90, "1栋"), (120, "2栋"), (30, "2栋"))

    assert [each.key for each in closing_set(Weight(200, 2), waiting)] == [2, 1]
    assert [each.key for each in closing_set(Weight(10, 3), waiting)] == [2, 1, 0]
    assert [each.key for each in closing_set(Weight(121, 0), waiting)] == [2, 1]
    assert closing_set(Weight(), waiting) == []


def test_a_promise_comes_before_size_and_a_refusal_last():
    waiting = [
        Waiting("refused", Weight(500, 1), "1栋", Contact.REFUSED),
        Waiting("away", Weight(400, 1), "1栋", Contact.AWAY),
        Waiting("promised", Weight(50, 1), "1栋", Contact.PROMISED),
        Waiting("delivered", Weight(80, 1), "1栋", Contact.DELIVERED),
    ]

    assert [each.key for each in closing_set(Weight(120, 2), waiting)] == ["promised", "delivered"]
    assert [each.key for each in closing_set(Weight(480, 1), waiting)] == ["delivered", "away"]
    assert is_within_reach(Weight(530, 3), waiting)
    assert not is_within_reach(Weight(531, 3), waiting)
    assert len(closing_set(Weight(5_000, 1), waiting)) == 4  # all of them, though not enough


def test_by_building():
    waiting = doors((60, "1栋"), (90, "1栋"), (120, "2栋"))

    assert by_place(waiting) == {"1栋": Weight(150, 2), "2栋": Weight(120, 1)}
