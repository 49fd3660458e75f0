"""What verify.py makes of published numbers: the law's thresholds, by table."""

import pytest

from evidence.tests.test_vectors import vectors
from evidence.verify import Weight, is_choice, judged, weighed, with_followers

MOTION = {"kind": "motion", "majority": "ordinary", "seats": 1}
SPECIAL = {**MOTION, "majority": "special"}
OPTIONS = [{"id": one} for one in ("p1", "p2", "against", "abstain")]
PLANS = {"kind": "choice", "majority": "ordinary", "seats": 1, "options": OPTIONS}
SEATS = {"kind": "election", "majority": "ordinary", "seats": 2, "options": OPTIONS}


def both(number):
    """The same on both measures."""
    return Weight(number, 100 * number)


@pytest.mark.parametrize(
    ("asked", "agree", "against", "part", "roll", "outcome"),
    [
        (MOTION, 60, 20, 100, 150, "passed"),
        (MOTION, 60, 20, 99, 150, "no_quorum"),
        (MOTION, 410, 0, 410, 754, "no_quorum"),
        (MOTION, 200, 100, 400, 400, "no_decision"),
        (MOTION, 201, 100, 400, 400, "passed"),
        (MOTION, 100, 201, 400, 400, "rejected"),
        (MOTION, 36, 20, 70, 100, "passed"),
        (SPECIAL, 300, 100, 400, 400, "passed"),
        (SPECIAL, 299, 101, 400, 400, "no_decision"),
        (SPECIAL, 17, 7, 24, 24, "no_decision"),
        (SPECIAL, 18, 6, 24, 24, "passed"),
        (MOTION, 0, 0, 0, 10, "no_quorum"),
    ],
)
def test_thresholds(asked, agree, against, part, roll, outcome):
    counts = {"agree": both(agree), "against": both(against)}

    assert judged(asked, counts, both(part), both(roll)) == outcome


def test_both_measures_must_reach_the_threshold():
    roll, part = Weight(100, 10000), Weight(80, 8000)
    half = {"agree": Weight(41, 4000), "against": Weight(39, 4000)}

    assert judged(MOTION, half, part, roll) == "no_decision"
    assert judged(MOTION, half, Weight(60, 8000), roll) == "no_quorum"
    assert judged(MOTION, {**half, "agree": Weight(41, 4001)}, part, roll) == "passed"


def test_a_plan_passes_by_its_own_majority_and_all_can_fail():
    def outcome(p1, p2, against):
        counts = {"p1": both(p1), "p2": both(p2), "against": both(against), "abstain": both(0)}
        return judged(PLANS, counts, both(p1 + p2 + against), both(100))

    assert outcome(51, 30, 19) == "passed"
    assert outcome(50, 30, 20) == "no_decision"
    assert outcome(20, 20, 60) == "rejected"


@pytest.mark.parametrize("case", vectors("following")["cases"], ids=lambda case: case["what"])
def test_followers_join_a_side_that_leads_on_both_measures(case):
    before = {name: weighed(case[name]) for name in ("agree", "against", "abstain")}
    before["followed"] = both(7)

    counts, part = with_followers(before, both(60))
    moved = [side for side in before if counts[side] != before[side]]
    assert moved == ([case["joins"]] if case["joins"] else [])
    assert part == both(67 if case["joins"] else 60)


def test_among_plans_nobody_follows():
    before = {"p1": both(30), "p2": both(20), "against": both(40), "abstain": both(0)}
    before["followed"] = both(7)

    assert with_followers(before, both(90)) == (before, both(90))


@pytest.mark.parametrize(
    ("asked", "chosen", "is_one"),
    [
        (PLANS, ["p1"], True),
        (PLANS, ["against"], True),
        (PLANS, ["void"], True),
        (PLANS, ["follow"], False),
        (PLANS, ["p3"], False),
        (PLANS, [], False),
        (PLANS, ["p1", "p2"], False),
        (SEATS, ["p1", "p2"], True),
        (SEATS, ["p2", "p1"], False),
        (SEATS, ["p1", "p1"], False),
        (SEATS, ["p1", "against"], False),
        (SEATS, "p1", False),
    ],
)
def test_what_a_ballot_may_choose(asked, chosen, is_one):
    assert is_choice(asked, chosen, with_follow=False) is is_one
