"""States and transitions of a ticket (tickets.md §2). What is not listed is refused."""

from datetime import datetime, timedelta

from complaints.rules.wording import check_blanks
from complaints.terms import (
    NATURAL_LANES,
    OPEN,
    WITH_THE_UNIT,
    Lane,
    Resolution,
    Satisfaction,
    Solved,
    State,
    Verb,
)
from compounds.rules import Conflict, Refused

MOVES: dict[str, tuple[list[State], State]] = {
    Verb.ACCEPTED: ([State.FILED], State.ACCEPTED),
    Verb.DECLINED: ([State.FILED], State.DECLINED),
    Verb.TAKEN_BY_COMPOUND: ([State.ACCEPTED], State.IN_COMPOUND),
    Verb.WHISTLED: ([State.ACCEPTED, State.IN_COMPOUND], State.TO_DISPATCH),
    Verb.WHISTLE_REFUSED: ([State.TO_DISPATCH], State.ACCEPTED),
    Verb.DISPATCHED: ([State.TO_DISPATCH], State.DISPATCHED),
    Verb.SIGNED: ([State.DISPATCHED], State.IN_HAND),
    Verb.REPLIED: ([State.IN_COMPOUND, State.IN_HAND], State.REPLIED),
    Verb.SENT_BACK: ([State.REPLIED], State.IN_HAND),
    Verb.CALLBACK_ASKED: ([State.REPLIED], State.CALLBACK),
    Verb.CLOSED: ([State.CALLBACK], State.CLOSED),
    Verb.REOPENED: ([State.CALLBACK, State.CLOSED], State.IN_HAND),
    Verb.WITHDRAWN: ([*OPEN, State.SHELVED], State.WITHDRAWN),
    Verb.RETURNED: (WITH_THE_UNIT, State.TO_DISPATCH),
    Verb.REASSIGNED: (WITH_THE_UNIT, State.DISPATCHED),
    Verb.SHELVED: ([State.IN_HAND], State.SHELVED),
    Verb.UNSHELVED: ([State.SHELVED], State.IN_HAND),
    Verb.MERGED: ([State.FILED, State.ACCEPTED], State.MERGED),
}

# Deeds that undo: from which state, and to which of these, wherever the ticket stood before.
UNDOES: dict[str, tuple[State, list[State]]] = {
    Verb.UNMERGED: (State.MERGED, [State.FILED, State.ACCEPTED]),
}

# Where a report of several matters may be taken apart: before anybody works on it.
SPLITTABLE = [State.FILED, State.ACCEPTED, State.TO_DISPATCH]
AT_WORK = [State.IN_COMPOUND, State.IN_HAND]
# Deeds that leave a ticket in its state, and the states in which they may be done.
STAYS: dict[str, list[State]] = {
    Verb.CONTACTED: [State.IN_COMPOUND, State.DISPATCHED, State.IN_HAND],
    Verb.ANSWERED: [State.CALLBACK],
    Verb.REMINDED: [State.CALLBACK],
    Verb.REVEALED: [*OPEN, State.SHELVED, State.CLOSED],
    Verb.OBJECTED: WITH_THE_UNIT,
    Verb.OBJECTION_REFUSED: WITH_THE_UNIT,
    Verb.OBJECTION_LAPSED: WITH_THE_UNIT,
    Verb.RULING_ASKED: WITH_THE_UNIT,
    Verb.RULED: WITH_THE_UNIT,
    Verb.EXTENSION_ASKED: WITH_THE_UNIT,
    Verb.EXTENDED: WITH_THE_UNIT,
    Verb.EXTENSION_REFUSED: WITH_THE_UNIT,
    Verb.EXTENSION_LAPSED: WITH_THE_UNIT,
    Verb.QUESTIONED: AT_WORK,
    Verb.TOLD: AT_WORK,
    Verb.WAIT_ENDED: AT_WORK,
    Verb.ADDED: [*OPEN, State.SHELVED],
    Verb.SHELVING_ASKED: [State.IN_HAND],
    Verb.SHELVING_REFUSED: [State.IN_HAND],
    Verb.SHELVING_LAPSED: [State.IN_HAND],
    Verb.SHELF_REVIEWED: [State.SHELVED],
    Verb.URGED: [state for state in OPEN if state != State.CALLBACK],
    Verb.ASSIGNED: [State.IN_COMPOUND, *WITH_THE_UNIT],
    Verb.TAKEN: [State.IN_COMPOUND, *WITH_THE_UNIT],
    Verb.CALLED_UNREASONABLE: [State.REPLIED, State.CALLBACK],
    Verb.FOUND_UNREASONABLE: [State.REPLIED, State.CALLBACK],
    Verb.JOINED: OPEN,
    Verb.NOTED: list(State),
    Verb.CO_ANSWERED: [State.DISPATCHED, State.IN_HAND],
    Verb.NUMBERED: [*OPEN, State.SHELVED, State.CLOSED],
    Verb.PARTED: list(State),  # of the ticket that keeps its place, whatever became of it
    Verb.SPLIT: SPLITTABLE,
    Verb.SPLIT_OFF: SPLITTABLE,
    Verb.CORRECTED: list(State),
    Verb.FORGOTTEN: list(State),
}

