"""The way of a meeting, drawn like a parcel's: what was, what is, what comes, and by when."""

from dataclasses import dataclass
from datetime import datetime

from compounds.templatetags.words import dt, due
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.models import AssemblyMeeting, FollowUp
from ownerscommittee.votes.models.asking import profile_of
from ownerscommittee.votes.terms import MeetingState

S = MeetingState
ORDER = [S.DRAFT, S.NOTICED, S.OPEN, S.CLOSED, S.PRELIMINARY, S.OBJECTIONS, S.ANNOUNCED, S.FINAL]


@dataclass(frozen=True)
class StepShown:
    title: str
    small: str
    state: str
    said: str = ""


def steps_of(meeting: AssemblyMeeting, at: datetime) -> list[StepShown]:
    """Each step with its day; one that is past its day and not done reads 超期."""
    if meeting.state == S.CANCELLED:
        return _until_cancelled(meeting)
    now = ORDER.index(S(meeting.state))
    steps = []
    for title, done_in, when, limit in _steps(meeting):
        is_done = now >= ORDER.index(done_in)
        is_next = now + 1 == ORDER.index(done_in)
        is_late = not is_done and limit is not None and limit <= at
        state = "done" if is_done else "late" if is_late and is_next else "next"
        steps.append(StepShown(title, when, "now" if is_next and not is_late else state))
    return steps


def _steps(meeting: AssemblyMeeting) -> list[tuple[str, MeetingState, str, datetime | None]]:
    """(title, the state that it leads to, its day in words, the limit)."""
    closes = dt(meeting.closed_at or meeting.closes_at)
    counted = (
        f"{due(meeting.result_due_at)} 前"
        if meeting.result_due_at
        else _within(meeting, "截止后", LocalNumber.RESULT_DAYS)
    )
    posted = f"异议到 {due(meeting.objections_until)}" if meeting.objections_until else ""
    announced = (
        dt(meeting.announced_at)
        if meeting.announced_at
        else f"{due(meeting.announce_due_at)} 前"
        if meeting.announce_due_at
        else _within(meeting, "异议期满后", LocalNumber.ANNOUNCE_DAYS)
    )
    return [
        ("公告议题全文", S.NOTICED, dt(meeting.noticed_at), None),
        ("开始表决", S.OPEN, dt(meeting.opens_at), meeting.opens_at),
        ("截止", S.CLOSED, closes, meeting.closes_at),
        ("见证计票", S.PRELIMINARY, counted, meeting.result_due_at),
        ("公示初步结果，可提异议", S.OBJECTIONS, posted, meeting.result_due_at),
        ("公告结果", S.ANNOUNCED, announced, meeting.announce_due_at),
        ("定案，不再改动", S.FINAL, due(meeting.final_due_at), None),
    ]


def _within(meeting: AssemblyMeeting, since: str, name: LocalNumber) -> str:
    days = profile_of(meeting).number(name)
    return f"{since} {days.value} 天内{'' if days.is_verified else '（待核）'}"


def _until_cancelled(meeting: AssemblyMeeting) -> list[StepShown]:
    shown = [StepShown("公告议题全文", dt(meeting.noticed_at), "done")]
    last = meeting.events.order_by("-pk").first()
    if last:
        shown.append(StepShown("取消", dt(last.at), "late", last.text))
    return shown if meeting.noticed_at else shown[1:]


def tasks_of(meeting: AssemblyMeeting, at: datetime) -> list[tuple[FollowUp, StepShown]]:
    """后续事项: what must be done after the announcement."""
    return [(task, _task(task, at)) for task in meeting.follow_ups.order_by("due_at", "pk")]


def _task(task: FollowUp, at: datetime) -> StepShown:
    if task.done_at:
        return StepShown(task.name, f"{dt(task.done_at)} 已办", "done", task.note)
    state = "late" if task.due_at <= at else "now"
    return StepShown(task.name, f"{due(task.due_at)} 前 · {task.article}", state)
