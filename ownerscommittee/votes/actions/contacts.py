"""联系: what group leaders, heads and volunteers write down of each door they knock at."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.models import Person
from compounds.rules import Conflict, Refused
from ownerscommittee.votes.models import AssemblyMeeting, Ballot, ContactNote, VotingRight
from ownerscommittee.votes.rules.meetings import check_contacting
from ownerscommittee.votes.terms import Contact


@transaction.atomic
def note_contact(
    meeting: AssemblyMeeting,
    right: VotingRight,
    *,
    state: str,
    note: str,
    by: Person,
    at: datetime,
    key: UUID,
) -> ContactNote:
    """One more line of a right's history. Whoever has voted is not asked any more."""
    if known := ContactNote.objects.filter(submission_key=key).first():
        return known
    held = AssemblyMeeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    check_contacting(held.state, held.closes_at, at=at)
    _check_unvoted(meeting, right)
    return ContactNote.objects.create(
        meeting=meeting,
        right=right,
        state=Contact(state),
        note=note.strip(),
        by=by,
        at=at,
        submission_key=key,
    )


def _check_unvoted(meeting: AssemblyMeeting, right: VotingRight) -> None:
    if Ballot.objects.standing().filter(meeting=meeting, right=right).exists():
        raise Conflict("这一户已经投票了，不用再联系。")


def reveal_contact(
    meeting: AssemblyMeeting, right: VotingRight, *, by: Person, reason: str, at: datetime
) -> str:
    """The telephone of an owner who is waited for, to somebody who says why; the log remembers."""
    _check_unvoted(meeting, right)
    reason = reason.strip()
    if not reason:
        raise Refused("请先写明为什么要看，再点查看。")
    record(by, Verb.REVEALED, right, at=at, reason=reason)
    return right.phone or (right.voter.phone if right.voter else "")


def record_sheet(meeting: AssemblyMeeting, doors: int, *, by: Person, at: datetime) -> None:
    """A list for the staircase leaves the screen: the log remembers who printed it."""
    record(by, Verb.EXPORTED, meeting, at=at, reason=f"打印联系名单 {doors} 户")
