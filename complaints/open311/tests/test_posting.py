from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.access.reporters import code_of
from complaints.models import Concern, Ticket
from complaints.open311.models import ApiKey, Receipt
from complaints.open311.tests.conftest import REQUESTS, TEXT, new_key
from complaints.terms import Channel, Lane, Visibility
from complaints.tests.test_report import picture
from compounds.models import Compound
from compounds.notices.models import Notice


def told(response, status=200):
    assert response.status_code == status, response.text
    (one,) = response.json()
    return one


def test_a_request_becomes_a_ticket_like_any_other(send, cast):
    answer = told(
        send(first_name="建国", last_name="王", phone="139 0000 0001", email="w@example.cn")
    )

    ticket = Ticket.objects.get(code=answer["service_request_id"])
    assert (ticket.compound, ticket.category, ticket.visibility) == (
        cast.home,
        "lift",
        Visibility.NAMELESS,
    )
    concern = ticket.concerns.get()
    assert (concern.channel, concern.name) == (Channel.API, "王建国")
    assert (concern.phone, concern.email) == ("13900000001", "w@example.cn")
    assert code_of(ticket) in answer["service_notice"]
    assert answer["account_id"] is None
    assert "token" not in answer
    assert Notice.objects.filter(person=cast.secretary, event="ticket_filed").exists()


def test_who_reported_stands_encrypted(send):
    told(send(first_name="建国", last_name="王", phone="13900000001", email="w@example.cn"))

    raw = Concern.objects.extra(select={"raw": "name || phone || email || text"}).get().raw
    for private in ("王", "13900000001", "example"):
        assert private not in raw


def test_a_key_in_a_header_is_as_good(client, cast, secret):
    sent = {"service_code": "lift", "address_id": cast.home.code, "description": TEXT}
    for header in ({"X-API-Key": secret}, {"Authorization": f"Bearer {secret}"}):
        assert client.post(REQUESTS, sent, headers=header).status_code == 200


def test_no_key_a_wrong_key_and_a_revoked_key_are_refused(send, cast):
    assert told(send(api_key=None), 403)["code"] == 403
    assert told(send(api_key="guess"), 403)["code"] == 403
    ApiKey.objects.update(revoked_at="2026-03-02T09:00:00Z")
    assert told(send(), 403)["code"] == 403
    assert not Ticket.objects.exists()


def test_the_open_door_needs_no_token_against_forgery_and_is_the_only_one(cast, secret):
    strict = Client(enforce_csrf_checks=True)
    sent = {"api_key": secret, "service_code": "lift", "address_id": cast.home.code}

    assert strict.post(REQUESTS, sent).status_code == 200
    strict.force_login(cast.administrator)
    assert strict.post("/manage/open311/new/", {"label": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("over", "code", "words"),
    [
        ({"service_code": None}, 400, ["service_code"]),
        ({"service_code": "potholes"}, 404, ["potholes"]),
        ({"address_id": None}, 400, ["缺少地点"]),
        ({"address_id": "BS999"}, 400, ["BS999"]),
        ({"address_id": None, "address_string": "155 9th St"}, 400, ["155 9th St"]),
        ({"address_id": None, "address_string": "示范小区门口"}, 400, ["BS001", "BS002"]),
        ({"address_id": None, "lat": "north", "long": "106"}, 400, ["lat"]),
        ({"address_id": None, "lat": "29.5"}, 400, ["缺少地点"]),
        ({"address_id": None, "lat": "37.76", "long": "-122.4"}, 400, ["1 公里"]),
        ({"description": "很" * 4001}, 400, ["description"]),
        ({"email": "nobody", "phone": "1" * 21}, 400, ["phone", "email"]),
        ({"attribute[visibility]": "everybody"}, 400, ["attribute[visibility]"]),
    ],
)
def test_what_cannot_be_filed_is_said_and_nothing_is_kept(send, over, code, words):
    answer = send(**over)

    assert answer.status_code == code
    errors = answer.json()
    assert {error["code"] for error in errors} == {code}
    told_in_all = " ".join(error["description"] for error in errors)
    assert [word for word in words if word not in told_in_all] == []
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("address", "entrance", "place"),
    [
        ("示范小区一", None, ""),
        ("璧山区示范小区一2栋1单元电梯里", "2栋1单元", "电梯里"),
        ("示范小区一 2栋 1单元 502", "2栋1单元", "502"),
        ("示范小区一12栋", None, "12栋"),
        ("BS001 大门口", None, "BS001大门口"),
    ],
)
def test_the_place_is_found_in_the_words(send, cast, address, entrance, place):
    answer = told(send(address_id=None, address_string=address))

    ticket = Ticket.objects.get(code=answer["service_request_id"])
    assert ticket.compound == cast.home
    assert (str(ticket.entrance) if ticket.entrance else None) == entrance
    assert ticket.place == place


