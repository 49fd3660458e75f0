import logging
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compounds.models import Person
from compounds.notices.actions import deliver_due, mark_read
from compounds.notices.models import Delivery, Notice, WechatAccount
from compounds.notices.rules import LEASE, MAX_ATTEMPTS
from compounds.notices.tasks import deliver_notices
from compounds.notices.terms import State
from compounds.rules import SHANGHAI
from tests.cast import MONDAY

MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 3, 2, 21, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=SHANGHAI)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_letter_arrives_by_smtp_and_only_once(cast, tell, with_email, post_office):
    tell(with_email(cast.secretary))

    assert [deliver_due(at=MONDAY + n * LEASE) for n in range(3)] == [1, 0, 0]

    [(receiver, letter)] = post_office.letters
    assert receiver == cast.secretary.email
    assert letter["Subject"] == "工单已升级"
    assert "已由社区党委督办" in letter.get_content()
    assert "http://127.0.0.1:8000/tickets/BS-0001/" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.sent_at, delivery.attempts) == (State.SENT, MONDAY, 1)


def test_a_line_break_in_a_title_makes_no_header(cast, tell, with_email, post_office):
    tell(with_email(cast.secretary), title="升级\r\nBcc: other@example.cn")

    assert deliver_due(at=MONDAY) == 1
    assert post_office.subjects == ["升级 Bcc: other@example.cn"]
    assert post_office.receivers == [cast.secretary.email]


def test_a_person_without_a_mailbox_finds_the_notice_on_the_page_only(cast, tell, outbox):
    tell(cast.secretary)

    assert deliver_due(at=MONDAY) == 0
    assert states() == []
    assert Notice.objects.get().routed_at == MONDAY


def test_what_is_urgent_goes_by_sms_too_and_the_log_masks_the_phone(
    cast, tell, with_email, post_office, outbox, caplog
):
    tell(with_email(cast.secretary), is_urgent=True)

    with caplog.at_level(logging.INFO, logger="compounds.notices"):
        assert deliver_due(at=MONDAY) == 2

    [line] = outbox("sms")
    assert (line["to"], line["title"]) == (cast.secretary.phone, "工单已升级")
    assert len(post_office.letters) == 1
    assert cast.secretary.phone not in caplog.text
    assert cast.secretary.masked_phone in caplog.text


def test_a_reporter_without_an_account_is_told_by_sms(db, tell_phone, outbox):
    tell_phone("13900000001")

    assert deliver_due(at=MONDAY) == 1
    assert [line["to"] for line in outbox("sms")] == ["13900000001"]


def test_whoever_has_bound_wechat_is_told_there(cast, tell, outbox):
    WechatAccount.objects.create(person=cast.secretary, openid="o-secretary")
    tell(cast.secretary, cast.liaison)

    assert deliver_due(at=MONDAY) == 1
    assert [line["to"] for line in outbox("wechat")] == ["o-secretary"]


def test_a_channel_without_a_gateway_is_not_tried(cast, tell, outbox, settings):
    settings.SMS_ADAPTER = ""
    tell(cast.secretary, is_urgent=True)

    assert deliver_due(at=MONDAY) == 0
    assert states() == []


def test_a_broken_gateway_does_not_silence_the_others(
    cast, tell, with_email, post_office, settings, caplog
):
    settings.SMS_ADAPTER = "compounds.notices.adapters.NoSuchGateway"
    tell(with_email(cast.secretary), is_urgent=True)

    assert deliver_due(at=MONDAY) == 1
    assert post_office.receivers == [cast.secretary.email]
    assert "the sweep of sms stopped" in caplog.text


def test_one_bad_row_never_stops_the_sweep(cast, tell, with_email, post_office):
    people = [with_email(cast.person(f"居民{n}")) for n in range(30)]
    post_office.refused.add(people[0].email)
    post_office.refused.add(people[11].email)
    tell(*people)

    assert deliver_due(at=MONDAY) == 28

    failed = Delivery.objects.waiting()
    assert {delivery.notice.person for delivery in failed} == {people[0], people[11]}
    assert {delivery.attempts for delivery in failed} == {1}


def test_a_phone_that_cannot_be_decrypted_stops_nobody_else(db, tell_phone, outbox, settings):
    keys, settings.FIELD_KEYS = settings.FIELD_KEYS, ["a key that was lost"]
    tell_phone("13900000001")
    settings.FIELD_KEYS = keys
    tell_phone("13900000002")

    assert deliver_due(at=MONDAY) == 1
    assert [line["to"] for line in outbox("sms")] == ["13900000002"]
    assert Delivery.objects.waiting().get().error.startswith("InvalidToken")


def test_a_letter_waits_while_the_server_is_down_and_goes_when_it_is_back(
    cast, tell, with_email, post_office
):
    post_office.close()
    tell(with_email(cast.secretary))

    assert deliver_due(at=MONDAY) == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.next_try_at) == (State.WAITING, MONDAY + MINUTE)
    assert "ConnectionRefusedError" in delivery.error

    post_office.open()
    assert deliver_due(at=MONDAY + MINUTE / 2) == 0
    assert deliver_due(at=MONDAY + MINUTE) == 1
    assert len(post_office.letters) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (State.SENT, "")


