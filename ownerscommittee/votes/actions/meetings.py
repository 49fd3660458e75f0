"""公告、开始、延长、截止、取消: how a meeting gets from its draft to the last ballot."""

from datetime import datetime
from typing import Any

from django.db import transaction

from compounds.models import Person, working_calendar
from compounds.rules import DAY, Calendar, Refused, local_day
from compounds.templatetags.words import dt, due
from evidence.actions.logs import append, attach, open_stream, origin_of
from evidence.actions.publishing import add_witness, publish_checkpoint
from evidence.models import Witness
from evidence.rules.canonical import canonical
from evidence.rules.moments import WITNESSES_NEEDED, minute
from evidence.terms import Occasion
from ownerscommittee.terms import BylawTerm, FollowMajority, LocalNumber
from ownerscommittee.votes.actions.history import lock, move, note_event
from ownerscommittee.votes.actions.telling import tell_community, tell_conveners, tell_owners
from ownerscommittee.votes.models import AssemblyMeeting, Roll
from ownerscommittee.votes.models.asking import (
    asked_of,
    bylaws_of,
    follow_rule,
    logged_questions,
    motions_of,
    notice_sha256,
    profile_of,
)
from ownerscommittee.votes.rules.ballots import Draft, lint_vote
from ownerscommittee.votes.rules.decisions import rule_version
from ownerscommittee.votes.rules.meetings import state_after
from ownerscommittee.votes.rules.sealing import RULES, SOFTWARE, right_id, roll_lines, sha256_of
from ownerscommittee.votes.rules.timetable import (
    check_notice,
    check_reposting,
    check_window,
    ends_at,
)
from ownerscommittee.votes.terms import MeetingKind, MeetingState, MeetingVerb, Reminding


def number_of(meeting: AssemblyMeeting, name: LocalNumber) -> int:
    return int(profile_of(meeting).number(name).value)


# --- The notice -------------------------------------------------------------------------------


def faults_of(meeting: AssemblyMeeting, *, at: datetime, calendar: Calendar) -> list[str]:
    """Everything that must be mended before the notice, each in a sentence (rule 19)."""
    motions = motions_of(meeting)
    opens_at, closes_at = meeting.opens_at, meeting.closes_at
    days = notice_days(meeting)
    faults = lint_vote(
        [
            Draft(
                kind=motion.kind,
                text=motion.text,
                item=motion.item,
                options=tuple(option.label for option in motion.options.all()),
                seats=motion.seats,
                choices=motion.seats,
            )
            for motion in motions
        ],
        notice_days=(local_day(opens_at) - local_day(at)) // DAY - 1 if opens_at else None,
        least_notice_days=days,
        is_roll_frozen=bool(meeting.roll and meeting.roll.frozen_at),
    )
    if opens_at and closes_at:
        faults += _faults_of_time(meeting, opens_at, closes_at, at=at, calendar=calendar)
    titles = [motion.title for motion in motions]
    faults += [f"有两个议题都叫「{one}」。" for one in sorted({*titles}) if titles.count(one) > 1]
    return list(dict.fromkeys(faults))


def notice_days(meeting: AssemblyMeeting) -> int:
    is_temporary = meeting.kind == MeetingKind.TEMPORARY
    name = LocalNumber.TEMPORARY_NOTICE_DAYS if is_temporary else LocalNumber.NOTICE_DAYS
    return number_of(meeting, name)


def _faults_of_time(
    meeting: AssemblyMeeting,
    opens_at: datetime,
    closes_at: datetime,
    *,
    at: datetime,
    calendar: Calendar,
) -> list[str]:
    faults = []
    least = number_of(meeting, LocalNumber.WINDOW_MIN_DAYS)
    most = number_of(meeting, LocalNumber.WINDOW_MAX_DAYS)
    try:
        check_notice(at, opens_at, notice_days(meeting), calendar)
    except Refused as refusal:
        faults.append(str(refusal))
    try:
        check_window(opens_at, closes_at, least=least, most=most)
    except Refused as refusal:
        faults.append(str(refusal))
    return faults + _reposting(meeting, opens_at)


def _reposting(meeting: AssemblyMeeting, opens_at: datetime) -> list[str]:
    try:
        check_reposting(meeting.roll.corrections_until if meeting.roll else None, opens_at)
    except Refused as refusal:
        return [str(refusal)]
    return []


