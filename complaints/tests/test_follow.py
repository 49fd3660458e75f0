"""我也遇到了: shown while reporting what others reported, one tap follows it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.alike import alike_for_resident
from complaints.access.reporters import code_of_follow
from complaints.actions.callback import ask_callback, withdraw_ticket
from complaints.actions.desk import reply_to_ticket, take_by_compound
from complaints.actions.following import follow_ticket
from complaints.models import Follow, Photo, Ticket
from complaints.terms import State, Visibility
from complaints.tests.test_merge import accepted, filed
from complaints.tests.test_report import begin, key_in, picture, report
from compounds.files.actions import store_photo
from compounds.notices.models import Notice
from compounds.rules import Refused

LIFT = "右边那台电梯停用快四十天，纸条上只写“等配件”，问物业三次三个说法。"
AGAIN = "右边电梯还没修！第四次反映了！！！"


def lift(cast, **more):
    return filed(cast, LIFT, at=timezone.now(), **more)


def shown(cast, text=AGAIN):
    answers = {"text": text, "compound": cast.home.code}
    return [one.code for one in alike_for_resident(answers, at=timezone.now())]


def step(name, key):
    return reverse(f"complaints:report-{name}", args=[key])


def test_what_is_new_goes_straight_on(client, cast):
    lift(cast)

    assert begin(client, cast, "二楼露台在搭棚子").url.endswith("/contact/")


def test_what_is_alike_is_shown_and_may_be_passed(client, cast):
    ticket = lift(cast)
    sent = begin(client, cast, AGAIN)
    assert sent.url.endswith("/alike/")

    page = client.get(sent.url).content.decode()
    assert ticket.title in page
    assert "等小区查看" in page
    assert ticket.code in page
    contact = step("contact", key_in(sent.url))
    assert contact in page
    client.post(contact, {"visibility": Visibility.NAMELESS})
    client.post(step("check", key_in(sent.url)))
    assert Ticket.objects.count() == 2


def test_one_tap_follows_and_gives_number_and_code(client, cast):
    ticket = lift(cast)
    sent = begin(client, cast, AGAIN)

    page = client.post(sent.url, {"follow": ticket.code}, follow=True).content.decode()

    follow = Follow.objects.get()
    assert ticket.code in page
    assert code_of_follow(follow) in page
    assert Ticket.objects.get() == ticket
    ticket.refresh_from_db()
    assert ticket.follower_count == 1
    client.cookies.clear()
    answer = {"number": ticket.code, "code": code_of_follow(follow)}
    tracked = client.post(reverse("complaints:track"), answer, follow=True).content.decode()
    assert "解决得怎样，由先反映的人评价" in tracked
    assert "撤回这件事" not in tracked
    assert "谁看过您的联系方式" not in tracked


def test_tapped_twice_it_is_one(client, cast):
    ticket = lift(cast)
    sent = begin(client, cast, AGAIN)
    for _ in range(3):
        client.post(sent.url, {"follow": ticket.code})

    assert Follow.objects.count() == 1


def test_a_follower_leaves_a_phone_and_is_told_what_the_reporter_is_told(client, cast):
    ticket, at = lift(cast, phone="13900000001"), timezone.now()
    sent = begin(client, cast, AGAIN)
    client.post(sent.url, {"follow": ticket.code})
    client.post(step("followed", key_in(sent.url)), {"phone": "139 0000 0009"})

    accepted(cast, ticket, at=at)
    take_by_compound(ticket, handler=cast.company, note="", by=cast.secretary, at=at)
    reply_to_ticket(ticket, text="修" * 20, resolution="solved", by=cast.company_staff, at=at)
    ask_callback(ticket, by=cast.secretary, at=at)

    told = [one for one in Notice.objects.order_by("pk") if one.phone == "13900000009"]
    assert [notice.event for notice in told] == ["ticket_accepted", "ticket_replied_to"]
    client.cookies.clear()
    assert client.get(told[0].url, follow=True).status_code == 200
    assert client.get(reverse("complaints:track-answer", args=[ticket.code])).status_code == 404


def test_a_phone_follows_once(client, cast):
    ticket = lift(cast)
    for again in (False, True):
        client.cookies.clear()
        sent = begin(client, cast, AGAIN)
        client.post(sent.url, {"follow": ticket.code})
        page = client.post(step("followed", key_in(sent.url)), {"phone": "13900000009"})
        assert ("已经在跟着" in page.content.decode()) is again


def test_who_signed_in_follows_by_account_and_finds_it_under_my_tickets(client, cast):
    ticket = lift(cast)
    client.force_login(cast.resident)
    sent = begin(client, cast, AGAIN)
    page = client.post(sent.url, {"follow": ticket.code}, follow=True).content.decode()
    assert "要短信告诉您吗" not in page

    mine = client.get(reverse("complaints:my-tickets")).content.decode()
    assert "我也遇到的" in mine
    assert ticket.title in mine
    other = begin(client, cast, AGAIN)
    known = client.post(other.url, {"follow": ticket.code}, follow=True).content.decode()
    assert "您已经在跟着这件事了" in known
    assert Follow.objects.count() == 1


def test_the_reporter_does_not_follow_their_own_matter(client, cast):
    ticket = report(client, cast, LIFT)
    sent = begin(client, cast, AGAIN)

    page = client.post(sent.url, {"follow": ticket.code}, follow=True).content.decode()

    assert "这件事就是您报的" in page
    assert not Follow.objects.exists()


def test_what_nobody_may_know_is_never_suggested(client, cast):
    lift(cast, visibility=Visibility.SECRET)
    filed(cast, LIFT, at=timezone.now(), compound=cast.elsewhere)
    gone = lift(cast)
    withdraw_ticket(gone, reason="好了", by=None, at=timezone.now())

    assert shown(cast) == []


def test_what_was_closed_is_suggested_for_thirty_days(cast):
    ticket, at = lift(cast), timezone.now()
    for days, expected in [(29, [ticket.code]), (31, [])]:
        closed_at = at - timedelta(days=days)
        state(ticket, State.CLOSED, closed_at=closed_at)
        assert shown(cast) == expected


def state(ticket, state, **more):
    """Put a ticket into a state that the way there does not matter for."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Ticket.objects.filter(pk=ticket.pk).update(state=state, category="lift", **more)
        cursor.execute("SET session_replication_role = origin")


