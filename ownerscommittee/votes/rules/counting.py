"""Following the majority, and the sums that must come out before anything is published."""

from dataclasses import dataclass, replace

from ownerscommittee.terms import FollowMajority, InvalidBallots
from ownerscommittee.votes.rules.decisions import Judgement, Tally, judge
from ownerscommittee.votes.rules.weights import NOTHING, Weight, total, with_unit
from ownerscommittee.votes.terms import Choice, Measure

BOTH = (Measure.HEADS, Measure.AREA)


@dataclass(frozen=True)
class Followers:
    """Those who would follow: `chosen` ticked 随多数, `delivered` never returned a ballot whose
    delivery to that owner is proved."""

    chosen: Weight = NOTHING
    delivered: Weight = NOTHING

    def under(self, rule: str) -> Weight:
        """Who of them follows by the bylaws; the default is nobody."""
        if rule == FollowMajority.DELIVERED:
            return self.chosen + self.delivered
        return self.chosen if rule == FollowMajority.CHOSEN else NOTHING


def direction(tally: Tally) -> Choice | None:
    """Where the followers go: one choice, agree or against, that leads by heads and by area.

    None where the measures name different ones, agree and against tie, or abstention leads:
    then there is no majority to follow.
    """
    leaders = {_leader(tally, measure) for measure in BOTH}
    return leaders.pop() if len(leaders) == 1 else None


def _leader(tally: Tally, measure: Measure) -> Choice | None:
    agree, against = tally.agree.by(measure), tally.against.by(measure)
    if agree == against or max(agree, against) <= tally.abstain.by(measure):
        return None
    return Choice.AGREE if agree > against else Choice.AGAINST


@dataclass(frozen=True)
class Count:
    """The strict tally, and beside it the followed one where the bylaws have it."""

    strict: Judgement
    followed: Judgement | None
    direction: Choice | None
    weight: Weight

    @property
    def changes(self) -> bool:
        """Whether following alone turned the outcome; the page says so."""
        return self.followed is not None and self.followed.outcome != self.strict.outcome


def count(
    item: int,
    tally: Tally,
    followers: Followers,
    everyone: Weight,
    *,
    rule: str = FollowMajority.OFF,
    invalid: str = InvalidBallots.OUT,
) -> Count:
    """从众 (rule 12): followers join the leading choice and the number of those taking part."""
    strict, weight = judge(item, tally, everyone, invalid), followers.under(rule)
    lead = direction(tally)
    if weight == NOTHING or lead is None:
        return Count(strict, None, lead, NOTHING)
    side = "agree" if lead == Choice.AGREE else "against"
    swollen = replace(tally, **{side: getattr(tally, side) + weight})
    return Count(strict, judge(item, swollen, everyone, invalid), lead, weight)


def discrepancies(
    everyone: Weight, tally: Tally, *, followed: Weight = NOTHING, unreturned: Weight = NOTHING
) -> list[str]:
    """The consistency gate (rule 23): nothing is published while a sentence stands here."""
    parts = total([tally.agree, tally.against, tally.abstain, tally.void, followed, unreturned])
    return [
        f"同意、反对、弃权、无效、随多数与未交回合计 {with_unit(parts.by(measure), measure)}，"
        f"名册共 {with_unit(everyone.by(measure), measure)}，"
        f"{_off(parts.by(measure) - everyone.by(measure), measure)}。"
        for measure in BOTH
        if parts.by(measure) != everyone.by(measure)
    ]


def _off(difference: int, measure: Measure) -> str:
    """多 4 人, 少 95.00 ㎡."""
    return f"{'多' if difference > 0 else '少'} {with_unit(abs(difference), measure)}"