TRANSITIONS: list[tuple[str, str]] = [
    *[(start, end) for starts, end in MOVES.values() for start in starts],
    *[(start, end) for start, ends in UNDOES.values() for end in ends],
]


def may_follow(verb: str, state: str) -> bool:
    if verb in UNDOES:
        return state == UNDOES[verb][0]
    starts = MOVES[verb][0] if verb in MOVES else STAYS[verb]
    return state in starts


def state_after(verb: str, state: str, *, before: str = "") -> State:
    """The state that a deed leads to; one that undoes leads to the state of before.

    Raises Conflict when it is not to be done from here.
    """
    if not may_follow(verb, state):
        raise Conflict(
            f"这件事现在是「{State(state).label}」，不能{Verb(verb).label}。"
            "可能刚刚有人处理过，请看最新进展。"
        )
    if verb in UNDOES:
        return State(before or state)
    return MOVES[verb][1] if verb in MOVES else State(state)


def check_whistle(
    lane: str, *, own_due_at: datetime | None, needs_enforcement: bool, at: datetime
) -> None:
    """吹哨 needs its reason: own limit passed, or U1/U2, or powers that only a department has."""
    late = own_due_at is not None and own_due_at <= at
    if not (late or needs_enforcement or lane in NATURAL_LANES):
        raise Refused(
            "小区自办期限还没到。请先由小区处理；确实需要执法权或专业资质的，请勾选「需要部门执法或专业资质」。"
        )


def check_reply(text: str, resolution: str, *, has_date: bool, letters: int) -> None:
    """A reply answers in so many letters at least; a long-term plan names its day."""
    if len("".join(text.split())) < letters:
        raise Refused(f"答复至少写 {letters} 个字，说清楚做了什么、结果怎样。")
    check_blanks(text)
    if resolution == Resolution.LONG_TERM and not has_date:
        raise Refused("选择「长期计划」时，请写明计划完成的日期。")


def check_reopening(closed_at: datetime | None, *, at: datetime, days: int) -> None:
    """重办: the resident has so many days after the ticket was closed."""
    if closed_at is not None and at > closed_at + timedelta(days=days):
        raise Refused(f"办结已超过 {days} 天，不能再要求重办。问题又出现了，请重新报一次。")


def check_withdrawal(lane: str, *, followers: int) -> None:
    """撤回 is the reporter's own, where life is not at stake and nobody else waits."""
    if lane == Lane.URGENT:
        raise Refused("涉及人身安全的急事不能撤回。情况已经解除，请告诉小区党支部。")
    if followers:
        raise Refused(f"还有 {followers} 位邻居也在等这件事，不能撤回。解决了，请在评价时说明。")


def demands_redo(solved: str, satisfaction: str) -> bool:
    return solved == Solved.NO or satisfaction == Satisfaction.DISSATISFIED


def check_second_opinion(
    called: tuple[int | None, int | None] | None, found: tuple[int | None, int | None]
) -> None:
    """认定不合理 takes two persons of two organisations; each is given as (person, organisation)."""
    if called is None:
        raise Refused("请先由另一个单位提出「认定不合理」。")
    if called[0] == found[0] or called[1] == found[1]:
        raise Refused("认定不合理要由两个单位的两个人作出。请另一个单位的同事来认定。")
