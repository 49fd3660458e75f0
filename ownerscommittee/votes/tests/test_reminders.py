"""提醒 goes to those who have not voted, once a moment, and says what became of it; 延长 by steps."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from compounds.models import keyed_hash
from compounds.notices.models import Delivery, Notice
from compounds.notices.terms import Channel, State
from compounds.rules import DAY
from ownerscommittee.votes.actions.casting import cast_on_web
from ownerscommittee.votes.actions.papers import print_forms, receive_paper
from ownerscommittee.votes.actions.sweeping import remind, sweep_meetings
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.models.reminders import Delivered, deliveries_of
from ownerscommittee.votes.rules.timetable import (
    extension_offers,
    reminder_moments,
    why_no_extension,
)
from ownerscommittee.votes.terms import Reminding
from ownerscommittee.votes.tests.hall import CLOSES, OPENS, VOTING, Hall, photo

AGREE = {"q1": ["agree"]}
HOURS = timedelta(hours=1)


def page(name, meeting, *more):
    return reverse(f"votes:{name}", args=[meeting.code, *more])


# --- When, and to whom --------------------------------------------------------------------------


def test_a_vote_too_short_for_a_reminder_has_none_before_it_opens():
    assert list(reminder_moments(OPENS, OPENS + DAY)) == [Reminding.MIDWAY, Reminding.SIX_HOURS]
    moments = reminder_moments(OPENS, CLOSES)
    assert moments[Reminding.TWO_DAYS] == CLOSES - 2 * DAY
    assert moments[Reminding.SIX_HOURS] == CLOSES - 6 * HOURS


def test_each_moment_is_one_reminder_with_its_number_of_people(hall):
    meeting = hall.open()
    cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=VOTING)
    for after in (5 * DAY, 8 * DAY, 10 * DAY - 6 * HOURS):
        for late in range(3):
            sweep_meetings(at=OPENS + after + late * HOURS)

    found = [(one.occasion, one.told) for one in meeting.reminders.all()]
    assert found == [("opening", 4), ("midway", 3), ("two_days", 3), ("six_hours", 3)]


def test_after_a_pause_only_the_latest_moment_that_was_missed_reminds(hall):
    meeting = hall.open()
    sweep_meetings(at=CLOSES - HOURS)
    sweep_meetings(at=CLOSES - HOURS)
    assert [one.occasion for one in meeting.reminders.all()] == ["opening", "six_hours"]
    assert remind(meeting.pk, at=CLOSES) is False


def test_the_database_has_room_for_one_reminder_a_moment(hall):
    meeting = hall.open()
    given = {"occasion": Reminding.MIDWAY, "due_at": OPENS + DAY, "told": 1}
    meeting.reminders.create(at=OPENS + DAY, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.reminders.create(at=OPENS + 2 * DAY, **given)
    with pytest.raises(DatabaseError), transaction.atomic():
        meeting.reminders.update(told=0)


def test_whoever_gave_a_paper_is_not_reminded_and_whoever_has_no_account_by_telephone(hall):
    phones = ["13911110001", "13911110002"]
    hall.roll = hall.settled_roll([(hall.owners[0], 9000), (hall.owners[1], 9000)])
    bare = hall.settled_roll([(None, 9000), (None, 9000)])
    for right, phone in zip(bare.rights.order_by("number"), phones, strict=True):
        loosened(right, phone=phone, phone_key=keyed_hash(phone))
    meeting = hall.open(hall.draft(roll=bare))
    (form,) = print_forms(meeting, bare.rights.filter(number=1), by=hall.clerk, at=VOTING)
    receive_paper(form, scan=photo(), by=hall.clerk, at=VOTING, key=uuid4())
    sweep_meetings(at=OPENS + 5 * DAY)

    (told,) = Notice.objects.filter(event="meeting_reminder", key__startswith=f"{meeting.code}:")
    assert (told.person, told.phone) == (None, phones[1])
    opened = Notice.objects.filter(event="meeting_opened", key__startswith=f"{meeting.code}:")
    assert opened.count() == 2


def loosened(right, **change):
    """A line of a roll as it was before the freeze."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        type(right).objects.filter(pk=right.pk).update(**change)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_convener_sees_what_became_of_each_reminder(client, cast):
    hall = Hall(cast, at=timezone.now() - 28 * DAY)
    meeting = hall.open()
    at = timezone.now()
    sweep_meetings(at=at)
    notices = list(Notice.objects.filter(event="meeting_reminder").order_by("pk"))
    ends = [State.SENT, State.FAILED, State.WAITING]
    for notice, state in zip(notices, ends, strict=False):
        for channel in (Channel.EMAIL, Channel.SMS):
            Delivery.objects.create(
                notice=notice,
                channel=channel,
                state=state if channel == Channel.SMS else State.FAILED,
                due_at=at,
                next_try_at=at,
                sent_at=at if (state, channel) == (State.SENT, Channel.SMS) else None,
            )
    Notice.objects.filter(pk=notices[3].pk).update(read_at=at)

    assert deliveries_of(meeting)[at] == Delivered(sent=1, failed=2, on_page=1, read=1)
    client.force_login(hall.chair)
    shown = client.get(page("gap", meeting)).text
    assert "发给 4 人：送出 1，没送到 2，排队 0，只在网页 1；已看 1" in shown
    assert "有没送到的" in shown and "还没到时间" in shown


