"""延长: later than posted, within what the locality allows, and posted again (rule 14)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from compounds.models import Person
from compounds.rules import Conflict
from compounds.templatetags.words import due
from evidence.actions.logs import append
from evidence.rules.moments import minute
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.actions.history import lock, move
from ownerscommittee.votes.actions.meetings import number_of
from ownerscommittee.votes.actions.telling import tell_owners
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.models.asking import profile_of
from ownerscommittee.votes.rules.meetings import state_after
from ownerscommittee.votes.rules.timetable import (
    Extension,
    check_extension,
    extension_offers,
    why_no_extension,
)
from ownerscommittee.votes.terms import MeetingVerb


@dataclass(frozen=True)
class Room:
    """What the locality leaves: the later closes, how many times more, and by whose rule."""

    offers: list[datetime]
    times_left: int
    most_days: int
    locality: str
    is_verified: bool


def extension_room(meeting: AssemblyMeeting) -> Room:
    assert meeting.opens_at and meeting.closes_at
    most, profile = number_of(meeting, LocalNumber.WINDOW_MAX_DAYS), profile_of(meeting)
    return Room(
        offers=extension_offers(meeting.opens_at, meeting.closes_at, most=most),
        times_left=max(number_of(meeting, LocalNumber.EXTENSIONS) - meeting.extensions, 0),
        most_days=most,
        locality=profile.region,
        is_verified=not {LocalNumber.WINDOW_MAX_DAYS, LocalNumber.EXTENSIONS}
        & {*profile.unverified},
    )


def why_not_extended(meeting: AssemblyMeeting, *, at: datetime) -> str:
    """In words, why this vote cannot be extended; empty while it can."""
    try:
        state_after(MeetingVerb.EXTENDED, meeting.state)
    except Conflict as conflict:
        return str(conflict)
    assert meeting.opens_at and meeting.closes_at
    return why_no_extension(
        meeting.opens_at,
        meeting.closes_at,
        earlier=meeting.extensions,
        allowed=number_of(meeting, LocalNumber.EXTENSIONS),
        most=number_of(meeting, LocalNumber.WINDOW_MAX_DAYS),
        at=at,
    )


@transaction.atomic
def extend_meeting(
    meeting: AssemblyMeeting, *, closes_at: datetime, reason: str, by: Person, at: datetime
) -> AssemblyMeeting:
    """延长: before the close, posted with its reason, so often as the locality allows (rule 14)."""
    meeting = lock(meeting)
    state_after(MeetingVerb.EXTENDED, meeting.state)
    assert meeting.opens_at and meeting.closes_at and meeting.stream
    check_extension(
        Extension(at, meeting.closes_at, closes_at, reason),
        opens_at=meeting.opens_at,
        earlier=meeting.extensions,
        allowed=number_of(meeting, LocalNumber.EXTENSIONS),
        most=number_of(meeting, LocalNumber.WINDOW_MAX_DAYS),
    )
    move(
        meeting,
        MeetingVerb.EXTENDED,
        by=by,
        at=at,
        text=reason,
        closes_at=closes_at,
        extensions=meeting.extensions + 1,
    )
    tell_owners(
        meeting,
        event="meeting_extended",
        title=f"表决延长了：{meeting.title}",
        body=f"延到 {due(closes_at)}。{reason}",
        key=f"extended:{meeting.extensions}",
        at=at,
    )
    body = {"kind": "extend", "at": minute(at), "closes": minute(closes_at), "reason": reason}
    append(meeting.stream, body, at=at)
    return meeting