@transaction.atomic
def notice_meeting(meeting: AssemblyMeeting, *, by: Person, at: datetime) -> AssemblyMeeting:
    """公告: from here on the text, the roll and the times stand as they are (rule 13)."""
    meeting = lock(meeting)
    state_after(MeetingVerb.NOTICED, meeting.state)
    if faults := faults_of(meeting, at=at, calendar=working_calendar()):
        raise Refused("\n".join(faults))
    assert meeting.opens_at and meeting.closes_at
    rule_version(local_day(meeting.opens_at))
    must = bool(number_of(meeting, LocalNumber.OFFICIAL_SYSTEM))
    stream = open_stream(
        origin_of(f"votes/{meeting.code}"),
        title=f"{meeting.compound} {meeting.title}",
        url=meeting.get_absolute_url(),
        at=at,
    )
    move(
        meeting,
        MeetingVerb.NOTICED,
        by=by,
        at=at,
        is_advisory=meeting.is_advisory or must,
        notice_sha256=notice_sha256(meeting),
        noticed_at=at,
        stream=stream,
    )
    words = {
        "event": "meeting_noticed",
        "title": f"业主大会公告：{meeting.title}",
        "body": f"{dt(meeting.opens_at)} 开始表决。请先看议题全文。",
        "key": "noticed",
        "at": at,
    }
    tell_owners(meeting, **words)  # type: ignore[arg-type]
    tell_community(meeting, **words)  # type: ignore[arg-type]
    return meeting


@transaction.atomic
def name_witness(
    meeting: AssemblyMeeting, *, name: str, email: str, role: str, by: Person, at: datetime
) -> Witness:
    """见证人: gets every checkpoint by e-mail. Three must stand before the vote opens."""
    meeting = lock(meeting)
    if meeting.stream is None or meeting.state not in (MeetingState.NOTICED, MeetingState.OPEN):
        raise Refused("公告以后、截止以前才能登记见证人。")
    if meeting.stream.witnesses.filter(email=email).exists():
        raise Refused("这个邮箱已经登记过了。")
    note_event(meeting, MeetingVerb.WITNESSED, by=by, at=at, text=name)
    return add_witness(meeting.stream, name=name, email=email, role=role, at=at)


# --- Open and close: the sweep's ----------------------------------------------------------------


def hindrances(meeting: AssemblyMeeting, *, at: datetime) -> list[str]:
    """Why a noticed vote cannot open now, each in a sentence; [] opens by itself on its day."""
    assert meeting.roll and meeting.stream and meeting.closes_at
    found = []
    witnesses = meeting.stream.witnesses.count()
    if witnesses < WITNESSES_NEEDED:
        found.append(f"见证人要 {WITNESSES_NEEDED} 位以上，现在 {witnesses} 位。请补齐。")
    if meeting.closes_at - at < number_of(meeting, LocalNumber.WINDOW_MIN_DAYS) * DAY:
        found.append("剩下的表决时间不够最短天数了。请取消后重新公告。")
    return found + _reposting(meeting, at)


@transaction.atomic
def open_meeting(pk: int, *, at: datetime) -> bool:
    """开始: lock the roll, begin the log. False when something is missing, or another was first."""
    meeting = lock(AssemblyMeeting(pk=pk))
    if not AssemblyMeeting.objects.to_open(at).filter(pk=pk).exists():
        return False
    if reasons := hindrances(meeting, at=at):
        tell_conveners(
            meeting,
            event="meeting_hindered",
            title=f"表决没能开始：{meeting.title}",
            body="".join(reasons),
            key=f"hindered:{local_day(at)}",
            at=at,
        )
        return False
    move(meeting, MeetingVerb.OPENED, by=None, at=at)
    _begin_log(meeting, at=at)
    assert meeting.opens_at and meeting.closes_at
    told = tell_owners(
        meeting,
        event="meeting_opened",
        title=f"请您表决：{meeting.title}",
        body=f"{due(meeting.closes_at)} 截止。几分钟就能投好。",
        key="opened",
        at=at,
    )
    meeting.reminders.create(occasion=Reminding.OPENING, due_at=meeting.opens_at, at=at, told=told)
    return True


