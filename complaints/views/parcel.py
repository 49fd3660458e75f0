"""A ticket's way told like a parcel's, in a resident's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from complaints.models import Ticket, TicketClock, TicketEvent
from complaints.terms import ClockKind, Level, ShelvingReason, State, Verb
from compounds.templatetags.words import dt, due
from compounds.terms import Role

DONE_WORDS: dict[str, str] = {
    Verb.FILED: "收到您的问题",
    Verb.ACCEPTED: "小区党支部受理",
    Verb.DECLINED: "这件事我们办不了",
    Verb.TAKEN_BY_COMPOUND: "小区安排{unit}处理",
    Verb.WHISTLED: "小区自己解决不了，请上级来办",
    Verb.WHISTLE_REFUSED: "上级看过，请小区再办",
    Verb.DISPATCHED: "请{unit}来办",
    Verb.SIGNED: "{unit}已接单，正在办",
    Verb.CONTACTED: "{unit}联系或到场",
    Verb.REPLIED: "{unit}已答复",
    Verb.SENT_BACK: "答复不到位，退回重办",
    Verb.CALLBACK_ASKED: "请您评价",
    Verb.REMINDED: "再次请您评价",
    Verb.ANSWERED: "您的评价",
    Verb.CLOSED: "办结",
    Verb.REOPENED: "重新办理",
    Verb.WITHDRAWN: "您撤回了",
    Verb.ESCALATED: "超过期限，已上报催办",
    Verb.RECKONED: "按新的工作日历重算期限",
    Verb.RETURNED: "{unit}说不归它管，重新安排",
    Verb.REASSIGNED: "街道定了，改请{unit}来办",
    Verb.EXTENDED: "答复时间要晚几天",
    Verb.QUESTIONED: "{unit}有件事要问您",
    Verb.TOLD: "您回话了",
    Verb.ADDED: "补充了情况",
    Verb.WAIT_ENDED: "没等到您回话，先接着办",
    Verb.SHELVED: "暂时办不了，先记下来",
    Verb.SHELF_REVIEWED: "又看了一次，还办不了",
    Verb.UNSHELVED: "可以办了，接着办",
    Verb.URGED: "您催了一次",
    Verb.FOUND_UNREASONABLE: "这个要求没有依据",
    Verb.MERGED: "和同样的事并到一起办",
    Verb.UNMERGED: "分开单独办",
    Verb.JOINED: "又有人反映同一件事，一起办",
    Verb.SPLIT: "一起说的几件事，分开办",
    Verb.SPLIT_OFF: "从您一起说的几件事里分出来",
    Verb.CORRECTED: "您改了自己的信息",
    Verb.FORGOTTEN: "您的姓名和电话已抹去",
}
# What a resident is told of the words that colleagues write to each other.
SPOKEN = {
    Verb.DECLINED,
    Verb.SIGNED,
    Verb.CONTACTED,
    Verb.REPLIED,
    Verb.ANSWERED,
    Verb.WITHDRAWN,
    Verb.EXTENDED,
    Verb.QUESTIONED,
    Verb.TOLD,
    Verb.ADDED,
    Verb.SHELVED,
    Verb.SHELF_REVIEWED,
    Verb.UNSHELVED,
    Verb.URGED,
    Verb.FOUND_UNREASONABLE,
}
RESIDENT_STATES: dict[str, tuple[str, str]] = {
    State.FILED: ("等小区查看", "wait"),
    State.ACCEPTED: ("小区已受理", "wait"),
    State.IN_COMPOUND: ("小区正在办", "wait"),
    State.TO_DISPATCH: ("正在请部门", "wait"),
    State.DISPATCHED: ("已请部门来办", "wait"),
    State.IN_HAND: ("正在办", "wait"),
    State.REPLIED: ("已答复，小区核对中", "wait"),
    State.CALLBACK: ("等您评价", "soon"),
    State.CLOSED: ("已办结", "ok"),
    State.SHELVED: ("暂时办不了，有计划", "soon"),
    State.MERGED: ("和同样的事一起办", "wait"),
    State.DECLINED: ("办不了", "quiet"),
    State.WITHDRAWN: ("已撤回", "quiet"),
}
# The clock whose end the resident is told, and what will have happened by then.
PROMISES: dict[str, tuple[ClockKind, str]] = {
    State.FILED: (ClockKind.ACCEPT, "小区党支部查看"),
    State.ACCEPTED: (ClockKind.COMPOUND, "小区办好，或请部门来办"),
    State.IN_COMPOUND: (ClockKind.COMPOUND, "小区答复您"),
    State.TO_DISPATCH: (ClockKind.DISPATCH, "定下由谁来办"),
    State.DISPATCHED: (ClockKind.FINISH, "答复您"),
    State.IN_HAND: (ClockKind.FINISH, "答复您"),
    State.REPLIED: (ClockKind.REVIEW, "小区核对后请您评价"),
    State.SHELVED: (ClockKind.SHELF, "再看一次能不能办"),
}
ASKED_YOU = ("等您回话", "soon")
# Why nothing can be done for now, in a resident's words.
SHELVING_WORDS: dict[str, str] = {
    ShelvingReason.PLANNING: "要等规划定下来",
    ShelvingReason.MONEY: "钱还没有着落",
    ShelvingReason.LEGACY: "以前留下的老问题，一时解不开",
    ShelvingReason.COURT: "正在打官司，要等结果",
    ShelvingReason.VOTE: "要等业主投票",
}


@dataclass(frozen=True)
class Step:
    """One step; `state` is done, now, next or late."""

    title: str
    small: str
    state: str
    said: str = ""  # by whoever did it, in their own words


def is_asked(ticket: Ticket, clocks: list[TicketClock]) -> bool:
    """Whether a question waits for the resident."""
    return any(
        clock.kind == ClockKind.WAIT and clock.round == ticket.round and not clock.stopped_at
        for clock in clocks
    )


def word_of(ticket: Ticket, clocks: list[TicketClock]) -> tuple[str, str]:
    """How it stands, and the tone of it."""
    return ASKED_YOU if is_asked(ticket, clocks) else RESIDENT_STATES[ticket.state]


def promise(ticket: Ticket, clocks: list[TicketClock]) -> tuple[str, datetime] | None:
    """What the resident may expect, and by when; a compound's own work has its own clock."""
    kind, words = PROMISES.get(ticket.state, (None, ""))
    if is_asked(ticket, clocks):
        return None
    last = sorted(clocks, key=lambda clock: clock.run)
    ends = {clock.kind: clock.due_at for clock in last if clock.round == ticket.round}
    moment = ends.get(kind) if kind in ends else ends.get(ClockKind.COMPOUND)
    return (words, moment) if words and moment else None