def test_after_six_attempts_the_delivery_has_failed(cast, tell, with_email, post_office):
    post_office.close()
    tell(with_email(cast.secretary))

    moments, at = [], MONDAY
    for _ in range(MAX_ATTEMPTS):
        deliver_due(at=at)
        moments.append(at)
        at = Delivery.objects.get().next_try_at

    assert Delivery.objects.get().state == State.FAILED
    gaps = [(later - earlier) / MINUTE for earlier, later in pairwise(moments)]
    assert gaps[:4] == [1, 5, 25, 125]
    assert moments[5] == MORNING  # 625 minutes would have ended in the night
    deliver_due(at=at + timedelta(days=9))
    assert Delivery.objects.get().attempts == MAX_ATTEMPTS


def test_a_letter_claimed_by_a_sweep_that_was_killed_goes_when_the_lease_is_over(
    cast, tell, with_email, post_office
):
    tell(with_email(cast.secretary), at=NIGHT)
    deliver_due(at=NIGHT)
    Delivery.objects.update(attempts=1, next_try_at=MORNING + LEASE)

    assert deliver_due(at=MORNING + LEASE - MINUTE) == 0
    assert deliver_due(at=MORNING + LEASE) == 1
    assert Delivery.objects.get().attempts == 2


def test_a_sweep_killed_in_its_last_attempt_leaves_a_failure_not_a_riddle(
    cast, tell, with_email, post_office
):
    tell(with_email(cast.secretary))
    deliver_due(at=MONDAY)
    Delivery.objects.update(
        state=State.WAITING, sent_at=None, attempts=MAX_ATTEMPTS, next_try_at=MONDAY + LEASE
    )

    deliver_due(at=MONDAY + LEASE)

    assert states() == [State.FAILED]
    assert len(post_office.letters) == 1


def test_at_night_only_what_is_urgent_goes_out(cast, tell, with_email, post_office, outbox):
    tell(with_email(cast.secretary), at=NIGHT)
    tell(with_email(cast.liaison), at=NIGHT, is_urgent=True, title="急事")

    assert deliver_due(at=NIGHT) == 2
    assert post_office.subjects == ["急事"]
    assert [line["title"] for line in outbox("sms")] == ["急事"]

    assert deliver_due(at=MORNING - timedelta(seconds=1)) == 0
    assert deliver_due(at=MORNING) == 1
    assert post_office.receivers[-1] == cast.secretary.email


def test_a_sweep_that_comes_late_in_the_evening_waits_for_the_morning(
    cast, tell, with_email, post_office
):
    post_office.close()
    tell(with_email(cast.secretary))
    deliver_due(at=NIGHT - 35 * MINUTE)
    post_office.open()

    assert Delivery.objects.get().next_try_at < NIGHT
    assert deliver_due(at=NIGHT) == 0
    assert deliver_due(at=MORNING) == 1


def test_a_notice_read_on_the_page_is_not_sent_after_all(cast, tell, with_email, post_office):
    tell(with_email(cast.secretary), at=NIGHT)
    deliver_due(at=NIGHT)
    mark_read(Notice.objects.get(), at=NIGHT + MINUTE)

    assert deliver_due(at=MORNING) == 0
    assert states() == [State.SKIPPED]
    assert post_office.letters == []


def test_nobody_writes_to_a_person_who_has_left(cast, tell, with_email, post_office):
    tell(with_email(cast.secretary), at=NIGHT)
    deliver_due(at=NIGHT)
    Person.objects.filter(pk=cast.secretary.pk).update(is_active=False)
    tell(cast.secretary, key="later")

    assert deliver_due(at=MORNING) == 0
    assert states() == [State.SKIPPED]


def test_what_is_urgent_is_sent_before_a_crowd_of_others(cast, tell, with_email, post_office):
    tell(*[with_email(cast.person(f"居民{n}")) for n in range(25)])
    tell(with_email(cast.secretary), is_urgent=True, title="急事", key="urgent")

    deliver_due(at=MONDAY)

    assert post_office.subjects[0] == "急事"
    assert len(post_office.letters) == 26


def test_a_server_that_is_down_costs_one_batch_a_sweep(cast, tell, with_email, post_office):
    post_office.close()
    tell(*[with_email(cast.person(f"居民{n}")) for n in range(50)])

    deliver_due(at=MONDAY)

    assert Delivery.objects.filter(attempts=1).count() == 20
    assert Delivery.objects.filter(attempts=0).count() == 30


@pytest.mark.parametrize("people", [1, 20])
def test_a_batch_costs_the_same_whoever_is_in_it(cast, tell, with_email, post_office, people):
    tell(*[with_email(cast.person(f"居民{n}")) for n in range(people)])

    with CaptureQueriesContext(connection) as queries:
        assert deliver_due(at=MONDAY) == people

    once_a_message = [query for query in queries if '"sent_at" = ' in query["sql"]]
    assert len(once_a_message) == people
    assert len(queries) - people <= 40


def test_the_task_sends_what_is_due(cast, tell, with_email, post_office, time_machine):
    time_machine.move_to(MONDAY + MINUTE, tick=False)
    tell(with_email(cast.secretary))

    deliver_notices()

    assert post_office.receivers == [cast.secretary.email]
