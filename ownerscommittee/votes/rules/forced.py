"""What the known totals of a vote already force, and what is missing where they do not."""

from dataclasses import dataclass, field, replace

from ownerscommittee.votes.rules.decisions import (
    CIVIL_CODE_FROM,
    NOT_REJECTED_EITHER,
    Check,
    majority_of,
    threshold_of,
)
from ownerscommittee.votes.rules.published import CHOICES, TOTAL, VOTING, Published, PublishedItem
from ownerscommittee.votes.rules.weights import (
    OVER_HALF,
    QUORUM,
    Number,
    Threshold,
    with_unit,
)
from ownerscommittee.votes.terms import Majority, Measure, Outcome

BOTH = (Measure.HEADS, Measure.AREA)
NAMES = {
    TOTAL: "全体业主",
    VOTING: "参与表决",
    "agree": "同意",
    "against": "反对",
    "abstain": "弃权",
}
NOT_PASSED_BUT = "没有通过；是否决还是没有形成决定，还不能判定。"
TOO_EARLY = "2021年1月1日前开始的表决适用当时的物权法，这里不作判定。"
Counts = dict[tuple[str, Measure], Number | None]


@dataclass(frozen=True)
class Range:
    """Where a number lies; a `high` of None has no known bound."""

    low: Number
    high: Number | None

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __add__(self, other: "Range") -> "Range":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(self.low + other.low, high)


def _known(value: Number) -> Range:
    return Range(value, value)


def _at_most(high: Number | None, taken: Number) -> Range:
    return Range(0, None if high is None else max(high - taken, 0))


class Known:
    """One measure of one item: each number, or what the others leave for it."""

    def __init__(self, counts: Counts, measure: Measure) -> None:
        self.measure = measure
        self.given = {name: counts.get((name, measure)) for name in (TOTAL, VOTING, *CHOICES)}
        said = {name: value for name in CHOICES if (value := self.given[name]) is not None}
        self.silent = [name for name in CHOICES if name not in said]
        self.sum: Number = sum(said.values())
        everyone, voting = self.given[TOTAL], self.given[VOTING]
        if voting is None:
            self.voting = Range(self.sum, everyone if self.silent else self.sum)
        else:
            self.voting = _known(voting)
        self.total = Range(self.voting.low, None) if everyone is None else _known(everyone)

    def choice(self, name: str) -> Range:
        value = self.given[name]
        if value is not None:
            return _known(value)
        left = _at_most(self.voting.high, self.sum)
        # The only silent one is what the others leave of those taking part.
        is_rest = self.silent == [name] and self.given[VOTING] is not None
        return _known(left.high or 0) if is_rest else left

    def rest(self, name: str) -> Range:
        """Those taking part who did not choose it."""
        own, voting = self.choice(name), self.given[VOTING]
        if voting is not None:
            return Range(voting - (own.high or 0), voting - own.low)
        others = [self.choice(other) for other in CHOICES if other != name]
        return others[0] + others[1]

    def lacking(self, *names: str) -> list[str]:
        return [
            f"缺少{NAMES[name]}的{self.measure.label}。"
            for name in names
            if self.given[name] is None
        ]


@dataclass(frozen=True)
class Finding:
    """Whether a threshold is met by one measure: yes, no, or not to be said; and the sentence."""

    holds: bool | None
    sentence: str
    lacking: list[str] = field(default_factory=list)


def _find(
    what: str, of_what: str, threshold: Threshold, part: Range, rest: Range, measure: Measure
) -> Finding:
    """The part against the whole of part and rest, at the ends of what is possible."""
    holds: bool | None = None
    if rest.high is not None and threshold.met(part.low, part.low + rest.high):
        holds = True
    elif part.high is not None and not threshold.met(part.high, part.high + rest.low):
        holds = False
    if part.is_exact and rest.is_exact:
        exact = Check(what, of_what, measure, part.low, part.low + rest.low, threshold)
        return Finding(holds, exact.sentence)
    if holds is None:
        return Finding(None, f"{what}的{measure.label}还看不出是否{threshold.reached}。")
    least = f"至少 {with_unit(part.low, measure)}" if holds else ""
    bound = least or f"至多 {with_unit(part.high or 0, measure)}"
    verdict = threshold.reached if holds else threshold.missed
    return Finding(holds, f"{what}{bound}，无论缺少的数字是多少，都{verdict}。")


