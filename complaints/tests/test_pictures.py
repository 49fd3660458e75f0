"""处理前、处理后: a unit may add pictures to what it writes; nobody must."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import tracking_path
from complaints.actions.desk import record_contact, reply_to_ticket, sign_ticket
from complaints.models import Photo, Ticket
from complaints.terms import Resolution, Verb, Visibility
from complaints.tests.test_lists import dispatched
from complaints.tests.test_report import picture
from compounds.files.models import StoredFile
from compounds.rules import Conflict

JPEG = b"\xff\xd8"
REPLY = "已更换声控灯五盏，并检查了全部楼层的线路，今后每月巡查一次。"


@pytest.fixture
def signed(cast):
    return sign_ticket(dispatched(cast, 0), by=cast.liaison, at=timezone.now())


def replied(cast, ticket, *photos):
    given = {"text": REPLY, "resolution": Resolution.SOLVED, "photos": photos}
    return reply_to_ticket(ticket, **given, by=cast.liaison, at=timezone.now())


def test_pictures_of_a_visit_and_of_a_reply_stand_as_before_and_after(client, cast, signed):
    given = {"note": "到场看过", "photos": [picture()], "by": cast.liaison}
    record_contact(signed, **given, at=timezone.now())
    client.force_login(cast.liaison)
    said = {"text": REPLY, "resolution": Resolution.SOLVED, "photos": [picture(), picture()]}
    assert client.post(signed.deed_url("reply"), said).status_code == 302

    assert [photo.event.verb for photo in signed.photos.order_by("pk")] == [
        Verb.CONTACTED,
        Verb.REPLIED,
        Verb.REPLIED,
    ]
    desk = client.get(signed.get_absolute_url()).content.decode()
    mine = client.get(tracking_path(signed), follow=True).content.decode()
    for page in (desk, mine):
        assert page.index("处理前 1") < page.index("处理后 1") < page.index("处理后 2")
    for photo in signed.photos.all():
        address = reverse("complaints:track-photo", args=[signed.code, photo.file.token])
        assert address in mine
        assert client.get(address).getvalue()[:2] == JPEG


def test_the_reporter_s_own_pictures_alone_are_of_the_scene(client, cast, signed):
    record_contact(signed, note="到场看过", photos=[picture()], by=cast.liaison, at=timezone.now())
    Photo.objects.update(event=None)
    client.force_login(cast.secretary)
    page = client.get(signed.get_absolute_url()).content.decode()

    assert "现场照片 1" in page
    assert "处理前" not in page


def test_a_picture_is_seen_only_by_those_who_may_read_the_ticket(client, cast, signed):
    replied(cast, signed, picture())
    token = signed.photos.get().file.token
    desk = reverse("complaints:ticket-photo", args=[signed.code, token])
    mine = reverse("complaints:track-photo", args=[signed.code, token])

    client.force_login(cast.stranger)
    assert {client.get(one).status_code for one in (desk, mine)} == {404}
    client.force_login(cast.secretary)
    assert client.get(desk).getvalue()[:2] == JPEG


def test_a_follower_does_not_see_pictures_of_a_secret_ticket(client, cast, signed):
    replied(cast, signed, picture())
    Ticket.objects.update(visibility=Visibility.SECRET)
    signed.follows.create(
        person=cast.security, who="x", at=timezone.now(), submission_key=uuid.uuid4()
    )
    client.force_login(cast.security)
    token = signed.photos.get().file.token

    assert client.get(reverse("complaints:track-ticket", args=[signed.code])).status_code == 200
    shown = client.get(reverse("complaints:track-photo", args=[signed.code, token]))
    assert shown.status_code == 404


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([picture() for _ in range(4)], "最多放 3 张照片"),
        ([SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")], "照片"),
    ],
)
def test_what_is_refused_keeps_the_words_and_stores_nothing(client, cast, signed, sent, why):
    client.force_login(cast.liaison)
    said = {"text": REPLY, "resolution": Resolution.SOLVED, "photos": sent}
    page = client.post(signed.deed_url("reply"), said).content.decode()

    assert why in page
    assert "请重新选一次" in page
    assert REPLY in page
    assert not StoredFile.objects.exists()


def test_a_reply_that_comes_too_late_leaves_no_picture(cast, signed):
    replied(cast, signed)
    with pytest.raises(Conflict):
        replied(cast, signed, picture())

    assert not StoredFile.objects.exists()