# --- 延长 -----------------------------------------------------------------------------------------


def test_the_offers_stop_at_the_longest_window():
    offers = extension_offers(OPENS, CLOSES, most=15)
    assert offers == [CLOSES + 3 * DAY, CLOSES + 5 * DAY]
    assert extension_offers(OPENS, CLOSES, most=10) == []


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({}, ""),
        ({"at": CLOSES}, "已经截止"),
        ({"earlier": 1}, "已经用完"),
        ({"allowed": 0}, "不允许延长"),
        ({"most": 10}, "已经是最长的 10 天"),
    ],
)
def test_why_a_vote_cannot_be_extended_is_said(over, words):
    given = {"earlier": 0, "allowed": 1, "most": 60, "at": VOTING, **over}
    found = why_no_extension(OPENS, CLOSES, **given)
    assert words in found if words else found == ""


def test_the_wizard_asks_why_and_until_when_shows_the_notice_and_extends_once(client, cast):
    hall = Hall(cast, at=timezone.now() - 21 * DAY)
    meeting = hall.open()
    client.force_login(hall.chair)
    extend = page("extend", meeting)
    assert "第 1 步" in client.get(extend).text
    empty = client.post(extend, {"reason": ""}).text
    assert "请写明为什么延长" in empty
    second = client.post(extend, {"reason": "纸质票没送完。"}).text
    assert "第 2 步" in second and "请选" not in second and "纸质票没送完。" in second
    missed = client.post(extend, {"reason": "纸质票没送完。", "shown": "until"}).text
    assert "请选延到什么时候" in missed
    until = timezone.localtime(meeting.closes_at + 5 * DAY)
    given = {"reason": "纸质票没送完。", "shown": "until", "closes_at": until.isoformat()}
    third = client.post(extend, given).text
    assert "第 3 步" in third and f"{until:%Y-%m-%d}" in third and "纸质票没送完。" in third
    assert hall.again(meeting).extensions == 0
    assert "第 2 步" in client.post(extend, {**given, "back": "until"}).text

    assert client.post(extend, {**given, "confirm": "1"}).url == meeting.get_absolute_url()
    meeting = hall.again(meeting)
    assert (meeting.extensions, meeting.closes_at) == (1, until)
    assert "纸质票没送完" in client.get(meeting.get_absolute_url()).text
    again = client.post(extend, {**given, "confirm": "1"})
    assert "不能再延长" in again.text and "已经用完" in again.text


def test_a_day_that_was_not_offered_is_refused_and_a_closed_vote_is_not_asked(client, cast):
    hall = Hall(cast, at=timezone.now() - 21 * DAY)
    meeting = hall.open()
    client.force_login(hall.chair)
    far = timezone.localtime(meeting.closes_at + 90 * DAY).isoformat()
    given = {"reason": "再等等。", "shown": "until", "closes_at": far, "confirm": "1"}
    assert "从列出的时间里选一个" in client.post(page("extend", meeting), given).text
    assert AssemblyMeeting.objects.get(pk=meeting.pk).extensions == 0

    hall.at = timezone.now() - 40 * DAY
    closed = hall.open(hall.draft())
    sweep_meetings(at=timezone.now())
    assert client.get(page("extend", closed)).status_code == 409
