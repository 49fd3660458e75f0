"""Several candidates for one contract, and seats to be filled (rules 19 to 21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ownerscommittee.votes.rules.decisions import is_quorate, quorum_checks, threshold_of
from ownerscommittee.votes.rules.weights import NOTHING, OVER_HALF, Weight, total
from ownerscommittee.votes.terms import Majority, Measure, Outcome

BOTH = (Measure.HEADS, Measure.AREA)


@dataclass(frozen=True)
class Picked:
    """The winner of 多选一, or the two between whom the owners choose again."""

    outcome: Outcome
    winner: str | None = None
    run_off: tuple[str, str] | None = None
    reasons: list[str] = field(default_factory=list)


def pick(
    votes: Mapping[str, Weight],
    everyone: Weight,
    *,
    none_of_them: Weight = NOTHING,
    abstain: Weight = NOTHING,
    majority: str = Majority.ORDINARY,
) -> Picked:
    """One contract, several candidates: whoever has the majority by both measures, or nobody.

    The most votes are not enough. Without a winner the first two meet in a run-off; where the
    measures do not agree on who they are, there is no decision.
    """
    voting = total([*votes.values(), none_of_them, abstain])
    missed = [check.sentence for check in quorum_checks(voting, everyone) if not check.holds]
    if missed:
        return Picked(Outcome.NO_QUORUM, reasons=missed)
    threshold = threshold_of(majority)

    def carried(weight: Weight) -> bool:
        return all(threshold.met(weight.by(each), voting.by(each)) for each in BOTH)

    for option, weight in votes.items():
        if carried(weight):
            return Picked(Outcome.PASSED, option, reasons=[f"“{option}”{threshold.reached}。"])
    if all(OVER_HALF.met(none_of_them.by(each), voting.by(each)) for each in BOTH):
        return Picked(Outcome.REJECTED, reasons=["“都不同意”超过半数。"])
    missed = [f"没有一个选项在人数和面积上都{threshold.reached}。"]
    return Picked(Outcome.NO_DECISION, run_off=first_two(votes), reasons=missed)


def first_two(votes: Mapping[str, Weight]) -> tuple[str, str] | None:
    """The same two by heads and by area, and strictly ahead of the third; else None."""
    pairs = [_ahead(votes, measure) for measure in BOTH]
    if len(votes) < 2 or None in pairs or pairs[0] != pairs[1]:
        return None
    first, second = (option for option in votes if option in (pairs[0] or ()))
    return first, second


def _ahead(votes: Mapping[str, Weight], measure: Measure) -> set[str] | None:
    ranked = sorted(votes, key=lambda option: -votes[option].by(measure))
    weights = [votes[option].by(measure) for option in ranked]
    if len(ranked) > 2 and weights[1] == weights[2]:
        return None
    return set(ranked[:2])


@dataclass(frozen=True)
class Elected:
    """Who sits, who waits in order, and whose order only the lot can tell."""

    outcome: Outcome
    winners: list[str] = field(default_factory=list)
    reserves: list[str] = field(default_factory=list)
    lot_between: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def elect(
    agree: Mapping[str, Weight],
    voting: Weight,
    everyone: Weight,
    *,
    seats: int,
    least: int,
    lots: Sequence[str] = (),
) -> Elected:
    """Each candidate needs the ordinary majority; the rank goes by heads, then area, then lot.

    Fewer winners than seats still stand if they are `least` or more and over half of the seats.
    Whoever has the majority but no seat is a reserve, in order. `lots` is the order drawn.
    """
    if not is_quorate(voting, everyone):
        missed = [check.sentence for check in quorum_checks(voting, everyone) if not check.holds]
        return Elected(Outcome.NO_QUORUM, reasons=missed)
    carried = [
        name
        for name, weight in agree.items()
        if all(OVER_HALF.met(weight.by(each), voting.by(each)) for each in BOTH)
    ]
    drawn = {name: place for place, name in enumerate(lots)}
    carried.sort(key=lambda name: (-agree[name].heads, -agree[name].area, drawn.get(name, 0)))
    tied = _tied_at_the_edge(carried, agree, seats, drawn)
    if tied:
        return Elected(Outcome.UNDETERMINED, lot_between=tied, reasons=["票数相同，须抽签确定。"])
    winners, reserves = carried[:seats], carried[seats:]
    if len(winners) < least or 2 * len(winners) <= seats:
        words = f"当选 {len(winners)} 人，不足法定最少 {least} 人或未超过席位 {seats} 个的一半。"
        return Elected(Outcome.NO_DECISION, winners, reserves, reasons=[words])
    return Elected(Outcome.PASSED, winners, reserves)


def _tied_at_the_edge(
    ranked: list[str], agree: Mapping[str, Weight], seats: int, drawn: Mapping[str, int]
) -> list[str]:
    """Those of equal weight on both sides of the last seat whose order has not been drawn."""
    if len(ranked) <= seats:
        return []
    edge = agree[ranked[seats - 1]]
    if agree[ranked[seats]] != edge:
        return []
    equal = [name for name in ranked if agree[name] == edge]
    return [] if all(name in drawn for name in equal) else equal


# --- Bodies -----------------------------------------------------------------------------------


def committee_decides(*, seats: int, attending: int, agree: int) -> bool:
    """A meeting of the committee: over half present, and over half of all seats agree (rule 25)."""
    return 2 * attending > seats and 2 * agree > seats


COMMITTEE_NOTICE_DAYS = 7  # the agenda hangs this long before a committee meeting


def is_for_the_owners(item: int | None) -> bool:
    """What art. 278 names belongs to all owners; the committee may not decide it."""
    return item is not None


def lint_committee(*, seats: int, least: int, most: int, years: int, most_years: int) -> list[str]:
    """An owners' committee: an odd number of seats within bounds, for so many years at most."""
    wrong = []
    if seats % 2 == 0:
        wrong.append(f"委员人数要是单数，现在是 {seats} 人。")
    if not least <= seats <= most:
        wrong.append(f"委员应为 {least} 到 {most} 人，现在是 {seats} 人。")
    if years > most_years:
        wrong.append(f"任期最长 {most_years} 年。")
    return wrong


def lint_preparatory_group(
    *, members: int, owners: int, head_from_street: bool, seats_missing: Sequence[str] = ()
) -> list[str]:
    """筹备组: odd, half of it owners at least, headed from the street, all seats filled."""
    wrong = []
    if members % 2 == 0:
        wrong.append(f"筹备组人数要是单数，现在是 {members} 人。")
    if 2 * owners < members:
        wrong.append(f"业主代表至少 {(members + 1) // 2} 人，现在是 {owners} 人。")
    if not head_from_street:
        wrong.append("组长由街道的代表担任。")
    wrong += [f"还缺{seat}的代表。" for seat in seats_missing]
    return wrong
