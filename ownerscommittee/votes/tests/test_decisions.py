"""The worked examples of art. 278 and 1259: quorum, majority, outcome, following, the gate."""

from datetime import date

import pytest

from compounds.rules import Refused
from evidence.tests.test_vectors import vectors
from ownerscommittee.terms import FollowMajority, InvalidBallots
from ownerscommittee.votes.rules.counting import Followers, count, direction, discrepancies
from ownerscommittee.votes.rules.decisions import (
    RULE_VERSION,
    Tally,
    is_quorate,
    judge,
    judge_both_ways,
    majority_of,
    rule_version,
)
from ownerscommittee.votes.rules.weights import QUORUM, Weight, percent
from ownerscommittee.votes.terms import Choice, Item, Majority, Measure, Outcome


def even(heads):
    """So many owners of 100.00 ㎡ each."""
    return Weight(10_000 * heads, heads)


def tally(agree=0, against=0, abstain=0, void=0):
    return Tally(even(agree), even(against), even(abstain), even(void))


@pytest.mark.parametrize(("voting", "everyone", "quorate"), [(100, 150, True), (99, 150, False)])
def test_two_thirds_include_the_number_itself(voting, everyone, quorate):
    assert is_quorate(even(voting), even(everyone)) is quorate


@pytest.mark.parametrize(
    ("item", "agree", "outcome"),
    [
        (Item.PROPERTY_COMPANY, 200, Outcome.NO_DECISION),  # a half is not more than half
        (Item.PROPERTY_COMPANY, 201, Outcome.PASSED),
        (Item.COMMON_PARTS, 300, Outcome.PASSED),  # three quarters include the number
        (Item.COMMON_PARTS, 299, Outcome.NO_DECISION),
        (Item.USE_FUND, 201, Outcome.PASSED),  # using the fund is ordinary
        (Item.RAISE_FUND, 201, Outcome.NO_DECISION),  # raising it is not
        (Item.OTHER, 199, Outcome.REJECTED),
    ],
)
def test_of_four_hundred_voting(item, agree, outcome):
    assert judge(item, tally(agree, 400 - agree), even(600)).outcome == outcome


@pytest.mark.parametrize(
    ("area", "heads"), [(7_000, 60), (6_000, 70), (6_666, 67), (6_667, 66), (0, 0)]
)
def test_both_measures_are_asked_always(area, heads):
    voting, everyone = Weight(area, heads), Weight(10_000, 100)

    assert judge(Item.OTHER, Tally(agree=voting), everyone).outcome == Outcome.NO_QUORUM


def test_410_of_754_people_are_no_quorum_and_the_reason_names_the_threshold():
    judged = judge(Item.OTHER, Tally(agree=Weight(8_000, 410)), Weight(10_000, 754))

    assert judged.outcome == Outcome.NO_QUORUM
    assert judged.reasons == ["参与表决 410 人，占全体业主 754 人的 54.37%，未达到三分之二。"]
    assert judged.quorum[0].arithmetic == "3×410 = 1230 ＜ 2×754 = 1508"


def test_the_majority_follows_from_the_item_alone():
    special = {item for item in Item if majority_of(item) == Majority.SPECIAL}

    assert special == {Item.RAISE_FUND, Item.REBUILD, Item.COMMON_PARTS}


def test_votes_before_the_civil_code_are_not_judged():
    assert rule_version(date(2021, 1, 1)) == RULE_VERSION
    with pytest.raises(Refused, match="物权法"):
        rule_version(date(2020, 12, 31))


def test_a_failed_renewal_is_no_decision():
    everyone = Weight(10_000, 10_000)
    judged = judge(
        Item.PROPERTY_COMPANY,
        Tally(Weight(3_300, 3_600), Weight(3_100, 3_700), Weight(3_600, 2_700)),
        everyone,
    )

    assert judged.outcome == Outcome.NO_DECISION
    assert "没有形成任何决定" in judged.reasons[-1]


@pytest.mark.parametrize(("agree", "outcome"), [(17, False), (18, True), (19, True)])
def test_a_lift_added_to_an_entrance_of_24_units(agree, outcome):
    judged = judge(Item.REBUILD, tally(agree, 24 - agree), even(24))

    assert (judged.outcome == Outcome.PASSED) is outcome


