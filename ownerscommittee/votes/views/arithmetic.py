"""A sheet of a result as the rows that its page shows: both measures, shares, sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.rules.inconsistencies import judge_published
from ownerscommittee.votes.rules.published import TOTAL, VOTING, PublishedItem, read_published
from ownerscommittee.votes.rules.weights import amount, percent
from ownerscommittee.votes.terms import (
    OUTCOME_TONES,
    Channel,
    Item,
    Majority,
    Mark,
    Measure,
    Outcome,
    Question,
)

RULE_TEXTS = {
    Majority.ORDINARY: "参与表决的人数和面积都要过半数（民法典第 278 条第 2 款）。",
    Majority.SPECIAL: "参与表决的人数和面积都要达到四分之三（民法典第 278 条第 2 款）。",
}
QUORUM_TEXT = "参与表决的人数和面积都要达到全体的三分之二（民法典第 278 条第 2 款）。"
WAYS = {"out": "无效票不算参与", "in": "无效票算参与"}
OFFICIAL_ROWS = {
    "agree": "同意",
    "against": "反对",
    "abstain": "弃权",
    "void": "无效",
    VOTING: "参与表决",
}
BESIDES = {Mark.VOID.value: "无效", "followed": "随多数", "unreturned": "没有交回"}
# The database keeps a sheet's words in an order of its own; people read them in this one.
LAST = ["agree", "against", "abstain", "follow", "void", "followed", "unreturned"]
FILLS = {
    "agree": "ok",
    "against": "late",
    "abstain": "soon",
    "void": "wait",
    "followed": "wait",
    "unreturned": "quiet",
}


@dataclass(frozen=True)
class Row:
    """One line of a count: people and m², with their shares of the whole roll."""

    label: str
    heads: str
    heads_share: str
    area: str
    area_share: str


@dataclass(frozen=True)
class Bar:
    """A count drawn to scale; `parts` are (value, tone, label)."""

    measure: str
    parts: list[tuple[int, str, str]]
    whole: int


@dataclass(frozen=True)
class QuestionShown:
    """One question as the page tells it."""

    number: int
    title: str
    item: str
    rule: str
    word: str
    tone: str
    rows: list[Row]
    bars: list[Bar]
    voting: Row
    strict: str
    strict_voting: Row | None
    changes: bool
    reasons: list[str]
    checks: list[dict[str, Any]]
    elected: list[str]
    reserves: list[str]
    run_off: list[str]
    ways: list[tuple[str, str]]
    channels: list[tuple[str, int, list[Row]]]


def row_of(label: str, part: Mapping[str, int], whole: Mapping[str, int]) -> Row:
    return Row(
        label,
        amount(part["heads"], Measure.HEADS),
        percent(part["heads"], whole["heads"]),
        amount(part["area"], Measure.AREA),
        percent(part["area"], whole["area"]),
    )


def questions_of(sheet: Mapping[str, Any]) -> list[QuestionShown]:
    return [_question(n, one, sheet) for n, one in enumerate(sheet["questions"], start=1)]


def _question(number: int, one: Mapping[str, Any], sheet: Mapping[str, Any]) -> QuestionShown:
    outcome, strict, roll = Outcome(one["outcome"]), Outcome(one["strict"]), sheet["roll"]
    labels = {**one["labels"], **BESIDES}
    followed = one.get("following", {}).get("heads", 0)
    return QuestionShown(
        number=number,
        title=one["title"],
        item=f"（{one['item']}）{Item(one['item']).label}",
        rule=RULE_TEXTS[Majority(one["majority"])],
        word=outcome.label,
        tone=OUTCOME_TONES[outcome],
        rows=[row_of(labels[ident], one["counts"][ident], roll) for ident in _shown(one)],
        bars=_bars(one, labels, roll),
        voting=row_of("参与表决", one["participating"], roll),
        strict=strict.label,
        strict_voting=row_of("参与表决", one["strict_participating"], roll) if followed else None,
        changes=bool(one.get("follow_changes")),
        reasons=one["reasons"],
        checks=one["checks"],
        elected=[one["labels"][ident] for ident in one["elected"]],
        reserves=one.get("reserves", []),
        run_off=one.get("run_off", []),
        ways=[
            (WAYS[way], Outcome(found).label) for way, found in one.get("invalid_ways", {}).items()
        ],
        channels=[_channel(each, labels, roll) for each in one["channels"]],
    )


def _channel(
    each: Mapping[str, Any], labels: Mapping[str, str], roll: Mapping[str, int]
) -> tuple[str, int, list[Row]]:
    """What came by one channel, or by several small ones together."""
    word = "、".join(Channel(channel).label for channel in each["channels"])
    known = {**labels, Mark.FOLLOW.value: "随多数"}
    counts = each["counts"]
    rows = [row_of(known[ident], counts[ident], roll) for ident in _in_order(counts)]
    return word, each["ballots"], rows


def _in_order(idents: Iterable[str]) -> list[str]:
    """o1, o2 … o10, then the marks, then what is no choice."""
    return sorted(
        idents,
        key=lambda ident: (LAST.index(ident), 0) if ident in LAST else (-1, int(ident[1:])),
    )


def _shown(one: Mapping[str, Any]) -> list[str]:
    """What the table lists: 随多数 only where somebody followed."""
    followed = one["counts"]["followed"]["heads"]
    return [ident for ident in _in_order(one["counts"]) if ident != "followed" or followed]


def _bars(one: Mapping[str, Any], labels: Mapping[str, str], roll: Mapping[str, int]) -> list[Bar]:
    """Both measures to scale. An election's ballot names several, so its parts make no whole."""
    if one["kind"] != Question.APPROVAL:
        return []
    return [
        Bar(
            word,
            [
                (one["counts"][ident][name], FILLS[ident], labels[ident])
                for ident in _shown(one)
                if one["counts"][ident][name]
            ],
            max(roll[name], 1),
        )
        for name, word in (("heads", "按人数"), ("area", "按面积"))
    ]


