"""What holds for every vote: no rounding, no order, no channel; one more yes never hurts."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from ownerscommittee.terms import FollowMajority
from ownerscommittee.votes.rules.contests import elect, pick
from ownerscommittee.votes.rules.counting import Followers, count, discrepancies
from ownerscommittee.votes.rules.decisions import Tally, judge, majority_of, threshold_of
from ownerscommittee.votes.rules.forced import verdict_of
from ownerscommittee.votes.rules.gap import Waiting, closing_set, missing
from ownerscommittee.votes.rules.published import read_published
from ownerscommittee.votes.rules.results import Cast, Terms, sheet_of
from ownerscommittee.votes.rules.sealing import Asked, labels_for
from ownerscommittee.votes.rules.weights import NOTHING, QUORUM, Weight, percent, total
from ownerscommittee.votes.terms import (
    SPECIAL_ITEMS,
    Channel,
    Choice,
    Contact,
    Item,
    Outcome,
    Question,
)

every_time = settings(max_examples=60, deadline=None, derandomize=True)
areas = some.integers(min_value=1, max_value=30_000)
items = some.sampled_from(Item.values)
ballots = some.lists(
    some.tuples(
        areas,
        some.sampled_from([*Choice.values, "void", "unreturned"]),
        some.sampled_from(["web", "paper", "proxy", "hall", "phone"]),
    ),
    min_size=1,
    max_size=30,
)


def counted(cast):
    """As a close counts: each ballot once, whatever its channel."""
    sums = {name: total([Weight(a, 1) for a, c, _ in cast if c == name]) for name in Choice.values}
    void = total([Weight(area, 1) for area, choice, _ in cast if choice == "void"])
    return Tally(**sums, void=void)


def whole(cast):
    return total([Weight(area, 1) for area, _, _ in cast])


@every_time
@given(items, ballots, some.randoms())
def test_order_and_channel_do_not_matter(item, cast, random):
    shuffled = [(area, choice, random.choice(["web", "paper"])) for area, choice, _ in cast]
    random.shuffle(shuffled)

    assert judge(item, counted(cast), whole(cast)) == judge(item, counted(shuffled), whole(cast))


@every_time
@given(items, ballots)
def test_the_parts_of_a_real_count_are_the_roll(item, cast):
    unreturned = total([Weight(area, 1) for area, choice, _ in cast if choice == "unreturned"])

    assert discrepancies(whole(cast), counted(cast), unreturned=unreturned) == []


@every_time
@given(some.integers(0, 10**9), some.integers(1, 10**9), items)
def test_a_threshold_is_the_exact_fraction(part, of, item):
    threshold = threshold_of(majority_of(item))
    for each in (threshold, QUORUM):
        exact = each.of * part - each.part * of
        assert each.met(part, of) is (exact >= 0 if each.includes else exact > 0)


def by_fractions(item, tally, everyone):
    """The law once more, in fractions and in no word of the rules."""
    voting = tally.agree + tally.against + tally.abstain
    wholes = [(voting.heads, everyone.heads), (voting.area, everyone.area)]
    if any(Fraction(part, whole) < Fraction(2, 3) for part, whole in wholes):
        return Outcome.NO_QUORUM
    ayes, noes = (
        [Fraction(side.heads, voting.heads), Fraction(side.area, voting.area)]
        for side in (tally.agree, tally.against)
    )
    special, half = item in SPECIAL_ITEMS, Fraction(1, 2)
    if all(share >= Fraction(3, 4) if special else share > half for share in ayes):
        return Outcome.PASSED
    return Outcome.REJECTED if all(share > half for share in noes) else Outcome.NO_DECISION


@every_time
@given(items, ballots)
def test_no_outcome_was_ever_rounded(item, cast):
    tally, everyone = counted(cast), whole(cast)

    assert judge(item, tally, everyone).outcome == by_fractions(item, tally, everyone)


@pytest.mark.parametrize(
    ("agree", "of", "shown", "outcome"),
    [
        (50_000, 100_001, "49.99%", Outcome.NO_DECISION),
        (100_000, 200_000, "50.00%", Outcome.NO_DECISION),
        (100_001, 200_000, "50.00%", Outcome.PASSED),  # the same to the eye
        (100_001, 200_001, "50.00%", Outcome.PASSED),
    ],
)
def test_what_looks_the_same_to_the_eye_is_told_apart(agree, of, shown, outcome):
    cast = Tally(agree=Weight(agree, agree), abstain=Weight(of - agree, of - agree))

    assert percent(agree, of) == shown
    assert judge(Item.OTHER, cast, Weight(of, of)).outcome == outcome


@every_time
@given(items, ballots, some.integers(2, 100))
def test_it_does_not_matter_in_which_unit_the_area_is_written(item, cast, times):
    finer = [(area * times, choice, channel) for area, choice, channel in cast]

    before, after = (judge(item, counted(each), whole(each)) for each in (cast, finer))
    assert before.outcome == after.outcome


PLANS = [("o1", "甲"), ("o2", "乙"), ("o3", "丙")]
KINDS = {
    Question.APPROVAL: some.sampled_from([["agree"], ["against"], ["abstain"], ["void"]]),
    Question.PICK: some.sampled_from([["o1"], ["o2"], ["o3"], ["against"], ["abstain"], ["void"]]),
    Question.ELECTION: some.sampled_from([["o1"], ["o2"], ["o1", "o2"], ["o2", "o3"], ["against"]]),
}


@pytest.mark.parametrize("kind", Question)
@every_time
@given(item=items, data=some.data(), dice=some.randoms(use_true_random=False))
def test_a_sheet_is_the_same_in_any_order_and_by_any_channel(kind, item, data, dice):
    told = data.draw(some.lists(some.tuples(areas, KINDS[kind]), min_size=1, max_size=30))
    plans, seats = ([], 1) if kind == Question.APPROVAL else (PLANS, 2)
    asked = Asked("q1", kind, item, seats, "议题", labels_for(kind, plans, may_follow=False))
    terms = Terms(total([Weight(area, 1) for area, _ in told]), lots=("丙", "甲", "乙"))

    def sheet(channels):
        cast = [Cast(Weight(area, 1), dice.choice(channels), {"q1": said}) for area, said in told]
        dice.shuffle(cast)
        return {**sheet_of(asked, cast, terms), "channels": None}

    assert sheet([Channel.WEB]) == sheet(list(Channel))


@every_time
@given(items, ballots, areas)
def test_one_more_owner_who_agrees_never_turns_passed_into_failed(item, cast, area):
    """Of those who had not voted, so that the roll stays what it is."""
    everyone, more = whole(cast) + Weight(area, 1), Weight(area, 1)
    before, tally = judge(item, counted(cast), everyone), counted(cast)
    after = judge(item, Tally(tally.agree + more, tally.against, tally.abstain), everyone)

    if before.outcome == Outcome.PASSED:
        assert after.outcome == Outcome.PASSED


def test_the_denominator_effect_one_more_who_abstains_may_undo_it():
    """Abstaining is taking part: 34 of 67 agree and pass, 34 of 68 do not."""
    everyone = Weight(100, 100)

    def outcome(abstaining):
        cast = Tally(Weight(34, 34), Weight(33, 33), Weight(abstaining, abstaining))
        return judge(Item.OTHER, cast, everyone).outcome

    assert (outcome(0), outcome(1)) == (Outcome.PASSED, Outcome.NO_DECISION)


@every_time
@given(items, ballots, areas)
def test_following_never_turns_the_leading_side(item, cast, area):
    tally, everyone = counted(cast), whole(cast) + Weight(area, 1)
    found = count(
        item,
        tally,
        Followers(delivered=Weight(area, 1)),
        everyone,
        rule=FollowMajority.DELIVERED,
    )

    if found.strict.outcome in (Outcome.PASSED, Outcome.REJECTED) and found.followed:
        assert found.followed.outcome == found.strict.outcome


@every_time
@given(items, ballots, areas, areas, some.sampled_from(FollowMajority))
def test_with_followers_too_one_more_who_agrees_never_hurts(item, cast, area, followed, rule):
    """Whether the owner had been silent, or had been reached in vain and would have followed."""
    tally, more = counted(cast), Weight(area, 1)
    everyone = whole(cast) + more + Weight(followed, 1)
    agreed = Tally(tally.agree + more, tally.against, tally.abstain)

    def outcome(tally, delivered):
        found = count(item, tally, Followers(delivered=delivered), everyone, rule=rule)
        return (found.followed or found.strict).outcome

    for before in (Weight(followed, 1), Weight(followed, 1) + more):
        if outcome(tally, before) == Outcome.PASSED:
            assert outcome(agreed, Weight(followed, 1)) == Outcome.PASSED


shares = some.lists(some.tuples(areas, KINDS[Question.PICK]), min_size=1, max_size=30)


def for_each(told, plans=("o1", "o2", "o3", "against", "abstain")):
    return {name: total([Weight(area, 1) for area, said in told if name in said]) for name in plans}


@every_time
@given(shares, areas)
def test_one_more_for_the_plan_that_won_leaves_it_the_winner(told, area):
    everyone = total([Weight(one, 1) for one, _ in told]) + Weight(area, 1)

    def winner(told):
        votes = for_each(told)
        none_of_them, abstain = votes.pop("against"), votes.pop("abstain")
        return pick(votes, everyone, none_of_them=none_of_them, abstain=abstain).winner

    if won := winner(told):
        assert winner([*told, (area, [won])]) == won


@every_time
@given(some.lists(some.tuples(areas, KINDS[Question.ELECTION]), min_size=1, max_size=30), areas)
def test_one_more_for_somebody_elected_leaves_them_elected(told, area):
    everyone = total([Weight(one, 1) for one, _ in told]) + Weight(area, 1)

    def elected(told):
        voting = total([Weight(one, 1) for one, _ in told])
        found = elect(for_each(told, ("o1", "o2", "o3")), voting, everyone, seats=2, least=1)
        assume(found.outcome != Outcome.UNDETERMINED)  # who waits for the lot is not elected yet
        return found.winners

    for won in elected(told):
        assert won in elected([*told, (area, [won])])


def test_the_denominator_effect_one_more_for_one_candidate_may_cost_another_the_majority():
    """34 of 67 have the majority, 34 of 68 do not; two of three seats were enough, one is not."""
    everyone = Weight(100, 100)

    def outcome(more):
        votes = {"甲": Weight(40 + more, 40 + more), "乙": Weight(34, 34)}
        return elect(votes, Weight(67 + more, 67 + more), everyone, seats=3, least=2).outcome

    assert (outcome(0), outcome(1)) == (Outcome.PASSED, Outcome.NO_DECISION)


def published(item, tally, everyone, **over):
    figures = {"agree": tally.agree, "against": tally.against, "abstain": tally.abstain}
    entry = {"item": item}
    for name, weight in figures.items():
        entry |= {f"{name}_area": f"{weight.area}", f"{name}_people": weight.heads}
    voting = tally.voting()
    vote = {"total_area": str(everyone.area), "total_people": everyone.heads}
    vote |= {"participated_area": str(voting.area), "participated_people": voting.heads}
    return vote, entry


@every_time
@given(items, ballots)
def test_published_totals_are_judged_like_the_ballots_themselves(item, cast):
    vote, entry = published(item, counted(cast), whole(cast))
    read = read_published({**vote, "items": [entry]})

    assert (
        verdict_of(read, read.items[0]).outcome == judge(item, counted(cast), whole(cast)).outcome
    )


@every_time
@given(items, ballots, some.sets(some.integers(0, 9), max_size=6))
def test_what_is_said_without_some_numbers_is_never_contradicted_by_them(item, cast, hidden):
    vote, entry = published(item, counted(cast), whole(cast))
    names = [*vote, *(name for name in entry if name != "item")]
    gone = {names[place] for place in hidden}
    vote = {name: None if name in gone else value for name, value in vote.items()}
    entry = {name: None if name in gone else value for name, value in entry.items()}
    read = read_published({**vote, "items": [entry]})
    verdict = verdict_of(read, read.items[0])

    if verdict.outcome != Outcome.UNDETERMINED:
        assert verdict.outcome == judge(item, counted(cast), whole(cast)).outcome


@every_time
@given(
    some.lists(some.tuples(areas, some.sampled_from(Contact.values)), min_size=1, max_size=40),
    areas,
    some.integers(0, 40),
)
def test_the_doors_close_the_gap_and_none_of_them_is_idle(waiting, area, heads):
    doors = [Waiting(n, Weight(a, 1), None, c) for n, (a, c) in enumerate(waiting)]
    gap = Weight(area, heads)
    reached = total([each.weight for each in closing_set(gap, doors)])
    all_of_them = total([each.weight for each in doors])

    enough = all_of_them.area >= gap.area and all_of_them.heads >= gap.heads
    assert (reached.area >= gap.area and reached.heads >= gap.heads) is enough
    for each in closing_set(gap, doors) if enough else []:
        less = reached - each.weight
        assert less.area < gap.area or less.heads < gap.heads


@every_time
@given(ballots)
def test_when_nothing_is_missing_there_is_a_quorum(cast):
    voted, everyone = counted(cast).voting(), whole(cast)

    is_quorate = judge(Item.OTHER, counted(cast), everyone).is_quorate
    assert (missing(voted, everyone) == NOTHING) is is_quorate
