"""From sealed ballots to a result with its arithmetic (rules 10–12, 20, 22, 23). Pure values.

A sheet is what a result keeps and its page shows: plain dicts, so that it can be stored as it is.
Weights in it are {"heads", "area"}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compounds.rules import Refused
from ownerscommittee.terms import FollowMajority, InvalidBallots
from ownerscommittee.votes.rules.contests import elect, pick
from ownerscommittee.votes.rules.counting import Followers, count, discrepancies
from ownerscommittee.votes.rules.decisions import (
    Check,
    Judgement,
    Tally,
    judge_both_ways,
    majority_of,
    quorum_checks,
    threshold_of,
)
from ownerscommittee.votes.rules.sealing import Asked, Choices
from ownerscommittee.votes.rules.weights import NOTHING, OVER_HALF, Weight, percent, total
from ownerscommittee.votes.terms import Mark, Measure, Outcome, Question

Counts = dict[str, Weight]
BOTH = (Measure.HEADS, Measure.AREA)
FEWEST_SHOWN = 10  # ballots of one channel, below which its choices could be read off a person


@dataclass(frozen=True)
class Cast:
    """A standing ballot, opened."""

    weight: Weight
    channel: str
    choices: Choices


@dataclass(frozen=True)
class Terms:
    """By what a meeting is counted: the roll, and what the bylaws settle."""

    everyone: Weight
    invalid: str = InvalidBallots.OUT
    follow: str = FollowMajority.OFF
    delivered: Weight = NOTHING
    seats_least: int = 1
    lots: tuple[str, ...] = ()  # labels of candidates in the order drawn


def counts_of(asked: Asked, ballots: Iterable[Cast]) -> Counts:
    """What every option got, `void` and `follow` among them."""
    counts: Counts = dict.fromkeys([*asked.labels, Mark.VOID.value], NOTHING)
    for ballot in ballots:
        for ident in ballot.choices[asked.ident]:
            counts[ident] = counts[ident] + ballot.weight
    return counts


def sheet_of(asked: Asked, ballots: list[Cast], terms: Terms) -> dict[str, Any]:
    """One question, counted, checked and judged. Raises Refused when it does not add up."""
    counts = counts_of(asked, ballots)
    turnout = total([ballot.weight for ballot in ballots])
    chosen = counts.get(Mark.FOLLOW.value, NOTHING)
    delivered = terms.delivered if terms.follow == FollowMajority.DELIVERED else NOTHING
    unreturned = terms.everyone - turnout - delivered
    valid = turnout - counts[Mark.VOID.value] - chosen
    _gate(asked, counts, valid, chosen + delivered, unreturned, terms.everyone)
    judged = _judged(asked, counts, valid, Followers(chosen, delivered), terms)
    shown = {ident: plain(weight) for ident, weight in counts.items() if ident != Mark.FOLLOW}
    return {
        "id": asked.ident,
        "title": asked.title,
        "item": asked.item,
        "kind": asked.kind,
        "seats": asked.seats,
        "majority": majority_of(asked.item).value,
        "labels": {ident: label for ident, label in asked.labels.items() if ident != Mark.FOLLOW},
        "counts": {
            **shown,
            "followed": plain(chosen + delivered),
            "unreturned": plain(unreturned),
        },
        "channels": channels_of(asked, ballots),
        **judged,
    }


def _gate(
    asked: Asked,
    counts: Counts,
    valid: Weight,
    followed: Weight,
    unreturned: Weight,
    everyone: Weight,
) -> None:
    """Rule 23. In an election one ballot names several, so its valid ballots count as one sum."""
    if unreturned.heads < 0 or unreturned.area < 0:
        raise Refused(f"「{asked.title}」投票的比名册多，不能公布。请监票人逐票核对。")
    if asked.kind == Question.ELECTION:
        tally = Tally(agree=valid, void=counts[Mark.VOID.value])
    else:
        agree = total([counts[ident] for ident in asked.labels if ident not in _NOT_FOR])
        tally = Tally(
            agree, counts[Mark.AGAINST.value], counts[Mark.ABSTAIN.value], counts[Mark.VOID.value]
        )
    if wrong := discrepancies(everyone, tally, followed=followed, unreturned=unreturned):
        raise Refused(f"「{asked.title}」的数字对不上，不能公布。{''.join(wrong)}")


_NOT_FOR = {Mark.AGAINST.value, Mark.ABSTAIN.value, Mark.FOLLOW.value}


# --- The outcome ------------------------------------------------------------------------------


def _judged(
    asked: Asked, counts: Counts, valid: Weight, followers: Followers, terms: Terms
) -> dict[str, Any]:
    if asked.kind == Question.APPROVAL:
        return _approval(asked, counts, followers, terms)
    voting = valid + (counts[Mark.VOID.value] if terms.invalid == InvalidBallots.IN else NOTHING)
    plans = {asked.labels[ident]: counts[ident] for ident in asked.picks}
    idents = {asked.labels[ident]: ident for ident in asked.picks}
    decide = _picked if asked.kind == Question.PICK else _elected
    strict, outcome, winners, more = decide(asked, plans, counts, voting, terms)
    threshold = threshold_of(majority_of(asked.item))
    checks = [
        Check(label, "参与表决", measure, plan.by(measure), voting.by(measure), threshold)
        for label, plan in plans.items()
        for measure in BOTH
    ]
    return {
        "participating": plain(voting),
        "strict": strict.value,
        "outcome": outcome.value,
        "elected": [idents[label] for label in winners],
        "checks": shown_checks([*quorum_checks(voting, terms.everyone), *checks]),
        **more,
    }


def _approval(asked: Asked, counts: Counts, followers: Followers, terms: Terms) -> dict[str, Any]:
    tally = Tally(*(counts[mark.value] for mark in _TALLIED))
    counted = count(
        asked.item, tally, followers, terms.everyone, rule=terms.follow, invalid=terms.invalid
    )
    final: Judgement = counted.followed or counted.strict
    ways = judge_both_ways(asked.item, tally, terms.everyone)
    outcomes = {str(way): judgement.outcome.value for way, judgement in ways.items()}
    return {
        "participating": plain(final.voting),
        "strict": counted.strict.outcome.value,
        "outcome": final.outcome.value,
        "elected": [],
        "reasons": final.reasons,
        "strict_reasons": counted.strict.reasons,
        "strict_participating": plain(counted.strict.voting),
        "following": plain(counted.weight),
        "follow_changes": counted.changes,
        "direction": counted.direction.value if counted.direction else "",
        "invalid_ways": outcomes if len(set(outcomes.values())) > 1 else {},
        "checks": shown_checks([*final.quorum, *final.agree, *final.against]),
    }


_TALLIED = (Mark.AGREE, Mark.AGAINST, Mark.ABSTAIN, Mark.VOID)
Decided = tuple[Outcome, Outcome, list[str], dict[str, Any]]


def _picked(
    asked: Asked, plans: Mapping[str, Weight], counts: Counts, voting: Weight, terms: Terms
) -> Decided:
    """几个方案选一个. Void ballots that the bylaws count in weigh like an abstention."""
    against = counts[Mark.AGAINST.value]
    rest = voting - total([*plans.values(), against])
    found = pick(
        plans,
        terms.everyone,
        none_of_them=against,
        abstain=rest,
        majority=majority_of(asked.item),
    )
    winners = [found.winner] if found.winner else []
    more = {"reasons": found.reasons, "run_off": list(found.run_off or [])}
    return found.outcome, found.outcome, winners, more


def _elected(
    asked: Asked, plans: Mapping[str, Weight], counts: Counts, voting: Weight, terms: Terms
) -> Decided:
    """选举: who has the majority, in order; a tie at the last seat waits for the lot."""
    least = min(asked.seats, terms.seats_least)
    found = elect(plans, voting, terms.everyone, seats=asked.seats, least=least, lots=terms.lots)
    if found.outcome == Outcome.UNDETERMINED:
        raise Refused(
            f"「{asked.title}」里{'、'.join(found.lot_between)}票数和面积都相同。"
            "请当着见证人抽签，把抽签顺序填在下面。"
        )
    has_winners = bool(found.winners)
    outcome, strict = found.outcome, Outcome.PASSED if has_winners else found.outcome
    if outcome == Outcome.NO_DECISION and not has_winners:
        against = counts[Mark.AGAINST.value]
        if all(OVER_HALF.met(against.by(each), voting.by(each)) for each in BOTH):
            outcome = strict = Outcome.REJECTED
    winners = found.winners if outcome == Outcome.PASSED else []
    return strict, outcome, winners, {"reasons": found.reasons, "reserves": found.reserves}


# --- How it is shown --------------------------------------------------------------------------


def plain(weight: Weight) -> dict[str, int]:
    return {"heads": weight.heads, "area": weight.area}


def shown_checks(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Each fraction with its sentence and its multiplication, in the order looked at."""
    return [
        {"sentence": each.sentence, "arithmetic": each.arithmetic, "holds": each.holds}
        for each in checks
    ]


