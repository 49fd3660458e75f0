"""Published numbers that cannot all be true, each said in a sentence (rule 23)."""

from collections.abc import Iterator
from fractions import Fraction

from ownerscommittee.votes.rules.decisions import majority_of
from ownerscommittee.votes.rules.forced import NAMES, Counts, Verdict, verdict_of
from ownerscommittee.votes.rules.published import (
    CHOICES,
    TOTAL,
    VOTING,
    Published,
    PublishedItem,
    Share,
)
from ownerscommittee.votes.rules.weights import Number, amount, percent, with_unit
from ownerscommittee.votes.terms import Item, Majority, Measure, Outcome

BOTH = (Measure.HEADS, Measure.AREA)
ALSO = {"void": "无效", "followed": "随多数", "unreturned": "未交回"}
WORDS = {**NAMES, **ALSO}


def inconsistencies_of(published: Published, item: PublishedItem) -> list[str]:
    """Everything about one item that does not follow; the vote's own numbers are looked at too."""
    found: list[str] = []
    for measure in BOTH:
        found += _sums(item.counts, measure)
    found += _one_measure_alone(item.counts)
    for share in [*published.shares, *item.shares]:
        found += _share(share, item.counts)
    found += _claims(item, verdict_of(published, item))
    return list(dict.fromkeys(found))


# --- Sums ---------------------------------------------------------------------------------------


def _sums(counts: Counts, measure: Measure) -> Iterator[str]:
    everyone, voting = counts[TOTAL, measure], counts[VOTING, measure]
    label = measure.label
    if everyone is not None and voting is not None and voting > everyone:
        yield (
            f"参与表决的{label} {with_unit(voting, measure)}，"
            f"比全体业主的 {with_unit(everyone, measure)} 还多。"
        )
    said = {name: value for name in CHOICES if (value := counts[name, measure]) is not None}
    whole: Number | None = everyone if voting is None else voting
    words = WORDS[TOTAL if voting is None else VOTING]
    if whole is None or not said:
        return
    for name, value in said.items():
        if value > whole:
            yield (
                f"{WORDS[name]}的{label} {with_unit(value, measure)}，"
                f"比{words}的 {with_unit(whole, measure)} 还多。"
            )
    yield from _added(said, whole, words, counts, measure)


def _added(
    said: dict[str, Number], whole: Number, words: str, counts: Counts, measure: Measure
) -> Iterator[str]:
    """The choices against those taking part; whatever is left over was swallowed or invented."""
    added: Number = sum(said.values())
    is_whole = len(said) == len(CHOICES) and words == WORDS[VOTING]
    void = counts["void", measure]
    if added > whole or (is_whole and added < whole and added + (void or 0) != whole):
        difference: Number = added - whole if added > whole else whole - added
        side = "多" if added > whole else "少"
        yield (
            f"{measure.label}：{_written(said, measure)}，比{words}的 {amount(whole, measure)} "
            f"{side} {with_unit(difference, measure)}。"
        )
    yield from _whole_roll(said, counts, measure)


def _whole_roll(said: dict[str, Number], counts: Counts, measure: Measure) -> Iterator[str]:
    """Where a notice also says what was not returned, everything must be the roll."""
    everyone, unreturned = counts[TOTAL, measure], counts["unreturned", measure]
    if everyone is None or unreturned is None or len(said) < len(CHOICES):
        return
    more = {name: counts[name, measure] or 0 for name in ALSO if counts[name, measure]}
    parts = {**said, **more}
    added: Number = sum(parts.values())
    if added != everyone:
        difference: Number = added - everyone if added > everyone else everyone - added
        yield (
            f"{measure.label}：{_written(parts, measure)}，"
            f"和全体业主的 {amount(everyone, measure)} 相差 "
            f"{with_unit(difference, measure)}。"
        )


def _written(parts: dict[str, Number], measure: Measure) -> str:
    """同意 862、反对 300、弃权 194，合计 1356."""
    each = "、".join(f"{WORDS[name]} {amount(value, measure)}" for name, value in parts.items())
    return f"{each}，合计 {amount(sum(parts.values()), measure)}"


