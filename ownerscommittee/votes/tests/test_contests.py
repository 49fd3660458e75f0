"""Candidates, seats, committees and preparatory groups: rules 19 to 21, 25."""

import pytest

from ownerscommittee.votes.rules.contests import (
    committee_decides,
    elect,
    is_for_the_owners,
    lint_committee,
    lint_preparatory_group,
    pick,
)
from ownerscommittee.votes.rules.weights import Weight
from ownerscommittee.votes.terms import Item, Outcome
from ownerscommittee.votes.tests.test_decisions import even


@pytest.mark.parametrize(
    ("votes", "none", "outcome", "winner", "run_off"),
    [
        ({"甲": 41, "乙": 30}, 9, Outcome.PASSED, "甲", None),
        ({"甲": 40, "乙": 30}, 10, Outcome.NO_DECISION, None, ("甲", "乙")),  # a half of 80
        ({"甲": 30, "乙": 28, "丙": 22}, 0, Outcome.NO_DECISION, None, ("甲", "乙")),
        ({"甲": 30, "乙": 25, "丙": 25}, 0, Outcome.NO_DECISION, None, None),
        ({"甲": 20, "乙": 19}, 41, Outcome.REJECTED, None, None),
        ({"甲": 60, "乙": 5}, 0, Outcome.NO_QUORUM, None, None),
    ],
)
def test_one_contract_several_candidates(votes, none, outcome, winner, run_off):
    weights = {name: even(heads) for name, heads in votes.items()}
    picked = pick(weights, even(100), none_of_them=even(none))

    assert (picked.outcome, picked.winner, picked.run_off) == (outcome, winner, run_off)
    assert picked.reasons


def test_the_winner_needs_both_measures_and_the_run_off_too():
    votes = {"甲": Weight(30, 45), "乙": Weight(50, 15), "丙": Weight(0, 20)}
    picked = pick(votes, Weight(100, 100))

    assert (picked.outcome, picked.run_off) == (Outcome.NO_DECISION, None)


AGREE = {"甲": 60, "乙": 55, "丙": 50, "丁": 45, "戊": 41, "己": 40}


def test_seats_go_to_those_over_half_by_rank_and_the_rest_wait():
    agree = {name: even(heads) for name, heads in AGREE.items()}
    elected = elect(agree, even(80), even(100), seats=3, least=3)

    assert elected.outcome == Outcome.PASSED
    assert (elected.winners, elected.reserves) == (["甲", "乙", "丙"], ["丁", "戊"])


@pytest.mark.parametrize(
    ("seats", "least", "outcome"),
    [
        (7, 5, Outcome.PASSED),  # five of seven
        (9, 5, Outcome.PASSED),  # five of nine are over half
        (11, 5, Outcome.NO_DECISION),  # five of eleven are not
        (7, 6, Outcome.NO_DECISION),  # fewer than the law asks for
    ],
)
def test_fewer_winners_than_seats(seats, least, outcome):
    agree = {name: even(heads) for name, heads in AGREE.items()}

    assert elect(agree, even(80), even(100), seats=seats, least=least).outcome == outcome


def test_rank_by_heads_then_area_then_lot():
    agree = {"甲": Weight(5_000, 60), "乙": Weight(6_000, 60), "丙": Weight(6_000, 60)}
    voting, everyone = Weight(8_000, 80), Weight(10_000, 100)

    tied = elect(agree, voting, everyone, seats=1, least=1)
    assert (tied.outcome, tied.lot_between) == (Outcome.UNDETERMINED, ["乙", "丙"])
    drawn = elect(agree, voting, everyone, seats=1, least=1, lots=["丙", "乙"])
    assert (drawn.winners, drawn.reserves) == (["丙"], ["乙", "甲"])
    assert elect(agree, voting, everyone, seats=2, least=1).winners == ["乙", "丙"]
    assert elect(agree, Weight(1, 1), everyone, seats=1, least=1).outcome == Outcome.NO_QUORUM


@pytest.mark.parametrize(
    ("seats", "attending", "agree", "decides"),
    [(7, 4, 3, False), (7, 4, 4, True), (7, 3, 3, False), (6, 4, 3, False)],
)
def test_a_committee_decides_by_over_half_of_all_seats(seats, attending, agree, decides):
    assert committee_decides(seats=seats, attending=attending, agree=agree) is decides


def test_what_belongs_to_all_owners_is_not_the_committees():
    assert is_for_the_owners(Item.USE_FUND)
    assert not is_for_the_owners(None)


@pytest.mark.parametrize(
    ("seats", "years", "wrong"), [(5, 5, 0), (6, 5, 1), (13, 5, 1), (3, 5, 1), (7, 6, 1)]
)
def test_an_owners_committee_is_odd_and_of_five_to_eleven(seats, years, wrong):
    found = lint_committee(seats=seats, least=5, most=11, years=years, most_years=5)

    assert len(found) == wrong


@pytest.mark.parametrize(
    ("members", "owners", "wrong"), [(11, 6, 0), (11, 5, 1), (10, 6, 1), (7, 4, 0)]
)
def test_a_preparatory_group_of_eleven_needs_six_owners(members, owners, wrong):
    found = lint_preparatory_group(members=members, owners=owners, head_from_street=True)

    assert len(found) == wrong


def test_the_street_heads_it_and_its_seats_are_filled():
    found = lint_preparatory_group(
        members=7, owners=4, head_from_street=False, seats_missing=["社区党委"]
    )

    assert found == ["组长由街道的代表担任。", "还缺社区党委的代表。"]
