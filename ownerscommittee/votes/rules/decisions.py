"""第二百七十八条: when a joint decision of the owners stands, and why it does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compounds.rules import Refused
from ownerscommittee.terms import InvalidBallots
from ownerscommittee.votes.rules.weights import (
    NOTHING,
    OVER_HALF,
    QUORUM,
    THREE_QUARTERS,
    Number,
    Threshold,
    Weight,
    percent,
    total,
    with_unit,
)
from ownerscommittee.votes.terms import SPECIAL_ITEMS, Majority, Measure, Outcome

CIVIL_CODE_FROM = date(2021, 1, 1)
RULE_VERSION = "民法典第278条（2021-01-01 起）"


def rule_version(opened_on: date) -> str:
    """The regime of a vote follows from its day of opening; the older one is not judged here."""
    if opened_on < CIVIL_CODE_FROM:
        raise Refused("2021年1月1日前开始的表决适用当时的物权法，这里不作判定。")
    return RULE_VERSION


def majority_of(item: int) -> Majority:
    """Items 6 to 8 need three quarters of those taking part, all others more than half.

    Using the fund (5) is ordinary, raising it (6) is special. Dwellings turned into businesses
    (art. 279) are no item at all: every owner concerned must consent.
    """
    return Majority.SPECIAL if item in SPECIAL_ITEMS else Majority.ORDINARY


def threshold_of(majority: str) -> Threshold:
    return THREE_QUARTERS if majority == Majority.SPECIAL else OVER_HALF


@dataclass(frozen=True)
class Tally:
    """The ballots of one item. `void` are invalid ones; not returned is nowhere in it."""

    agree: Weight = NOTHING
    against: Weight = NOTHING
    abstain: Weight = NOTHING
    void: Weight = NOTHING

    def voting(self, invalid: str = InvalidBallots.OUT) -> Weight:
        """参与表决: abstaining is taking part; an invalid ballot only where the bylaws say so."""
        valid = total([self.agree, self.against, self.abstain])
        return valid + self.void if invalid == InvalidBallots.IN else valid


@dataclass(frozen=True)
class Check:
    """One fraction of one measure, against its threshold."""

    what: str  # 参与表决, 同意, 反对
    of_what: str  # 全体业主, 参与表决
    measure: Measure
    part: Number
    whole: Number
    threshold: Threshold

    @property
    def holds(self) -> bool:
        return self.threshold.met(self.part, self.whole)

    @property
    def sentence(self) -> str:
        verdict = self.threshold.reached if self.holds else self.threshold.missed
        share = percent(self.part, self.whole)
        part, whole = with_unit(self.part, self.measure), with_unit(self.whole, self.measure)
        return f"{self.what} {part}，占{self.of_what} {whole}的 {share}，{verdict}。"

    @property
    def arithmetic(self) -> str:
        return self.threshold.arithmetic(self.part, self.whole, self.measure)


@dataclass(frozen=True)
class Judgement:
    """What became of one item, with every fraction that was looked at."""

    outcome: Outcome
    majority: Majority
    voting: Weight
    quorum: list[Check]
    agree: list[Check]
    against: list[Check]

    @property
    def is_quorate(self) -> bool:
        return _hold(self.quorum)

    @property
    def reasons(self) -> list[str]:
        """The sentences that carry the outcome; a failed threshold is always among them."""
        if self.outcome == Outcome.NO_QUORUM:
            return _sentences(self.quorum, holding=False)
        if self.outcome == Outcome.PASSED:
            return _sentences(self.quorum) + _sentences(self.agree)
        failed = _sentences(self.agree, holding=False)
        if self.outcome == Outcome.REJECTED:
            return failed + _sentences(self.against)
        return failed + [NOT_REJECTED_EITHER]


NOT_REJECTED_EITHER = "反对票也没有在人数和面积上都超过半数，因此没有形成任何决定。"


def _hold(checks: list[Check]) -> bool:
    return all(check.holds for check in checks)


def _sentences(checks: Iterable[Check], holding: bool | None = None) -> list[str]:
    return [check.sentence for check in checks if holding is None or check.holds == holding]


def _checks(
    what: str, part: Weight, of_what: str, whole: Weight, threshold: Threshold
) -> list[Check]:
    return [
        Check(what, of_what, measure, part.by(measure), whole.by(measure), threshold)
        for measure in (Measure.HEADS, Measure.AREA)
    ]


def quorum_checks(voting: Weight, everyone: Weight) -> list[Check]:
    """Two thirds of the area and two thirds of the owners must take part."""
    return _checks("参与表决", voting, "全体业主", everyone, QUORUM)


def is_quorate(voting: Weight, everyone: Weight) -> bool:
    return _hold(quorum_checks(voting, everyone))


def judge(
    item: int, tally: Tally, everyone: Weight, invalid: str = InvalidBallots.OUT
) -> Judgement:
    """Quorum first, then the majority among those taking part, always by both measures.

    否决 needs more than half against by both measures; anything between is no decision, and
    nothing follows from it: a renewal that failed is not a dismissal.
    """
    majority, voting = majority_of(item), tally.voting(invalid)
    quorum = quorum_checks(voting, everyone)
    agree = _checks("同意", tally.agree, "参与表决", voting, threshold_of(majority))
    against = _checks("反对", tally.against, "参与表决", voting, OVER_HALF)
    if not _hold(quorum):
        outcome = Outcome.NO_QUORUM
    elif _hold(agree):
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.REJECTED if _hold(against) else Outcome.NO_DECISION
    return Judgement(outcome, majority, voting, quorum, agree, against)


def judge_both_ways(item: int, tally: Tally, everyone: Weight) -> dict[str, Judgement]:
    """With invalid ballots out and in; a page shows both where the outcomes differ (rule 11)."""
    return {way: judge(item, tally, everyone, way) for way in InvalidBallots}
