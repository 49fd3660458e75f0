"""The way of a meeting (owners.md rule 22). What is not listed is refused."""

from collections.abc import Iterable
from datetime import datetime

from compounds.rules import SHANGHAI, Conflict, Refused
from ownerscommittee.votes.terms import MeetingState, MeetingVerb

S, V = MeetingState, MeetingVerb

MOVES: dict[str, tuple[list[MeetingState], MeetingState]] = {
    V.NOTICED: ([S.DRAFT], S.NOTICED),
    V.OPENED: ([S.NOTICED], S.OPEN),
    V.CLOSED: ([S.OPEN], S.CLOSED),
    # Counted again after an objection was upheld and ballots were voided.
    V.COUNTED: ([S.CLOSED, S.PRELIMINARY, S.OBJECTIONS], S.PRELIMINARY),
    V.POSTED: ([S.PRELIMINARY], S.OBJECTIONS),
    V.ANNOUNCED: ([S.OBJECTIONS], S.ANNOUNCED),
    V.FINALIZED: ([S.ANNOUNCED], S.FINAL),
    V.CANCELLED: ([S.DRAFT, S.NOTICED, S.OPEN], S.CANCELLED),
}
STAYS: dict[str, list[MeetingState]] = {
    V.DRAFTED: [S.DRAFT],
    V.EXTENDED: [S.OPEN],
    V.REPLIED: [S.OBJECTIONS],
}
TRANSITIONS: list[tuple[str, str]] = sorted(
    {(start, end) for starts, end in MOVES.values() for start in starts if start != end}
)

FINAL_AFTER = 3  # days that an announced result stands before it is closed for good


def may_follow(verb: str, state: str) -> bool:
    starts = MOVES[verb][0] if verb in MOVES else STAYS[verb]
    return state in starts


def state_after(verb: str, state: str) -> MeetingState:
    """The state that a deed leads to. Raises Conflict when it is not to be done from here."""
    if not may_follow(verb, state):
        raise Conflict(
            f"这次会议现在是「{S(state).label}」，不能{V(verb).label}。"
            "可能刚刚有人处理过，请看最新进展。"
        )
    return MOVES[verb][1] if verb in MOVES else S(state)


def check_open(state: str, opens_at: datetime, closes_at: datetime, *, at: datetime) -> None:
    """A ballot comes within the window; Conflict says when it was or will be."""
    if state == S.CANCELLED:
        raise Conflict("这次表决已取消，不用再投。")
    if state in (S.DRAFT, S.NOTICED) and at < opens_at:
        raise Conflict(f"表决还没有开始，{_words(opens_at)}才能投。")
    if state == S.NOTICED:
        raise Conflict("表决还没有开始，正在等召集人准备好。请过一会儿再来。")
    if state != S.OPEN or at >= closes_at:
        raise Conflict(f"表决已在{_words(closes_at)}截止，不能再投。")
    if at < opens_at:
        raise Conflict(f"表决还没有开始，{_words(opens_at)}才能投。")


def _words(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f" {local.month} 月 {local.day} 日 {local:%H:%M} "


def check_contacting(state: str, closes_at: datetime | None, *, at: datetime) -> None:
    """Doors are knocked at from the notice to the close; after it nobody needs the list."""
    if state not in (S.NOTICED, S.OPEN) or closes_at is None or at >= closes_at:
        raise Conflict(
            f"这次会议现在是「{S(state).label}」，公告以后、截止以前才有联系名单和缺口。"
        )


# Every ballot prints these by itself; nobody lists them among the plans.
PRINTED_MARKS = {"同意", "反对", "弃权", "随多数", "都不同意", "无效"}


def check_labels(labels: Iterable[str]) -> None:
    """Plans or candidates as they are typed in, before the linter sees the whole vote."""
    labels = [label.strip() for label in labels]
    if typed := [label for label in labels if label in PRINTED_MARKS]:
        raise Refused(f"不用写「{typed[0]}」：选票上会自动有「都不同意」和「弃权」。")


# --- From the count to the announcement ---------------------------------------------------------

COUNT_WITNESSES = 2


def check_attending(state: str) -> None:
    """Witnesses of the count and official totals come between the close and the count."""
    if state != S.CLOSED:
        raise Conflict(f"这次会议现在是「{S(state).label}」，截止以后、计票以前才能登记。")


def check_counting(*, witnesses: int, is_advisory: bool, has_official: bool) -> None:
    """Somebody stood by, and where an official system decides its totals are there (rules 17, 24)."""
    if witnesses < COUNT_WITNESSES:
        raise Refused(
            f"计票要有 {COUNT_WITNESSES} 位见证人签字，现在 {witnesses} 位。请先登记见证人。"
        )
    if is_advisory and not has_official:
        raise Refused("这次以政府系统的结果为准，请先录入官方结果。")


def check_objecting(state: str, until: datetime | None, *, at: datetime) -> None:
    if state != S.OBJECTIONS or until is None or at >= until:
        raise Conflict("现在不在异议期内，不能再提异议。")


def check_announcing(until: datetime | None, *, unanswered: int, at: datetime) -> None:
    """The objection days have passed, and each objection has its answer (rule 22)."""
    if until is None or at < until:
        when = f"，要到{_words(until)}" if until else ""
        raise Refused(f"异议期还没有满{when}才能公告。")
    if unanswered:
        raise Refused(f"还有 {unanswered} 条异议没有答复，答复完才能公告。")


VOIDABLE = [S.OPEN, S.CLOSED, S.PRELIMINARY, S.OBJECTIONS]


def check_voiding(state: str) -> None:
    """Any time before the final result; counted again afterwards."""
    if state not in VOIDABLE:
        raise Conflict(f"这次会议现在是「{S(state).label}」，不能再作废票。")


def check_opening(state: str) -> None:
    """Before the close nobody opens a ballot, not even a scrutineer: there is no early tally."""
    if state in (S.DRAFT, S.NOTICED, S.OPEN):
        raise Refused("表决截止以前，谁也不能看票上选了什么。")
    if state == S.CANCELLED:
        raise Refused("这次表决取消了，票不再打开。")