def test_abstaining_counts_and_silence_does_not():
    judged = judge(Item.OTHER, tally(36, 20, 14), even(100))

    assert judged.outcome == Outcome.PASSED
    assert judged.voting == even(70)


def test_the_same_area_over_another_denominator_is_another_vote():
    assert percent(10_975_000, 20_707_584) == "52.99%"
    assert percent(10_975_000, 22_642_109) == "48.47%"


def test_invalid_ballots_are_out_unless_the_bylaws_take_them_in():
    cast = tally(agree=34, against=30, void=6)

    assert judge(Item.OTHER, cast, even(100)).outcome == Outcome.NO_QUORUM
    ways = judge_both_ways(Item.OTHER, cast, even(100))
    assert ways[InvalidBallots.IN].voting == even(70)
    assert ways[InvalidBallots.IN].outcome == Outcome.NO_DECISION  # the two differ: both are shown


# --- Following ------------------------------------------------------------------------------------


def test_followers_stand_beside_the_strict_tally():
    cast = tally(agree=450, against=762, abstain=48)
    counted = count(
        Item.OTHER,
        cast,
        Followers(delivered=even(100)),
        even(1800),
        rule=FollowMajority.DELIVERED,
    )

    assert cast.voting() == even(1260)
    assert [check.part for check in counted.strict.against] == [762, 7_620_000]
    assert [check.part for check in counted.followed.against] == [862, 8_620_000]
    assert counted.followed.voting == even(1360)
    assert not counted.changes


def test_following_that_turns_the_outcome_is_flagged():
    counted = count(
        Item.OTHER,
        tally(agree=40, against=15),
        Followers(chosen=even(5), delivered=even(10)),
        even(100),
        rule=FollowMajority.DELIVERED,
    )

    assert (counted.strict.outcome, counted.followed.outcome) == (
        Outcome.NO_QUORUM,
        Outcome.PASSED,
    )
    assert counted.changes


@pytest.mark.parametrize(
    ("rule", "followers"),
    [(FollowMajority.OFF, 0), (FollowMajority.CHOSEN, 5), (FollowMajority.DELIVERED, 15)],
)
def test_who_follows_is_a_matter_of_the_bylaws(rule, followers):
    who = Followers(chosen=even(5), delivered=even(10))
    counted = count(Item.OTHER, tally(agree=60, against=10), who, even(100), rule=rule)

    assert counted.weight == even(followers)
    assert (counted.followed is None) is (rule == FollowMajority.OFF)


@pytest.mark.parametrize("case", vectors("following")["cases"], ids=lambda case: case["what"])
def test_where_no_side_leads_by_both_measures_nobody_is_followed(case):
    cast = (Weight(case[name]["area"], case[name]["heads"]) for name in Choice.values)

    assert direction(Tally(*cast)) == case["joins"]


# --- The gate -------------------------------------------------------------------------------------


def test_the_parts_must_be_the_roll():
    cast = tally(agree=40, against=20, abstain=5, void=1)

    assert discrepancies(even(100), cast, followed=even(4), unreturned=even(30)) == []


@pytest.mark.parametrize(
    ("missing", "everyone", "words"), [(4, 1360, "少 4 人"), (95, 344, "少 95 人")]
)
def test_what_two_real_notices_lost_is_found(missing, everyone, words):
    wrong = discrepancies(even(everyone), tally(agree=everyone - missing))

    assert len(wrong) == 2
    assert words in wrong[0]


def test_a_percentage_is_cut_off_and_decides_nothing():
    assert percent(2, 3) == "66.66%"
    assert percent(199_999, 300_000) == "66.66%"
    assert percent(1, 0) == "—"
    assert percent(7, 8, digits=0) == "87%"
    assert not QUORUM.met(199_999, 300_000)


def test_the_arithmetic_is_written_out():
    assert QUORUM.arithmetic(100, 150, Measure.HEADS) == "3×100 = 300 ＝ 2×150 = 300"
    assert QUORUM.arithmetic(905, 1_000, Measure.AREA) == "3×9.05 = 27.15 ＞ 2×10.00 = 20.00"
