from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compounds.notices.access import unread_count
from compounds.notices.actions import deliver_due
from compounds.notices.models import Delivery, Notice
from compounds.notices.terms import State

HOUR = timedelta(hours=1)
NOTICES, STUCK = "/notices/", "/manage/notices/"


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def failed(cast, tell, with_email, post_office):
    """A letter to the secretary that the server refuses, five hours old."""
    post_office.close()
    long_ago = timezone.now() - 5 * HOUR
    tell(with_email(cast.secretary), at=long_ago)
    deliver_due(at=long_ago)
    Delivery.objects.update(
        state=State.FAILED, attempts=6, due_at=long_ago, error="SMTPRecipientsRefused: 550"
    )
    return Delivery.objects.get()


def test_a_notice_opened_is_read_and_leads_to_its_page(client, cast, tell):
    tell(cast.secretary)
    notice = Notice.objects.get()
    client.force_login(cast.secretary)
    assert unread_count(cast.secretary) == 1
    page = client.get(NOTICES).content.decode()
    assert "工单已升级" in page
    assert f'formaction="{notice.get_absolute_url()}"' in page

    response = client.post(notice.get_absolute_url())

    assert (response.status_code, response.url) == (302, "/tickets/BS-0001/")
    assert unread_count(cast.secretary) == 0
    first = Notice.objects.get().read_at
    client.post(notice.get_absolute_url())
    assert Notice.objects.get().read_at == first


def test_a_notice_without_a_page_leads_back_to_the_list(client, cast, tell):
    tell(cast.secretary, url="")
    client.force_login(cast.secretary)

    assert client.post(Notice.objects.get().get_absolute_url()).url == NOTICES


def test_looking_at_the_list_reads_nothing(client, cast, tell):
    tell(cast.secretary)
    client.force_login(cast.secretary)
    client.get(NOTICES)

    assert client.get(Notice.objects.get().get_absolute_url()).status_code == 405
    assert unread_count(cast.secretary) == 1


def test_nobody_opens_the_notice_of_another(client, cast, tell):
    tell(cast.secretary)
    client.force_login(cast.administrator)

    assert client.post(Notice.objects.get().get_absolute_url()).status_code == 404
    assert "工单已升级" not in client.get(NOTICES).content.decode()
    assert unread_count(cast.secretary) == 1


def test_an_empty_list_says_what_will_come(client, cast):
    client.force_login(cast.resident)

    assert "目前没有通知。" in client.get(NOTICES).content.decode()


def test_the_list_leafs_by_key(client, cast, tell):
    for number in range(55):
        tell(cast.secretary, key=f"n{number}", title=f"第 {number} 件")
    client.force_login(cast.secretary)

    first = client.get(NOTICES)
    second = client.get(NOTICES + first.context["next_url"])

    assert [len(page.context["notices"]) for page in (first, second)] == [50, 5]
    assert second.context["next_url"] == ""
    assert first.context["notices"][-1].pk == second.context["notices"][0].pk + 1


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "", "1' OR 1=1"])
def test_nonsense_in_the_address_shows_the_first_page(client, cast, tell, before):
    tell(cast.secretary)
    client.force_login(cast.secretary)

    assert len(client.get(NOTICES, {"before": before}).context["notices"]) == 1


def test_the_list_costs_the_same_however_long_it_is(client, cast, tell):
    client.force_login(cast.secretary)
    tell(cast.secretary)
    one = queries(client, NOTICES)
    for number in range(20):
        tell(cast.secretary, key=f"n{number}")

    assert queries(client, NOTICES) == one


def test_the_administrator_sees_what_is_stuck_and_sends_it_again(client, cast, failed, post_office):
    client.force_login(cast.administrator)
    page = client.get(STUCK).content.decode()
    assert "SMTPRecipientsRefused" in page
    assert cast.secretary.phone not in page

    response = client.post(reverse("notices:retry", args=[failed.pk]), follow=True)

    assert "已重新排队" in response.content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.WAITING, 0)
    post_office.open()
    assert deliver_due(at=max(timezone.now(), failed.next_try_at)) == 1
    assert post_office.receivers == [cast.secretary.email]


def test_what_waits_for_an_hour_is_stuck_and_what_is_about_to_be_tried_is_not_retried(
    client, cast, failed
):
    soon = timezone.now() + timedelta(minutes=3)
    Delivery.objects.update(state=State.WAITING, next_try_at=soon)
    client.force_login(cast.administrator)

    response = client.post(reverse("notices:retry", args=[failed.pk]), follow=True)

    assert "十分钟内会自动再发" in response.content.decode()
    assert [found.pk for found in response.context["deliveries"]] == [failed.pk]
    failed.refresh_from_db()
    assert (failed.attempts, failed.next_try_at) == (6, soon)


def test_what_was_sent_is_not_stuck(client, cast, failed):
    Delivery.objects.update(state=State.SENT, sent_at=timezone.now())
    client.force_login(cast.administrator)

    assert "没有卡住的通知。" in client.get(STUCK).content.decode()
    assert client.post(reverse("notices:retry", args=[failed.pk])).status_code == 404


@pytest.mark.parametrize("who", ["resident", "secretary", "street_leader", "auditor", "security"])
def test_only_an_administrator_mends_deliveries(client, cast, failed, who):
    client.force_login(getattr(cast, who))

    assert client.get(STUCK).status_code == 403
    assert client.post(reverse("notices:retry", args=[failed.pk])).status_code == 403
    failed.refresh_from_db()
    assert failed.state == State.FAILED


def test_a_stranger_is_asked_to_sign_in(client, failed):
    number = failed.notice.pk
    for answer in (
        client.get(NOTICES),
        client.post(reverse("notices:notice", args=[number])),
        client.get(STUCK),
        client.post(reverse("notices:retry", args=[failed.pk])),
    ):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("accounts:sign-in"))


def test_the_list_of_stuck_deliveries_costs_the_same_however_long_it_is(
    client, cast, tell, with_email, post_office
):
    post_office.close()
    client.force_login(cast.administrator)

    def fail(people):
        tell(*[with_email(person) for person in people])
        deliver_due(at=timezone.now())
        Delivery.objects.update(state=State.FAILED)

    fail([cast.secretary])
    one = queries(client, STUCK)
    fail([cast.person(f"居民{n}") for n in range(20)])

    assert queries(client, STUCK) == one


def test_all_that_is_stuck_on_one_channel_is_put_back_at_once(client, cast, failed):
    client.force_login(cast.administrator)
    assert "工单已升级" in client.get(STUCK, {"channel": "email"}).text
    assert "工单已升级" not in client.get(STUCK, {"channel": "sms"}).text

    client.post(f"{STUCK}retry/", {"channel": "sms"})
    assert Delivery.objects.get().state == State.FAILED
    client.post(f"{STUCK}retry/", {"channel": "email"})
    assert Delivery.objects.get().state == State.WAITING


def test_what_needs_no_sending_any_more_is_given_up(client, cast, failed):
    client.force_login(cast.administrator)
    client.post(f"{STUCK}{failed.pk}/drop/")

    assert Delivery.objects.get().state == State.SKIPPED
    assert "没有卡住的通知" in client.get(STUCK).text