def _begin_log(meeting: AssemblyMeeting, *, at: datetime) -> None:
    assert meeting.roll and meeting.stream
    Roll.objects.filter(pk=meeting.roll.pk, locked_at__isnull=True).update(locked_at=at)
    rights = meeting.roll.rights.filter(is_struck=False).values_list("number", "heads", "area")
    lines = roll_lines(rights)
    attach(meeting.stream, "roll.jsonl", lines, at=at)
    append(meeting.stream, _opening(meeting, sha256_of(lines), at), at=at)
    publish_checkpoint(meeting.stream, at=at, occasion=Occasion.OPEN)


def _opening(meeting: AssemblyMeeting, roll_sha256: str, at: datetime) -> dict[str, Any]:
    assert meeting.roll and meeting.stream and meeting.opens_at and meeting.closes_at
    motions, rule = motions_of(meeting), follow_rule(meeting)
    return {
        "kind": "open",
        "at": minute(at),
        "origin": meeting.stream.origin,
        "opens": minute(meeting.opens_at),
        "closes": minute(meeting.closes_at),
        "roll_sha256": roll_sha256,
        "heads": meeting.roll.heads,
        "area": meeting.roll.area,
        "conflict": "first",
        "secrecy": "hidden",
        "advisory": meeting.is_advisory,
        "invalid": str(bylaws_of(meeting).term(BylawTerm.INVALID_BALLOTS).value),
        "follow_choice": rule != FollowMajority.OFF,
        "follow_delivered": rule == FollowMajority.DELIVERED,
        "questions": logged_questions(motions, asked_of(meeting, motions)),
        "rules": RULES,
        "software": SOFTWARE,
    }


@transaction.atomic
def close_meeting(pk: int, *, at: datetime) -> bool:
    """截止, exactly once: no ballot after it, and the turnout goes into the log."""
    meeting = lock(AssemblyMeeting(pk=pk))
    if not AssemblyMeeting.objects.to_close(at).filter(pk=pk).exists():
        return False
    calendar = working_calendar()
    move(
        meeting,
        MeetingVerb.CLOSED,
        by=None,
        at=at,
        closed_at=at,
        result_due_at=ends_at(at, number_of(meeting, LocalNumber.RESULT_DAYS), calendar),
    )
    ballots = meeting.ballots.standing()
    heads, area = ballots.turnout()
    assert meeting.stream
    append(
        meeting.stream,
        {
            "kind": "close",
            "at": minute(at),
            "ballots": ballots.count(),
            "heads": heads,
            "area": area,
            "channels": {
                channel: {"heads": row["heads"], "area": row["area"]}
                for channel, row in ballots.by_channel().items()
            },
            "delivered_sha256": _attach_delivered(meeting, at),
        },
        at=at,
    )
    publish_checkpoint(meeting.stream, at=at, occasion=Occasion.CLOSE)
    tell_conveners(
        meeting,
        event="meeting_closed",
        title=f"表决已截止：{meeting.title}",
        body="请按期计票，先请见证人签字。",
        key="closed",
        at=at,
    )
    return True


def _attach_delivered(meeting: AssemblyMeeting, at: datetime) -> str | None:
    """delivered.json, only where the bylaws let the delivered but unreturned follow."""
    if follow_rule(meeting) != FollowMajority.DELIVERED:
        return None
    forms = meeting.forms.delivered_in_vain().values_list("right__number", flat=True)
    listed = sorted(right_id(number) for number in forms)
    line = f"{canonical(listed)}\n"
    assert meeting.stream
    attach(meeting.stream, "delivered.json", line, at=at)
    return sha256_of(line)


# --- Not at all --------------------------------------------------------------------------------


@transaction.atomic
def cancel_meeting(
    meeting: AssemblyMeeting, *, reason: str, by: Person, at: datetime
) -> AssemblyMeeting:
    """取消, with a reason, before the close. Ballots stay sealed and are never counted."""
    meeting = lock(meeting)
    was = meeting.state
    move(meeting, MeetingVerb.CANCELLED, by=by, at=at, text=reason)
    if was != MeetingState.DRAFT:
        tell_owners(
            meeting,
            event="meeting_cancelled",
            title=f"表决取消了：{meeting.title}",
            body=reason,
            key="cancelled",
            at=at,
        )
    if was == MeetingState.OPEN:
        assert meeting.stream
        append(meeting.stream, {"kind": "cancel", "at": minute(at), "reason": reason}, at=at)
        publish_checkpoint(meeting.stream, at=at, occasion=Occasion.ASKED)
    return meeting