def test_the_place_is_found_by_the_code_on_the_door_and_on_the_map(send, cast):
    entrance = cast.elsewhere.buildings.first().entrances.get()
    by_door = told(send(address_id=entrance.token))["service_request_id"]
    assert Ticket.objects.get(code=by_door).entrance == entrance

    Compound.objects.filter(pk=cast.home.pk).update(latitude="29.592", longitude="106.227")
    Compound.objects.filter(pk=cast.elsewhere.pk).update(latitude="29.6", longitude="106.227")
    near = told(send(address_id=None, lat="29.5955", long="106.2275"))["service_request_id"]
    assert Ticket.objects.get(code=near).compound == cast.home


def test_a_key_may_say_where_unknown_places_belong(send, cast):
    with_home = new_key(cast, compound=cast.elsewhere)
    answer = told(send(api_key=with_home, address_id=None, address_string="155 9th St"))

    ticket = Ticket.objects.get(code=answer["service_request_id"])
    assert (ticket.compound, ticket.place) == (cast.elsewhere, "155 9th St")


def test_attributes_say_the_place_and_who_may_read_it(send, client):
    answer = told(send(**{"attribute[place]": "地下车库", "attribute[visibility]": "secret"}))

    ticket = Ticket.objects.get(code=answer["service_request_id"])
    assert (ticket.place, ticket.visibility) == ("地下车库", Visibility.SECRET)
    assert client.get(f"/open311/v2/requests/{ticket.code}.json").status_code == 404


def test_sent_again_it_is_the_same_report(send):
    first, again = told(send()), told(send())
    other = told(send(description="另一件事"))

    assert first == again
    assert first["service_request_id"] != other["service_request_id"]
    assert Ticket.objects.count() == 2


def test_a_senders_own_number_makes_it_one_report_whatever_it_says(client, cast, secret):
    sent = {"api_key": secret, "service_code": "lift", "address_id": cast.home.code}
    answers = [
        told(
            client.post(
                REQUESTS, {**sent, "description": text}, headers={"Idempotency-Key": "4711"}
            )
        )
        for text in ("电梯停了", "电梯还停着")
    ]

    assert answers[0] == answers[1]
    assert Ticket.objects.get().text == "电梯停了"


def test_so_many_an_hour_and_no_more(send, cast):
    meagre = new_key(cast, hourly_limit=2)
    for text in ("一", "二", "一"):  # the third is the first again
        told(send(api_key=meagre, description=text))

    refused = told(send(api_key=meagre, description="三"), 429)
    assert "2 件" in refused["description"]
    told(send(description="三"))  # another key has its own


def test_a_photo_comes_through_the_pipeline(send, client):
    answer = told(send(media=picture()))
    again = told(send(media=picture()))

    assert answer["service_request_id"] == again["service_request_id"]
    (request,) = client.get(f"/open311/v2/requests/{answer['service_request_id']}.json").json()
    path = request["media_url"].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).getvalue().startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("media", "word"),
    [
        (lambda: SimpleUploadedFile("a.jpg", b"<svg/>", "image/jpeg"), "只能上传照片"),
        (lambda: [picture() for _ in range(4)], "最多放 3 张"),
    ],
)
def test_what_is_no_photo_is_refused_and_the_report_not_half_kept(send, media, word):
    assert word in told(send(media=media()), 400)["description"]
    assert not Ticket.objects.exists()


def test_an_address_of_a_picture_is_not_fetched_and_it_is_said(send):
    answer = told(send(media_url="http://127.0.0.1/secret.jpg"))

    assert "media_url 不会去取" in answer["service_notice"]
    assert not Ticket.objects.get().photos.exists()


def test_a_description_may_be_missing_and_danger_is_urgent(send):
    told(send(description=None))
    assert Ticket.objects.latest("pk").text == "电梯问题，对方没有写说明。"

    answer = told(send(description="电梯里有人被困"))
    assert "119" in answer["service_notice"]
    assert Ticket.objects.latest("pk").lane == Lane.URGENT


def test_a_key_of_the_batch_manner_is_given_a_receipt(send, client, cast):
    answer = told(send(api_key=new_key(cast, gives_token=True)))

    assert "service_request_id" not in answer
    (found,) = client.get(f"/open311/v2/tokens/{answer['token']}.json").json()
    assert found == {
        "service_request_id": Receipt.objects.get().ticket.code,
        "token": answer["token"],
    }
    (same,) = client.get(f"/open311/v2/tokens/{found['service_request_id']}.json").json()
    assert same["service_request_id"] == found["service_request_id"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary="),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded"),
        (b"description=%00", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_cannot_be_read_is_an_error_like_any_other(client, db, secret, body, kind):
    headers = {"X-API-Key": secret}
    answer = client.post(REQUESTS, body, content_type=kind, headers=headers)

    assert 400 <= answer.status_code < 500
    assert answer.json()[0]["code"] == answer.status_code


def test_the_answer_is_xml_where_xml_is_asked_for(send):
    answer = send("/open311/v2/requests.xml")

    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert "<service_requests><request><service_request_id>BS-" in answer.text


def test_a_draft_of_the_interface_is_named_by_its_submission(send):
    told(send())

    assert isinstance(Concern.objects.get().submission_key, UUID)