def _one_measure_alone(counts: Counts) -> Iterator[str]:
    """Nobody has no area, and all of them have all of it."""
    for name in CHOICES:
        heads, area = counts[name, Measure.HEADS], counts[name, Measure.AREA]
        if heads is None or area is None:
            continue
        if (heads == 0) != (area == 0):
            empty, other = ("人数", "面积") if heads == 0 else ("面积", "人数")
            yield f"{WORDS[name]}的{empty}是 0，{other}却不是 0。"
        yield from _all_of_them(name, VOTING, counts)
    yield from _all_of_them(VOTING, TOTAL, counts)


def _all_of_them(name: str, whole: str, counts: Counts) -> Iterator[str]:
    pairs = {measure: (counts[name, measure], counts[whole, measure]) for measure in BOTH}
    if any(part is None or of is None for part, of in pairs.values()):
        return
    heads, area = (part == of for part, of in pairs.values())
    if heads != area and pairs[Measure.HEADS][1]:
        full, other = ("人数", "面积") if heads else ("面积", "人数")
        yield f"{WORDS[name]}的{full}就是{WORDS[whole]}的全部，{other}却不是。"


# --- Percentages ---------------------------------------------------------------------------------


def _share(share: Share, counts: Counts) -> Iterator[str]:
    part = counts[share.of, share.measure]
    base = TOTAL if share.of == VOTING else VOTING
    whole = counts[base, share.measure]
    if part is None or not whole or _follows(share, part, whole):
        return
    what = f"{WORDS[share.of]}的{share.measure.label}"
    right = percent(part, whole, max(share.digits, 2))
    sentence = (
        f"{what}公布为 {share.written}，按 {amount(part, share.measure)}/"
        f"{amount(whole, share.measure)} 应为 {right}"
    )
    everyone = counts[TOTAL, share.measure]
    if base == VOTING and everyone and _follows(share, part, everyone):
        sentence += "；公布的是占全体业主的比例，不是占参与表决的比例"
    yield f"{sentence}。"


def _follows(share: Share, part: Number, whole: Number) -> bool:
    """Cut off or rounded to the digits that were written."""
    off, step = Fraction(part) * 100 / whole - share.value, Fraction(1, 10**share.digits)
    return -step / 2 <= off < step


# --- Claims --------------------------------------------------------------------------------------


def _claims(item: PublishedItem, verdict: Verdict) -> Iterator[str]:
    if item.item and item.majority and item.majority != majority_of(item.item):
        needs = Majority(majority_of(item.item)).label
        yield (
            f"第278条第{item.item}项（{Item(item.item).label}）要{needs}，"
            f"公布的却是{Majority(item.majority).label}。"
        )
    if item.outcome in ("", verdict.outcome) or verdict.outcome == Outcome.UNDETERMINED:
        return
    claimed, found = Outcome(item.outcome).label, Outcome(verdict.outcome).label
    yield f"公布的结论是“{claimed}”，按这些数字应是“{found}”。"


def other_denominator(published: Published, item: PublishedItem) -> list[str]:
    """Where the choices do not make up those taking part: whether it matters which one divides."""
    counts: Counts = dict(item.counts)
    for measure in BOTH:
        parts = [counts[name, measure] for name in CHOICES]
        if None not in parts:
            counts[VOTING, measure] = sum(part for part in parts if part is not None)
    if counts == item.counts:
        return []
    added = PublishedItem(item=item.item, counts=counts)
    strict, other = verdict_of(published, item), verdict_of(published, added)
    if other.outcome in (strict.outcome, Outcome.UNDETERMINED):
        return []
    return [f"如果参与表决只按三项之和计算，结论会是“{Outcome(other.outcome).label}”。"]


def judge_published(published: Published) -> list[tuple[Verdict, list[str]]]:
    """Each item's verdict and what does not follow in it."""
    return [
        (
            Verdict(verdict.outcome, [*verdict.reasons, *other_denominator(published, item)]),
            inconsistencies_of(published, item),
        )
        for item in published.items
        for verdict in [verdict_of(published, item)]
    ]
