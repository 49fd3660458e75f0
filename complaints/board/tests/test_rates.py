"""三率 by the vectors of the specification, to the hundredth."""

from fractions import Fraction

import pytest

from complaints.board.rules.rates import NOTHING, TOO_FEW, percent, rates_of
from complaints.rules.limits import DEFAULT_TERMS


def counts(**figures):
    return figures


# The vectors give solved and satisfied their own denominators; a month of ours has one.
SOLVED_A = counts(contact_due=60, contacted=58, answered=50, solved=40, partly=6)
SATISFIED_A = counts(answered=48, satisfied=30, basically=10)
B = counts(contact_due=670, contacted=670, answered=670, solved=663, satisfied=614, basically=34)


def test_vector_a():
    of_solved, of_satisfied = (rates_of(one, DEFAULT_TERMS) for one in (SOLVED_A, SATISFIED_A))
    parts = of_solved.response, of_solved.solution, of_satisfied.satisfaction
    assert [percent(one) for one in parts] == ["96.67", "86.00", "75.00"]

    weighed = sum(rate * weight for rate, weight in zip(parts, (30, 35, 35), strict=True)) / 100
    assert percent(weighed) == "85.35"


def test_vector_b():
    rates = rates_of(B, DEFAULT_TERMS)

    assert rates.shown() == {
        "response": "100.00",
        "solution": "98.96",
        "solution_with_shelf": "98.96",
        "satisfaction": "94.69",
        "composite": "97.77",
    }
    assert rates.tier == "第一档"


def test_nothing_out_of_nothing_is_a_dash_and_outside_comparison():
    nothing = rates_of(counts(is_closed=3), DEFAULT_TERMS)
    assert set(nothing.shown().values()) == {NOTHING}
    assert nothing.composite is None

    unanswered = rates_of(counts(is_closed=3, contact_due=3, contacted=2), DEFAULT_TERMS)
    assert unanswered.shown()["response"] == "66.67"
    assert unanswered.shown()["solution"] == NOTHING
    assert unanswered.tier == TOO_FEW


@pytest.mark.parametrize(("answered", "is_judged"), [(9, False), (10, True)])
def test_fewer_than_ten_answers_are_too_few(answered, is_judged):
    rates = rates_of(counts(contact_due=9, contacted=9, answered=answered, solved=9), DEFAULT_TERMS)

    assert (rates.shown()["solution"] != TOO_FEW) == is_judged
    assert (rates.tier != TOO_FEW) == is_judged


@pytest.mark.parametrize(
    ("rate", "printed"),
    [
        (Fraction(2, 3), "66.67"),
        (Fraction(12345, 1_000_000), "1.23"),
        (Fraction(12350, 1_000_000), "1.24"),  # half up, never to even
        (Fraction(12250, 1_000_000), "1.23"),
        (Fraction(1), "100.00"),
        (Fraction(0), "0.00"),
        (None, "—"),
    ],
)
def test_rounding_is_half_up_at_display_only(rate, printed):
    assert percent(rate) == printed


@pytest.mark.parametrize(
    ("solved", "tier"), [(100, "第一档"), (90, "第一档"), (89, "第二档"), (79, "第三档")]
)
def test_a_tier_begins_where_the_district_says(solved, tier):
    told = counts(contact_due=100, contacted=solved, answered=100, solved=solved, satisfied=solved)

    assert rates_of(told, DEFAULT_TERMS).tier == tier


def test_what_lies_on_the_shelf_is_told_with_and_without():
    rates = rates_of(counts(answered=10, solved=9, shelved_alone=2), DEFAULT_TERMS)

    assert rates.shown()["solution"] == "90.00"
    assert rates.shown()["solution_with_shelf"] == "75.00"


def test_beside_the_three_stand_the_shares_of_what_ended():
    told = counts(is_ended=8, returned=2, redone=1, sign_due=4, signed=3, finish_due=4, finished=4)

    assert rates_of(told, DEFAULT_TERMS).beside() == {
        "signing": "75.00",
        "finishing": "100.00",
        "returning": "25.00",
        "redoing": "12.50",
    }
