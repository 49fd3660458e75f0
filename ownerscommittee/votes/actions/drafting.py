"""起草: the meeting and its questions while nobody but the convener's side has seen them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from compounds.models import Compound, Organization, Person
from compounds.rules import Refused, local_day
from ownerscommittee.votes.access.meetings import may_convene
from ownerscommittee.votes.actions.history import lock, note_event
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Motion,
    MotionOption,
    Petition,
    Roll,
    Scrutineer,
)
from ownerscommittee.votes.rules.meetings import check_labels, state_after
from ownerscommittee.votes.terms import COUNTED_STATES, MeetingState, MeetingVerb, Question


@transaction.atomic
def draft_meeting(
    compound: Compound,
    *,
    convener: Organization,
    title: str,
    kind: str,
    opens_at: datetime,
    closes_at: datetime,
    roll: Roll | None = None,
    is_advisory: bool = False,
    petition: Petition | None = None,
    by: Person,
    at: datetime,
    key: UUID,
) -> AssemblyMeeting:
    """A draft under the next number of the compound's year; the same key, the same draft."""
    Compound.objects.select_for_update().get(pk=compound.pk)
    if known := AssemblyMeeting.objects.filter(submission_key=key).first():
        return known
    meeting = AssemblyMeeting.objects.create(
        code=_next_code(compound, local_day(at).year),
        compound=compound,
        convener=convener,
        title=title,
        kind=kind,
        roll=roll,
        petition=petition,
        is_advisory=is_advisory,
        opens_at=opens_at,
        closes_at=closes_at,
        by=by,
        at=at,
        submission_key=key,
    )
    note_event(meeting, MeetingVerb.DRAFTED, by=by, at=at, before="")
    return meeting


def _next_code(compound: Compound, year: int) -> str:
    prefix = f"{compound.code}-{year}-"
    count = AssemblyMeeting.objects.filter(code__startswith=prefix).count()
    return f"{prefix}{count + 1}"


@transaction.atomic
def edit_meeting(meeting: AssemblyMeeting, *, by: Person, **changes: Any) -> AssemblyMeeting:
    """Title, times, roll: whatever the form of the draft names."""
    meeting = _lock_draft(meeting)
    for name, value in changes.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(changes))
    return meeting


@transaction.atomic
def put_motion(
    meeting: AssemblyMeeting,
    *,
    position: int | None,
    item: int,
    kind: str,
    title: str,
    text: str,
    seats: int,
    is_dismissal: bool,
    labels: Iterable[str],
) -> Motion:
    """A question, new (no position) or written anew under its number, with its options."""
    meeting = _lock_draft(meeting)
    labels = [label.strip() for label in labels if label.strip()]
    check_labels(labels)
    motion = Motion(meeting=meeting, position=position or meeting.motions.count() + 1)
    if position:
        motion = meeting.motions.get(position=position)
        motion.options.all().delete()
    motion.item, motion.kind, motion.title, motion.text = item, kind, title, text
    motion.seats = seats if kind == Question.ELECTION else 1
    motion.is_dismissal = is_dismissal
    motion.save()
    if kind != Question.APPROVAL:
        MotionOption.objects.bulk_create(
            MotionOption(motion=motion, position=number, label=label)
            for number, label in enumerate(labels, start=1)
        )
    return motion


@transaction.atomic
def remove_motion(motion: Motion) -> None:
    """Those behind it move up by one."""
    meeting = _lock_draft(motion.meeting)
    motion = meeting.motions.get(pk=motion.pk)
    motion.options.all().delete()
    motion.delete()
    meeting.motions.filter(position__gt=motion.position).update(position=F("position") - 1)


def _lock_draft(meeting: AssemblyMeeting) -> AssemblyMeeting:
    meeting = lock(meeting)
    state_after(MeetingVerb.DRAFTED, meeting.state)
    return meeting


@transaction.atomic
def name_scrutineer(
    meeting: AssemblyMeeting, *, person: Person, by: Person, at: datetime
) -> Scrutineer:
    """监票人 for this meeting: not of those who call it."""
    meeting = lock(meeting)
    if meeting.state in (*COUNTED_STATES, MeetingState.CANCELLED):
        raise Refused("已经计票或取消，不能再指定监票人。")
    if may_convene(person, meeting):
        raise Refused("召集人一方不能监票，请另选一位。")
    named, _ = Scrutineer.objects.get_or_create(
        meeting=meeting, person=person, defaults={"by": by, "at": at}
    )
    return named
