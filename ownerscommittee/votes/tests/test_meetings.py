"""A meeting from its draft to its final result, and every step that is refused on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from compounds.notices.models import Notice
from compounds.rules import DAY, Conflict, Refused
from evidence.models import Checkpoint
from ownerscommittee.votes.actions.casting import cast_on_web
from ownerscommittee.votes.actions.counting import count_meeting
from ownerscommittee.votes.actions.drafting import edit_meeting, name_scrutineer, remove_motion
from ownerscommittee.votes.actions.extending import extend_meeting
from ownerscommittee.votes.actions.meetings import (
    cancel_meeting,
    close_meeting,
    notice_meeting,
)
from ownerscommittee.votes.actions.results import (
    announce_result,
    do_follow_up,
    finalize_meeting,
    post_result,
)
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.models import AssemblyMeeting, Motion
from ownerscommittee.votes.rules.meetings import MOVES, STAYS, may_follow, state_after
from ownerscommittee.votes.terms import Item, MeetingState, MeetingVerb, Outcome, Question
from ownerscommittee.votes.tests.hall import CLOSES, LATER, NOTICED, OPENS, VOTING

AGREE = {"q1": ["agree"]}


@pytest.mark.parametrize("verb", [*MOVES, *STAYS])
@pytest.mark.parametrize("state", MeetingState)
def test_what_is_not_listed_is_refused(verb, state):
    if not may_follow(verb, state):
        with pytest.raises(Conflict, match=MeetingState(state).label):
            state_after(verb, state)


def test_a_meeting_goes_all_the_way(hall):
    meeting = hall.open()
    for owner in hall.owners[:3]:
        cast_on_web(meeting, choices=AGREE, by=owner, at=VOTING)
    meeting = hall.announced(meeting)
    sweep_meetings(at=LATER)

    assert hall.again(meeting).state == MeetingState.FINAL
    (question,) = meeting.results.latest().sheet["questions"]
    assert question["outcome"] == Outcome.PASSED
    assert question["counts"]["unreturned"] == {"heads": 1, "area": 9000}
    steps = meeting.events.exclude(verb=MeetingVerb.WITNESSED)
    verbs = list(steps.values_list("verb", flat=True))
    assert verbs == [
        ["drafted", "noticed", "opened", "closed", "counted", "posted", "announced", "finalized"][n]
        for n in range(8)
    ]
    occasions = Checkpoint.objects.order_by("pk").values_list("occasion", flat=True)
    assert list(occasions) == ["open", "close", "result", "result"]


DEEDS = {
    MeetingVerb.NOTICED: lambda hall, one: notice_meeting(one, by=hall.chair, at=NOTICED),
    MeetingVerb.EXTENDED: lambda hall, one: extend_meeting(
        one, closes_at=LATER, reason="人还不够", by=hall.chair, at=VOTING
    ),
    MeetingVerb.CANCELLED: lambda hall, one: cancel_meeting(
        one, reason="不开了", by=hall.chair, at=VOTING
    ),
    MeetingVerb.COUNTED: lambda hall, one: count_meeting(one, by=hall.chair, at=CLOSES),
    MeetingVerb.POSTED: lambda hall, one: post_result(one, by=hall.chair, at=CLOSES),
    MeetingVerb.ANNOUNCED: lambda hall, one: announce_result(one, by=hall.chair, at=LATER),
}


@pytest.mark.parametrize("stage", ["draft", "noticed", "open", "closed", "posted", "announced"])
def test_no_deed_comes_before_or_after_its_turn(hall, stage):
    meeting = getattr(hall, stage)(
        *([] if stage in {"draft", "noticed", "open"} else [hall.open()])
    )
    for verb, deed in DEEDS.items():
        if not may_follow(verb, meeting.state):
            with pytest.raises(Conflict):
                deed(hall, meeting)
    assert hall.again(meeting).state == meeting.state


# --- The notice -------------------------------------------------------------------------------


def test_a_notice_stands_fifteen_full_days_before_the_vote_opens(hall):
    meeting = hall.draft(opens_at=NOTICED + 15 * DAY)

    with pytest.raises(Refused, match="公告要满 15 天"):
        notice_meeting(meeting, by=hall.chair, at=NOTICED)
    notice_meeting(meeting, by=hall.chair, at=NOTICED - DAY)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"labels": ["甲公司"]}, "选项太少"),
        ({"labels": ["甲公司", "甲公司"]}, "选项重复：甲公司"),
        ({"text": "  "}, "全文"),
        ({"item": 12}, "第278条"),
    ],
)
def test_a_ballot_that_leads_or_misleads_is_not_posted(hall, over, words):
    meeting = hall.draft(motions=())
    choice = {"kind": Question.PICK, "item": Item.PROPERTY_COMPANY, "labels": ["甲公司", "乙公司"]}
    hall.motion(meeting, **{**choice, **over})

    with pytest.raises(Refused, match=words):
        notice_meeting(meeting, by=hall.chair, at=NOTICED)


def test_nobody_lists_abstention_among_the_plans(hall):
    with pytest.raises(Refused, match="自动有"):
        hall.motion(hall.draft(), kind=Question.PICK, labels=["甲公司", "弃权"])


def test_without_a_question_or_a_settled_roll_nothing_is_posted(hall):
    meeting = hall.draft(motions=(), roll=None)

    with pytest.raises(Refused, match="还没有议题") as refusal:
        notice_meeting(meeting, by=hall.chair, at=NOTICED)
    assert "名册还没有确定" in str(refusal.value)


def test_what_was_posted_stays_as_it_was(hall):
    meeting = hall.noticed()
    motion = meeting.motions.get()

    for change in (
        lambda: Motion.objects.filter(pk=motion.pk).update(text="另一回事"),
        lambda: hall.motion(meeting),
        lambda: motion.delete(),
        lambda: AssemblyMeeting.objects.filter(pk=meeting.pk).update(title="别的会"),
        lambda: AssemblyMeeting.objects.filter(pk=meeting.pk).update(closes_at=CLOSES - DAY),
        lambda: AssemblyMeeting.objects.filter(pk=meeting.pk).update(closes_at=CLOSES + DAY),
    ):
        with pytest.raises((DatabaseError, Conflict)), transaction.atomic():
            change()


def test_owners_and_the_community_hear_of_the_notice(hall, cast):
    hall.noticed()

    told = Notice.objects.filter(event="meeting_noticed").values_list("person", flat=True)
    expected = {person.pk for person in [*hall.owners, cast.community_staff, cast.secretary]}
    assert set(told) == expected


def test_a_draft_is_written_anew_and_questions_move_up(hall):
    meeting = hall.draft(motions=((Item.OTHER, "一"), (Item.OTHER, "二"), (Item.OTHER, "三")))
    edit_meeting(meeting, by=hall.chair, title="临时大会")
    remove_motion(meeting.motions.get(position=1))
    hall.motion(meeting, position=2, title="四", kind=Question.PICK, labels=["甲", " 乙 ", ""])

    assert hall.again(meeting).title == "临时大会"
    assert [str(one) for one in meeting.motions.all()] == ["1. 二", "2. 四"]
    options = meeting.motions.get(position=2).options.all()
    assert [(one.ident, one.label) for one in options] == [("o1", "甲"), ("o2", "乙")]


def test_whoever_calls_the_meeting_does_not_watch_the_count(hall, cast):
    meeting = hall.draft()
    with pytest.raises(Refused, match="不能监票"):
        name_scrutineer(meeting, person=hall.chair, by=hall.chair, at=NOTICED)
    name_scrutineer(meeting, person=cast.resident, by=hall.chair, at=NOTICED)


# --- Open, longer, close ----------------------------------------------------------------------


def test_a_vote_without_three_witnesses_does_not_open_and_the_convener_hears_why(hall):
    meeting = hall.noticed(witnesses=2)

    assert sweep_meetings(at=OPENS) == 0
    assert hall.again(meeting).state == MeetingState.NOTICED
    told = Notice.objects.get(event="meeting_hindered")
    assert told.person == hall.chair
    assert "见证人要 3 位以上" in told.body


def test_the_vote_opens_and_closes_once_however_often_the_sweep_runs(hall):
    meeting = hall.noticed()

    assert [sweep_meetings(at=OPENS) for _ in range(3)] == [1, 0, 0]
    assert [sweep_meetings(at=CLOSES + DAY) for _ in range(3)] == [1, 0, 0]
    meeting = hall.again(meeting)
    assert (meeting.state, meeting.closed_at) == (MeetingState.CLOSED, CLOSES + DAY)
    assert meeting.stream.entries.count() == 2
    assert not close_meeting(meeting.pk, at=LATER)
    assert not finalize_meeting(meeting.pk, at=LATER)


def test_the_roll_in_use_is_locked(hall):
    assert hall.roll.locked_at is None
    hall.open()
    hall.roll.refresh_from_db()
    assert hall.roll.locked_at == OPENS


def test_a_vote_is_extended_before_its_close_with_a_reason_so_often_as_allowed(hall):
    meeting = hall.open()
    later = CLOSES + 5 * DAY
    for wrong, words in (
        ({"at": CLOSES}, "已经截止"),
        ({"reason": " "}, "为什么延长"),
        ({"closes_at": CLOSES}, "要晚于"),
        ({"closes_at": OPENS + 61 * DAY}, "最多 60 天"),
    ):
        given = {"closes_at": later, "reason": "还差 37 人", "by": hall.chair, "at": VOTING}
        with pytest.raises(Refused, match=words):
            extend_meeting(meeting, **{**given, **wrong})

    extend_meeting(meeting, closes_at=later, reason="还差 37 人", by=hall.chair, at=VOTING)
    cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=CLOSES + DAY)
    with pytest.raises(Refused, match="已经用完"):
        extend_meeting(meeting, closes_at=later + DAY, reason="再", by=hall.chair, at=VOTING)
    sweep_meetings(at=later - DAY)
    assert hall.again(meeting).state == MeetingState.OPEN


def test_a_cancelled_vote_takes_no_ballot_and_is_never_counted(hall):
    meeting = hall.open()
    cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=VOTING)
    cancel_meeting(meeting, reason="议题有误", by=hall.chair, at=VOTING)

    with pytest.raises(Conflict, match="已取消"):
        cast_on_web(meeting, choices=AGREE, by=hall.owners[1], at=VOTING)
    with pytest.raises(Conflict):
        count_meeting(meeting, by=hall.chair, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        AssemblyMeeting.objects.filter(pk=meeting.pk).update(state=MeetingState.OPEN)


def test_those_who_have_not_voted_are_reminded_half_way_and_before_the_close(hall):
    meeting = hall.open()
    cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=VOTING)
    moments = [5 * DAY, 8 * DAY, 10 * DAY - timedelta(hours=6)]
    for after in moments:
        for _ in range(2):
            sweep_meetings(at=OPENS + after)

    reminders = Notice.objects.filter(event="meeting_reminder")
    assert reminders.count() == 3 * len(moments)
    assert not reminders.filter(person=hall.owners[0]).exists()


def test_a_late_count_is_told_once(hall):
    hall.open()
    sweep_meetings(at=CLOSES)
    for _ in range(2):
        sweep_meetings(at=LATER)

    late = Notice.objects.filter(event="meeting_late")
    assert late.filter(person=hall.chair).count() == 1


# --- After ------------------------------------------------------------------------------------


def test_what_follows_a_result_stands_with_its_days(hall):
    meeting = hall.draft(motions=())
    hall.motion(meeting, item=Item.PROPERTY_COMPANY, title="解聘", is_dismissal=True)
    meeting = hall.open(meeting)
    for owner in hall.owners:
        cast_on_web(meeting, choices=AGREE, by=owner, at=VOTING)
    meeting = hall.announced(meeting)

    duty = meeting.follow_ups.get()
    assert "六十日" in duty.name
    do_follow_up(duty, note="已送达", by=hall.chair, at=LATER)
    with pytest.raises(Conflict):
        do_follow_up(duty, note="又送", by=hall.chair, at=LATER)


def test_a_final_meeting_changes_no_more(hall):
    meeting = hall.announced(hall.open())
    sweep_meetings(at=LATER)

    for change in ({"state": MeetingState.OBJECTIONS}, {"announced_at": LATER}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AssemblyMeeting.objects.filter(pk=meeting.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        meeting.results.update(sheet={})


def test_the_same_draft_sent_twice_is_one(hall):
    key = uuid4()
    first, second = hall.draft(key=key), hall.draft(key=key, motions=())
    assert first == second
    assert hall.draft().code.endswith("-2")