def channels_of(asked: Asked, ballots: list[Cast]) -> list[dict[str, Any]]:
    """What came by each channel; small ones are put together, so that nobody's choice shows."""
    groups: dict[tuple[str, ...], list[Cast]] = {}
    for ballot in ballots:
        groups.setdefault((ballot.channel,), []).append(ballot)
    while len(groups) > 1 and (small := _smallest(groups)):
        rest = min((key for key in groups if key != small), key=lambda key: len(groups[key]))
        groups[tuple(sorted((*small, *rest)))] = groups.pop(small) + groups.pop(rest)
    if any(len(group) < FEWEST_SHOWN for group in groups.values()):
        return []
    return [
        {
            "channels": list(channels),
            "ballots": len(group),
            "counts": {ident: plain(one) for ident, one in counts_of(asked, group).items()},
        }
        for channels, group in sorted(groups.items())
    ]


def _smallest(groups: Mapping[tuple[str, ...], list[Cast]]) -> tuple[str, ...] | None:
    key = min(groups, key=lambda each: (len(groups[each]), each))
    return key if len(groups[key]) < FEWEST_SHOWN else None


def logged_result(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The question as the log's `result` entry has it (docs/evidence.md §4)."""
    names = ("id", "counts", "participating", "strict", "outcome", "elected")
    return {name: sheet[name] for name in names}


def share(part: Mapping[str, int], whole: Mapping[str, int]) -> dict[str, str]:
    """Percentages for the eye, cut off."""
    return {name: percent(part[name], whole[name]) for name in ("heads", "area")}