def channels_of(sheet: Mapping[str, Any]) -> list[tuple[str, int, Row]]:
    """How the ballots came, in people and m²."""
    return [
        (Channel(channel).label, row["ballots"], row_of("", row, sheet["roll"]))
        for channel in Channel
        if (row := sheet["channels"].get(channel))
    ]


@dataclass(frozen=True)
class OfficialShown:
    """One question as the government's system counted it, beside what was counted here."""

    question: QuestionShown
    word: str
    tone: str
    differs: bool
    rows: list[Row]
    reasons: list[str]
    wrong: list[str]


def official_of(totals: Mapping[str, Any], questions: list[QuestionShown]) -> list[OfficialShown]:
    published = read_published(totals)
    judged = zip(questions, published.items, judge_published(published), strict=True)
    return [
        OfficialShown(
            question=question,
            word=verdict.outcome.label,
            tone=OUTCOME_TONES[verdict.outcome],
            differs=verdict.outcome.label != question.word,
            rows=[_published_row(item, name, word) for name, word in OFFICIAL_ROWS.items()],
            reasons=verdict.reasons,
            wrong=wrong,
        )
        for question, item, (verdict, wrong) in judged
    ]


def _published_row(item: PublishedItem, name: str, word: str) -> Row:
    """A number that the notice does not give stays open."""
    parts: list[str] = []
    for measure in (Measure.HEADS, Measure.AREA):
        part, whole = item.counts[name, measure], item.counts[TOTAL, measure]
        parts.append("—" if part is None else amount(part, measure))
        parts.append("—" if part is None or whole is None else percent(part, whole))
    return Row(word, *parts)


@dataclass(frozen=True)
class Turnout:
    """How far the vote has come, in people and m²; nothing of what the ballots say."""

    cast: Row
    needed: Row
    channels: list[tuple[str, int]]
    parts: list[tuple[int, str, str]]
    whole: int


def turnout_of(meeting: AssemblyMeeting) -> Turnout | None:
    """While it is open and afterwards; two queries."""
    if meeting.roll is None or meeting.stream is None:
        return None
    whole = {"heads": meeting.roll.heads, "area": meeting.roll.area}
    channels = meeting.ballots.standing().by_channel()
    cast = {name: sum(row[name] for row in channels.values()) for name in ("heads", "area")}
    needed = {name: -(-2 * value // 3) for name, value in whole.items()}
    return Turnout(
        cast=row_of("已投", cast, whole),
        needed=row_of("要达到三分之二", needed, whole),
        channels=[(each.label, channels[each]["ballots"]) for each in Channel if each in channels],
        parts=[
            (cast["heads"], "ok", "已投（人）"),
            (whole["heads"] - cast["heads"], "quiet", "未投（人）"),
        ],
        whole=max(whole["heads"], 1),
    )
