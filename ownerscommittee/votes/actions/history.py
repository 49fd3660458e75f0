"""Every step of a meeting goes through `move`: the state, the named fields, one line of history."""

from datetime import datetime

from compounds.models import Person
from ownerscommittee.votes.models import AssemblyMeeting, MeetingEvent
from ownerscommittee.votes.rules.meetings import state_after
from ownerscommittee.votes.terms import MeetingVerb


def lock(meeting: AssemblyMeeting) -> AssemblyMeeting:
    """The row as it is now, nobody else's until the deed is done; ballots wait meanwhile."""
    rows = AssemblyMeeting.objects.select_for_update(of=("self",))
    related = ("compound__branch", "convener", "roll__profile", "roll__bylaws", "stream")
    return rows.select_related(*related).get(pk=meeting.pk)


def move(
    meeting: AssemblyMeeting,
    verb: MeetingVerb,
    *,
    by: Person | None,
    at: datetime,
    text: str = "",
    **changes: object,
) -> MeetingEvent:
    """Carry out one step on a locked meeting. Raises Conflict when its state does not allow it."""
    before, meeting.state = meeting.state, state_after(verb, meeting.state)
    for name, value in changes.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=["state", *changes])
    return note_event(meeting, verb, by=by, at=at, text=text, before=before)


def note_event(
    meeting: AssemblyMeeting,
    verb: MeetingVerb,
    *,
    by: Person | None,
    at: datetime,
    text: str = "",
    before: str | None = None,
) -> MeetingEvent:
    """A line of the history; without `before`, of something that left the state as it was."""
    return MeetingEvent.objects.create(
        meeting=meeting,
        verb=verb,
        by=by,
        role=str(meeting.convener) if by else "",
        at=at,
        from_state=meeting.state if before is None else before,
        to_state=meeting.state,
        text=text,
    )