def steps_of(
    ticket: Ticket, events: list[TicketEvent], clocks: list[TicketClock], *, at: datetime
) -> list[Step]:
    _attach_co_answers(events)
    told = [event for event in _without_repeats(events) if event.verb in DONE_WORDS]
    is_open = ticket.state in PROMISES or ticket.state == State.CALLBACK
    steps = [_step(event, is_last=is_open and event is told[-1]) for event in told]
    expected = promise(ticket, clocks)
    if expected:
        words, moment = expected
        late = "已经超过，上级正在催办；原定 " if moment <= at else ""
        steps.append(Step(words, f"{late}{due(moment)} 前", "late" if late else "next"))
    if is_open and ticket.state != State.CALLBACK:
        steps.append(Step("请您评价：解决了吗，满意吗", "", "next"))
    return steps


def _attach_co_answers(events: list[TicketEvent]) -> None:
    """What each supporting unit answered last, under the reply of the lead that came after."""
    answers: dict[str, str] = {}
    for event in events:
        if event.verb == Verb.CO_ANSWERED:
            answers[str(event.organization)] = event.text
        elif event.verb == Verb.REPLIED and answers:
            lines = [f"{unit}：{text}" for unit, text in answers.items()]
            event.text = "\n".join([event.text, *lines])


def _without_repeats(events: list[TicketEvent]) -> Iterator[TicketEvent]:
    """A warning is the institutions' own affair; of several levels in a row the last will do."""
    for event, following in zip(events, [*events[1:], None], strict=True):
        climbs_on = following is not None and following.verb == Verb.ESCALATED
        is_warning = event.text.endswith(Level.WARNED.label)
        if event.verb != Verb.ESCALATED or not (climbs_on or is_warning):
            yield event


def _step(event: TicketEvent, *, is_last: bool) -> Step:
    unit = str(event.organization) if event.organization else "经办单位"
    small = " · ".join(filter(None, [dt(event.at), spoken_role(event)]))
    title = DONE_WORDS[event.verb].format(unit=unit)
    said = event.text if event.verb in SPOKEN else ""
    return Step(title, small, "now" if is_last else "done", said)


def spoken_role(event: TicketEvent) -> str:
    """Who did it, by which post: 派单 is a word among colleagues."""
    return event.role.replace(Role.DISPATCHER.label, "街道工作人员")
