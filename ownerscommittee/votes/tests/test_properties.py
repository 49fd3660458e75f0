"""What holds for every vote: no rounding, no order, no channel; one more yes never hurts."""

from hypothesis import given, settings
from hypothesis import strategies as some

from ownerscommittee.terms import FollowMajority
from ownerscommittee.votes.rules.counting import Followers, count, discrepancies
from ownerscommittee.votes.rules.decisions import Tally, judge, majority_of, threshold_of
from ownerscommittee.votes.rules.forced import verdict_of
from ownerscommittee.votes.rules.gap import Waiting, closing_set, missing
from ownerscommittee.votes.rules.published import read_published
from ownerscommittee.votes.rules.weights import NOTHING, QUORUM, Weight, total
from ownerscommittee.votes.terms import Choice, Contact, Item, Outcome

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