def test_danger_is_reported_and_not_compared(client, cast):
    filed(cast, "6栋电表箱在冒烟有火星", at=timezone.now())

    assert begin(client, cast, "6栋电表箱在冒烟").url.endswith("/contact/")


def test_at_most_three_are_shown_the_most_alike_first(cast):
    lift(cast)
    for number in range(4):
        filed(cast, f"右边电梯还没修，第{number}次反映", at=timezone.now())

    codes = shown(cast)

    assert len(codes) == 3
    assert lift(cast).code not in codes


def test_the_first_photo_of_what_is_public_is_shown_and_no_other(client, cast):
    ticket, at = lift(cast), timezone.now()
    first, second = (store_photo(picture(), by=None, at=at) for _ in range(2))
    for file in (first, second):
        Photo.objects.create(file=file, ticket=ticket)
    key = key_in(begin(client, cast, AGAIN).url)

    def answer(file):
        url = reverse("complaints:report-alike-photo", args=[key, file.token])
        response = client.get(url)
        response.streaming and response.getvalue()
        return response.status_code

    assert first.token in client.get(step("alike", key)).content.decode()
    assert (answer(first), answer(second)) == (200, 404)


def test_a_ticket_that_was_not_shown_is_not_followed(client, cast):
    other = filed(cast, "二楼露台在搭棚子", at=timezone.now())
    lift(cast)
    sent = begin(client, cast, AGAIN)

    assert client.post(sent.url, {"follow": other.code}).status_code == 404
    assert not Follow.objects.exists()


def test_too_many_taps_from_one_place_are_refused(client, cast):
    ticket, at = lift(cast), timezone.now()
    for _ in range(10):
        follow_ticket(ticket, by=None, key=uuid.uuid4(), address="::1", at=at)

    with pytest.raises(Refused, match="点得太多"):
        follow_ticket(ticket, by=None, key=uuid.uuid4(), address="::1", at=at)


def test_what_ended_otherwise_is_not_followed(cast):
    ticket, at = lift(cast), timezone.now()
    withdraw_ticket(ticket, reason="好了", by=None, at=at)

    with pytest.raises(Refused, match="不再办理"):
        follow_ticket(ticket, by=None, key=uuid.uuid4(), address="::1", at=at)


def test_a_follower_s_link_that_somebody_changed_opens_nothing(client, cast):
    from complaints.access.reporters import following_path

    follow = follow_ticket(lift(cast), by=None, key=uuid.uuid4(), address="::1", at=timezone.now())

    assert client.get(following_path(follow)[:-3] + "xx/").status_code == 404
    assert client.get(following_path(follow)).status_code == 302
