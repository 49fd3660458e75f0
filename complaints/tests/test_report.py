import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from complaints.access.reporters import code_of
from complaints.models import Concern, Draft, Ticket
from complaints.terms import Channel, Lane, State, Verb, Visibility

TEXT = "2单元4到8楼声控灯全不亮，老人晚上摸黑下楼。"


def picture():
    held = BytesIO()
    Image.new("RGB", (40, 30), "white").save(held, "JPEG")
    return SimpleUploadedFile("photo.jpg", held.getvalue(), "image/jpeg")


def key_in(url):
    return re.search(r"[0-9a-f-]{36}", url)[0]


def begin(client, cast, text=TEXT, **more):
    url = reverse("complaints:report-in-compound", args=[cast.home.code])
    return client.post(url, {"text": text, **more})


def report(client, cast, text=TEXT, contact=None, **more):
    """The whole way with as little typing as can be; gives the ticket."""
    key = key_in(begin(client, cast, text, **more).url)
    contact = {"visibility": Visibility.NAMELESS, **(contact or {})}
    client.post(reverse("complaints:report-contact", args=[key]), contact)
    client.post(reverse("complaints:report-check", args=[key]))
    return Ticket.objects.latest("pk")


def test_a_report_needs_no_account_and_one_typed_field(client, cast):
    ticket = report(client, cast)

    assert ticket.compound == cast.home
    assert (ticket.state, ticket.lane) == (State.FILED, Lane.GENERAL)
    assert ticket.title == TEXT.rstrip("。")
    concern = ticket.concerns.get()
    assert (concern.text, concern.reporter, concern.phone) == (TEXT, None, "")
    assert [event.verb for event in ticket.events.all()] == [Verb.FILED]


def test_from_a_code_on_the_door_it_takes_three_pages(client, cast):
    entrance = cast.home.buildings.first().entrances.get()
    page = client.get(reverse("complaints:report-at-entrance", args=[entrance.token]))
    assert "位置已按二维码填好" in page.content.decode()

    sent = client.post(page.wsgi_request.path, {"text": TEXT, "entrance": entrance.pk})
    assert sent.url.endswith("/contact/")
    sent = client.post(sent.url, {"visibility": Visibility.NAMELESS})
    assert sent.url.endswith("/check/")
    done = client.get(client.post(sent.url).url)

    ticket = Ticket.objects.get()
    assert ticket.entrance == entrance
    assert ticket.concerns.get().channel == Channel.CODE
    assert ticket.code in done.content.decode()
    assert code_of(ticket) in done.content.decode()


def test_the_confirmation_is_not_for_others(client, cast):
    ticket = report(client, cast)
    url = reverse("complaints:report-done", args=[ticket.concerns.get().submission_key])
    client.cookies.clear()

    assert client.get(url).status_code == 404


def test_an_empty_report_is_sent_back_with_everything_that_was_given(client, cast):
    page = begin(client, cast, text="", place="地下车库", photos=[picture()])

    body = page.content.decode()
    assert "<title>错误：" in body
    assert "请写几个字，说明发生了什么" in body
    assert "地下车库" in body
    assert "已放照片 1" in body
    assert not Ticket.objects.exists()


def test_a_photo_reaches_the_ticket_and_only_its_people(client, cast):
    ticket = report(client, cast, photos=[picture()])
    photo = ticket.photos.get()
    mine = reverse("complaints:track-photo", args=[ticket.code, photo.file.token])
    desk = reverse("complaints:ticket-photo", args=[ticket.code, photo.file.token])

    assert client.get(mine).getvalue().startswith(b"\xff\xd8")
    client.force_login(cast.secretary)
    assert client.get(desk).getvalue().startswith(b"\xff\xd8")
    other = Client()
    other.force_login(cast.stranger)
    assert other.get(desk).status_code == 404
    assert other.get(mine).status_code == 404


def test_a_fourth_photo_is_refused_in_words(client, cast):
    page = begin(client, cast, photos=[picture() for _ in range(4)])

    assert "最多放 3 张照片" in page.content.decode()


def test_a_photo_can_be_taken_away_again(client, cast):
    begin(client, cast, photos=[picture()])
    draft = Draft.objects.get()
    photo = draft.photos.get()

    client.post(reverse("complaints:report-photo-remove", args=[draft.key, photo.file.token]))

    assert not draft.photos.exists()


def test_going_back_shows_what_was_written(client, cast):
    key = key_in(begin(client, cast, place="地下车库").url)

    page = client.get(reverse("complaints:report-what", args=[key])).content.decode()

    assert TEXT in page
    assert "地下车库" in page


def test_danger_is_urgent_and_the_numbers_come_first(client, cast):
    sent = begin(client, cast, text="6栋电表箱在冒烟有火星!")
    page = client.get(sent.url).content.decode()
    assert 'href="tel:119"' in page.split("<form")[0] or "马上打电话" in page

    client.post(sent.url, {"visibility": Visibility.NAMELESS})
    client.post(reverse("complaints:report-check", args=[key_in(sent.url)]))

    assert Ticket.objects.get().lane == Lane.URGENT


def test_a_phone_in_the_text_is_masked_on_the_ticket_and_whole_in_the_concern(client, cast):
    ticket = report(client, cast, text="我姓李,13800000000,三楼露台又在搭棚子。")

    assert "13800000000" not in ticket.text + ticket.title
    assert "13800000000" in ticket.concerns.get().text


def test_contact_is_optional_but_a_wrong_phone_is_pointed_out(client, cast):
    key = key_in(begin(client, cast).url)
    url = reverse("complaints:report-contact", args=[key])

    page = client.post(url, {"phone": "12345", "visibility": Visibility.NAMELESS}).content.decode()

    assert "手机号应是 11 位数字" in page
    assert 'value="12345"' in page


def test_a_public_name_must_be_written(client, cast):
    key = key_in(begin(client, cast).url)
    url = reverse("complaints:report-contact", args=[key])

    assert "请写怎么称呼您" in client.post(url, {"visibility": Visibility.NAMED}).content.decode()


def test_sending_twice_makes_one_ticket(client, cast):
    ticket = report(client, cast)
    check = reverse("complaints:report-check", args=[ticket.concerns.get().submission_key])

    again = client.post(check)

    assert Ticket.objects.count() == Concern.objects.count() == 1
    assert again.url.endswith("/done/")


def test_the_sixth_report_in_ten_minutes_is_refused_and_kept(client, cast):
    for _ in range(5):
        report(client, cast)
    key = key_in(begin(client, cast).url)
    client.post(
        reverse("complaints:report-contact", args=[key]), {"visibility": Visibility.NAMELESS}
    )

    page = client.post(reverse("complaints:report-check", args=[key]))

    assert page.status_code == 429
    assert "已写的不会丢" in page.content.decode()
    assert Ticket.objects.count() == 5
    assert Draft.objects.filter(key=key).exists()


def test_a_signed_in_resident_finds_the_report_under_my_tickets(client, cast):
    client.force_login(cast.resident)
    ticket = report(client, cast)

    assert ticket.concerns.get().reporter == cast.resident
    assert ticket.title in client.get(reverse("complaints:my-tickets")).content.decode()


@pytest.mark.parametrize("entrance", ["999999", "x", "-1"])
def test_a_stairwell_of_elsewhere_is_refused(client, cast, entrance):
    assert begin(client, cast, entrance=entrance).status_code == 200
    assert not Ticket.objects.exists()
