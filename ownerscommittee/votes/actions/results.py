"""公示、异议、公告、定案: a counted result on its way to what nobody changes any more."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compounds.models import Person, working_calendar
from compounds.notices.actions import notify
from compounds.rules import Conflict, Refused
from compounds.templatetags.words import due
from evidence.actions.logs import append
from evidence.rules.moments import minute
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.access.voters import why_no_voter
from ownerscommittee.votes.actions.counting import keep, voided_since_count
from ownerscommittee.votes.actions.history import lock, move
from ownerscommittee.votes.actions.meetings import number_of
from ownerscommittee.votes.actions.telling import tell_community, tell_owners
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    FollowUp,
    OfficialTotals,
    Result,
    ResultObjection,
)
from ownerscommittee.votes.models.asking import motions_of
from ownerscommittee.votes.rules.inconsistencies import judge_published
from ownerscommittee.votes.rules.meetings import (
    FINAL_AFTER,
    check_announcing,
    check_objecting,
    state_after,
)
from ownerscommittee.votes.rules.published import read_published
from ownerscommittee.votes.rules.timetable import duties_after, ends_at
from ownerscommittee.votes.terms import MeetingVerb, Outcome, Stage


@transaction.atomic
def post_result(meeting: AssemblyMeeting, *, by: Person, at: datetime) -> AssemblyMeeting:
    """公示初步结果: everybody reads it, and whoever stands on the roll may object."""
    meeting = lock(meeting)
    state_after(MeetingVerb.POSTED, meeting.state)
    _check_fresh(meeting)
    calendar = working_calendar()
    until = ends_at(at, number_of(meeting, LocalNumber.OBJECTION_DAYS), calendar)
    announced_by = ends_at(until, number_of(meeting, LocalNumber.ANNOUNCE_DAYS), calendar)
    move(
        meeting,
        MeetingVerb.POSTED,
        by=by,
        at=at,
        posted_at=at,
        objections_until=until,
        announce_due_at=announced_by,
        late_told_at=None,
    )
    words = {
        "event": "result_posted",
        "title": f"初步结果公示：{meeting.title}",
        "body": f"有异议请在 {due(until)} 前提出，每一条都会答复。",
        "key": f"posted:{meeting.results.count()}",
        "at": at,
    }
    tell_owners(meeting, **words)  # type: ignore[arg-type]
    tell_community(meeting, **words)  # type: ignore[arg-type]
    return meeting


def _check_fresh(meeting: AssemblyMeeting) -> None:
    if voided_since_count(meeting):
        raise Refused("计票以后有票被作废，请先重新计票。")


@transaction.atomic
def object_to_result(
    meeting: AssemblyMeeting, *, text: str, by: Person, at: datetime, key: UUID
) -> ResultObjection:
    """提异议: by whoever stands on the roll, within the days; the log keeps its hash."""
    meeting = lock(meeting)
    if known := ResultObjection.objects.filter(submission_key=key).first():
        return known
    if refusal := why_no_voter(by, meeting):
        raise Refused(refusal)
    check_objecting(meeting.state, meeting.objections_until, at=at)
    assert meeting.stream
    number = meeting.objections.count() + 1
    body = {
        "kind": "objection",
        "at": minute(at),
        "number": number,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    entry = append(meeting.stream, body, at=at)
    return ResultObjection.objects.create(
        meeting=meeting, number=number, text=text, entry=entry, by=by, at=at, submission_key=key
    )


@transaction.atomic
def reply_to_objection(
    objection: ResultObjection, *, text: str, is_upheld: bool, by: Person, at: datetime
) -> ResultObjection:
    """答复异议, each of them, before the announcement."""
    meeting = lock(objection.meeting)
    state_after(MeetingVerb.REPLIED, meeting.state)
    rows = ResultObjection.objects.select_for_update(of=("self",)).select_related("entry", "by")
    objection = rows.get(pk=objection.pk)
    if objection.replied_at:
        raise Conflict("这条异议已经答复过了。")
    objection.reply, objection.is_upheld = text, is_upheld
    objection.replied_by, objection.replied_at = by, at
    objection.save(update_fields=["reply", "is_upheld", "replied_by", "replied_at"])
    move(meeting, MeetingVerb.REPLIED, by=by, at=at, text=f"异议 {objection.number}")
    notify(
        to=[objection.by],
        event="objection_replied",
        title=f"您的异议有答复了：{meeting.title}",
        body=text,
        url=meeting.get_absolute_url(),
        key=f"{meeting.code}:reply:{objection.number}",
        at=at,
    )
    body = {
        "kind": "reply",
        "at": minute(at),
        "objection": objection.entry.index,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    assert meeting.stream
    append(meeting.stream, body, at=at)
    return objection


@transaction.atomic
def announce_result(meeting: AssemblyMeeting, *, by: Person, at: datetime) -> Result:
    """公告: the posting is over, each objection answered. What follows stands with its days."""
    meeting = lock(meeting)
    state_after(MeetingVerb.ANNOUNCED, meeting.state)
    check_announcing(
        meeting.objections_until,
        unanswered=meeting.objections.filter(replied_at__isnull=True).count(),
        at=at,
    )
    _check_fresh(meeting)
    calendar = working_calendar()
    move(
        meeting,
        MeetingVerb.ANNOUNCED,
        by=by,
        at=at,
        announced_at=at,
        final_due_at=ends_at(at, FINAL_AFTER, calendar),
        late_told_at=None,
    )
    sheet = meeting.results.latest().sheet
    _plan_follow_ups(meeting, sheet, at)
    words = {
        "event": "result_announced",
        "title": f"表决结果公告：{meeting.title}",
        "body": "每一项的人数、面积和算式都在页面上。",
        "key": "announced",
        "at": at,
    }
    tell_owners(meeting, **words)  # type: ignore[arg-type]
    tell_community(meeting, **words)  # type: ignore[arg-type]
    return keep(meeting, sheet, Stage.FINAL, by=by, at=at)


def _plan_follow_ups(meeting: AssemblyMeeting, sheet: dict[str, Any], at: datetime) -> None:
    passed = _passed(meeting, sheet)
    motions = [motion for motion in motions_of(meeting) if motion.ident in passed]
    duties = duties_after(
        at,
        {motion.item for motion in motions},
        working_calendar(),
        dismisses=any(motion.is_dismissal for motion in motions),
    )
    FollowUp.objects.bulk_create(
        FollowUp(meeting=meeting, name=duty.name, article=duty.article, due_at=duty.due_at)
        for duty in duties
    )


def _passed(meeting: AssemblyMeeting, sheet: dict[str, Any]) -> set[str]:
    """Where the government's own system decides, what follows goes by its totals (rule 17)."""
    if not meeting.is_advisory:
        return {one["id"] for one in sheet["questions"] if one["outcome"] == Outcome.PASSED}
    official = OfficialTotals.objects.get(meeting=meeting)
    judged = zip(sheet["questions"], judge_published(read_published(official.totals)), strict=True)
    return {one["id"] for one, (verdict, _) in judged if verdict.outcome == Outcome.PASSED}


@transaction.atomic
def finalize_meeting(pk: int, *, at: datetime) -> bool:
    """定案: three days after the announcement the database closes the meeting for good."""
    meeting = lock(AssemblyMeeting(pk=pk))
    if not AssemblyMeeting.objects.to_finalize(at).filter(pk=pk).exists():
        return False
    move(meeting, MeetingVerb.FINALIZED, by=None, at=at)
    return True


@transaction.atomic
def do_follow_up(follow_up: FollowUp, *, note: str, by: Person, at: datetime) -> FollowUp:
    """一件后续事项办好了."""
    done = FollowUp.objects.filter(pk=follow_up.pk, done_at__isnull=True)
    if not done.update(done_at=at, note=note, by=by):
        raise Conflict("这件事已经登记办好了。")
    follow_up.refresh_from_db()
    return follow_up
