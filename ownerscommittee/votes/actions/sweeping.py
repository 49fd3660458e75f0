"""The sweep of meetings: what falls due by the clock, once, however often it is called."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from compounds.templatetags.words import due
from ownerscommittee.votes.actions.history import lock
from ownerscommittee.votes.actions.meetings import close_meeting, open_meeting
from ownerscommittee.votes.actions.results import finalize_meeting
from ownerscommittee.votes.actions.telling import (
    tell_community,
    tell_conveners,
    tell_those_who_wait,
)
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.models.meetings import AssemblyMeetingQuerySet
from ownerscommittee.votes.rules.timetable import reminder_moments
from ownerscommittee.votes.terms import MeetingState, Reminding

logger = logging.getLogger(__name__)


def sweep_meetings(*, at: datetime) -> int:
    """Open, close, finalize, remind and warn; how many meetings this call changed."""
    meetings = AssemblyMeeting.objects
    moved = _each(meetings.to_open(at), open_meeting, at)
    moved += _each(meetings.to_close(at), close_meeting, at)
    moved += _each(meetings.to_finalize(at), finalize_meeting, at)
    moved += _each(meetings.late(at), warn_of_lateness, at)
    _each(meetings.open(), remind, at)
    return moved


def _each(meetings: AssemblyMeetingQuerySet, deed: Callable[..., bool], at: datetime) -> int:
    """Each in its own transaction: one bad row stops nobody else's."""
    done = 0
    for pk in list(meetings.values_list("pk", flat=True)):
        try:
            done += deed(pk, at=at)
        except Exception:
            logger.exception("meeting %s was not swept by %s", pk, deed.__name__)
    return done


@transaction.atomic
def warn_of_lateness(pk: int, *, at: datetime) -> bool:
    """A count or an announcement past its day: told once to the convener and the community."""
    meeting = lock(AssemblyMeeting(pk=pk))
    if not AssemblyMeeting.objects.late(at).filter(pk=pk).exists():
        return False
    meeting.late_told_at = at
    meeting.save(update_fields=["late_told_at"])
    words = {
        "event": "meeting_late",
        "title": f"逾期了：{meeting.title}",
        "body": f"「{meeting.get_state_display()}」的期限已过，请尽快办理。",
        "key": f"late:{meeting.state}",
        "at": at,
    }
    tell_conveners(meeting, **words)  # type: ignore[arg-type]
    tell_community(meeting, **words)  # type: ignore[arg-type]
    return True


@transaction.atomic
def remind(pk: int, *, at: datetime) -> bool:
    """Half-way, and two days and six hours before the close: those who have not voted, once each.

    After a pause only the latest moment that was missed reminds: nobody is told twice at once.
    """
    meeting = lock(AssemblyMeeting(pk=pk))
    found = _reminder_due(meeting, at)
    if found is None:
        return False
    occasion, moment = found
    told = tell_those_who_wait(
        meeting,
        event="meeting_reminder",
        title=f"还等您表决：{meeting.title}",
        body=f"{due(meeting.closes_at)} 截止。",
        key=f"remind:{moment:%m%d%H%M}",
        at=at,
    )
    meeting.reminders.create(occasion=occasion, due_at=moment, at=at, told=told)
    return True


def _reminder_due(meeting: AssemblyMeeting, at: datetime) -> tuple[Reminding, datetime] | None:
    """The latest reminder whose moment has come, if neither it nor a later one was sent."""
    opens_at, closes_at = meeting.opens_at, meeting.closes_at
    if meeting.state != MeetingState.OPEN or not opens_at or not closes_at or at >= closes_at:
        return None
    moments = reminder_moments(opens_at, closes_at)
    come = [(moment, occasion) for occasion, moment in moments.items() if moment <= at]
    if not come:
        return None
    latest, occasion = max(come)
    if meeting.reminders.filter(due_at__gte=latest).exists():
        return None
    return occasion, latest