def quorum_findings(counts: Counts) -> list[Finding]:
    return [_quorum(Known(counts, measure)) for measure in BOTH]


def _quorum(known: Known) -> Finding:
    voting, everyone = known.voting, known.total
    rest = Range(0, None)
    if everyone.is_exact:
        high = everyone.low if voting.high is None else voting.high
        rest = Range(everyone.low - high, everyone.low - voting.low)
    found = _find("参与表决", "全体业主", QUORUM, voting, rest, known.measure)
    lacking = known.lacking(TOTAL, *([] if voting.is_exact else [VOTING]))
    return replace(found, lacking=lacking)


def choice_findings(counts: Counts, name: str, threshold: Threshold) -> list[Finding]:
    findings = []
    for measure in BOTH:
        known = Known(counts, measure)
        part, rest = known.choice(name), known.rest(name)
        found = _find(NAMES[name], "参与表决", threshold, part, rest, measure)
        lacking = known.lacking(*known.silent, *([] if known.voting.is_exact else [VOTING]))
        findings.append(replace(found, lacking=lacking))
    return findings


def hold(findings: list[Finding]) -> bool | None:
    """Both measures: one no is a no, two yes are a yes."""
    answers = [finding.holds for finding in findings]
    if False in answers:
        return False
    return None if None in answers else True


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    reasons: list[str]


def quorum_of(published: Published) -> bool | None:
    """The vote as a whole; where the notice does not say who took part, as all items agree."""
    if _is_too_early(published):
        return None
    whole = hold(quorum_findings(published.counts))
    answers = {hold(quorum_findings(item.counts)) for item in published.items}
    return answers.pop() if whole is None and len(answers) == 1 else whole


def verdict_of(published: Published, item: PublishedItem) -> Verdict:
    """The outcome of one item if the numbers force it, with the thresholds in words."""
    if _is_too_early(published):
        return Verdict(Outcome.UNDETERMINED, [TOO_EARLY])
    if item.item is not None:
        return _verdict(item.counts, majority_of(item.item))
    ways = [_verdict(item.counts, majority) for majority in Majority]
    if ways[0].outcome == ways[1].outcome:
        return ways[1] if ways[0].outcome == Outcome.PASSED else ways[0]
    return Verdict(
        Outcome.UNDETERMINED, ["缺少议题属于第278条第几项，适用的多数不同，结论也不同。"]
    )


def _is_too_early(published: Published) -> bool:
    return published.opened_on is not None and published.opened_on < CIVIL_CODE_FROM


def _verdict(counts: Counts, majority: str) -> Verdict:
    quorum = quorum_findings(counts)
    if hold(quorum) is False:
        return Verdict(Outcome.NO_QUORUM, _that(quorum, False))
    if hold(quorum) is None:
        return Verdict(Outcome.UNDETERMINED, _open(quorum))
    agree = choice_findings(counts, "agree", threshold_of(majority))
    against = choice_findings(counts, "against", OVER_HALF)
    if hold(agree):
        return Verdict(Outcome.PASSED, _that(quorum, True) + _that(agree, True))
    if hold(agree) is None:
        return Verdict(Outcome.UNDETERMINED, _open(agree))
    failed = _that(agree, False)
    if hold(against):
        return Verdict(Outcome.REJECTED, failed + _that(against, True))
    if hold(against) is None:
        return Verdict(Outcome.UNDETERMINED, [*failed, NOT_PASSED_BUT, *_open(against)])
    return Verdict(Outcome.NO_DECISION, [*failed, NOT_REJECTED_EITHER])


def _that(findings: list[Finding], holds: bool) -> list[str]:
    return [finding.sentence for finding in findings if finding.holds is holds]


def _open(findings: list[Finding]) -> list[str]:
    """What cannot be said yet, and for want of what."""
    return [
        sentence
        for finding in findings
        if finding.holds is None
        for sentence in [finding.sentence, *finding.lacking]
    ]
