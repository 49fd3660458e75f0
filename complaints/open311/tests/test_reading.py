from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.actions.desk import accept_ticket, decline_ticket
from complaints.models import Photo
from complaints.open311.tests.conftest import file
from complaints.terms import Category, DeclineReason, Kind, Lane, Visibility
from complaints.tests.test_report import picture
from compounds.files.actions import store_photo
from tests.cast import MONDAY
from tests.copies import copies

V2 = "/open311/v2"
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


@pytest.fixture(autouse=True)
def on_monday(time_machine):
    time_machine.move_to(MONDAY + timedelta(hours=1), tick=False)


def get(client, path, answers=200, **asked):
    response = client.get(f"{V2}/{path}.json", asked)
    assert response.status_code == answers, response.text
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return response.json()


def codes(found):
    return [one["service_request_id"] for one in found]


def accepted(cast, ticket):
    given = {"category": Category.LIGHTING, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}
    return accept_ticket(ticket, by=cast.secretary, at=MONDAY + timedelta(minutes=30), **given)


def declined(cast, ticket):
    return decline_ticket(
        ticket,
        reason=DeclineReason.COURT,
        channel="请到区人民法院",
        by=cast.community_staff,
        at=MONDAY + timedelta(minutes=40),
    )


def test_discovery_names_the_endpoint_and_its_formats(client, db, settings):
    found = get(client, "discovery")

    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == f"{settings.SITE_ADDRESS}/open311/v2"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert found["contact"] and found["key_service"] and found["changeset"]


def test_each_category_is_a_service_with_its_definition(client, db):
    services = get(client, "services")

    assert [one["service_code"] for one in services] == Category.values
    assert {*services[0]} == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    }  # fmt: skip
    definition = get(client, "services/lift")
    assert definition["service_code"] == "lift"
    place, visibility = definition["attributes"]
    assert (place["code"], place["datatype"], place["required"]) == ("place", "string", False)
    assert {value["key"] for value in visibility["values"]} == {"nameless", "secret"}


def test_a_public_request_is_told_in_the_fields_of_the_standard(client, cast):
    ticket = accepted(cast, file(cast, place="3栋502门口", name="王建国", phone="13900000001"))

    (told,) = get(client, f"requests/{ticket.code}")

    assert [*told] == FIELDS
    assert told["status"] == "open"
    assert (told["service_code"], told["service_name"]) == ("lighting", "照明")
    assert told["description"] == "四楼声控灯不亮"
    assert told["agency_responsible"] == "示范小区一党支部"
    assert told["requested_datetime"] == "2026-03-02T09:00:00+08:00"
    assert told["updated_datetime"] == "2026-03-02T09:30:00+08:00"
    assert told["expected_datetime"] == "2026-03-06T00:00:00+08:00"
    assert (told["address"], told["address_id"]) == ("示范小区一", "BS001")
    for private in ("王建国", "13900000001", "502"):
        assert private not in str(told)


def test_sample_c48_the_number_in_the_text_is_masked(client, cast):
    ticket = file(cast, text="加装电梯欠我两万块，打我电话 13912345678，找王先生。")

    (told,) = get(client, f"requests/{ticket.code}")
    assert "139****78" in told["description"]
    assert "13912345678" not in str(told)
    assert "13912345678" not in client.get(f"{V2}/requests.xml").text


def test_a_secret_request_is_nowhere(client, cast):
    ticket = file(cast, visibility=Visibility.SECRET)
    photo = store_photo(picture(), by=None, at=MONDAY)
    Photo.objects.create(file=photo, ticket=ticket)

    assert get(client, "requests") == []
    assert get(client, "requests", service_request_id=ticket.code) == []
    assert get(client, "servicerequestupdates", service_request_id=ticket.code) == []
    for path in (f"requests/{ticket.code}", f"tokens/{ticket.code}"):
        assert get(client, path, answers=404)[0]["code"] == 404
    assert client.get(f"{V2}/media/{ticket.code}/{photo.token}.jpg").status_code == 404


def test_a_picture_of_a_public_request_is_shown_and_no_other(client, cast):
    ticket = file(cast)
    shown = Photo.objects.create(file=store_photo(picture(), by=None, at=MONDAY), ticket=ticket)
    later = Photo.objects.create(
        file=store_photo(picture(), by=None, at=MONDAY), ticket=ticket, event=ticket.events.get()
    )

    (told,) = get(client, f"requests/{ticket.code}")
    path = told["media_url"].removeprefix("http://127.0.0.1:8000")
    assert shown.file.token in path
    assert client.get(path).getvalue().startswith(b"\xff\xd8")
    other = client.get(path.replace(shown.file.token, later.file.token))
    assert (other.status_code, other.json()[0]["code"]) == (404, 404)


def test_several_numbers_are_asked_for_at_once_and_override_all_else(client, cast):
    first, second, third = (file(cast, at=MONDAY - timedelta(days=n)) for n in (200, 1, 0))
    both = f"{first.code},{second.code}"

    assert codes(get(client, f"requests/{both}")) == [second.code, first.code]
    assert codes(get(client, "requests", service_request_id=both, status="closed")) == [
        second.code,
        first.code,
    ]
    repeated = get(client, "requests", service_request_id=[first.code, third.code])
    assert codes(repeated) == [third.code, first.code]


NARROWED = [
    ({}, "new declined"),
    ({"status": "open"}, "new"),
    ({"status": "closed"}, "declined"),
    ({"status": "open,closed"}, "new declined"),
    ({"service_code": "lighting"}, "new"),
    ({"service_code": "lighting,fire"}, "new declined"),
    ({"start_date": "2025-08-01T00:00:00Z", "end_date": "2025-09-01T00:00:00Z"}, "old"),
    ({"end_date": "2025-09-01T00:00:00Z"}, "old"),
    ({"start_date": "2026-03-02T01:00:00Z"}, "new"),
    ({"updated_after": "2026-03-02T01:35:00Z"}, "declined"),
    ({"updated_before": "2025-09-01T00:00:00Z"}, "old"),
    ({"start_date": "", "page_size": "1"}, "new"),
    ({"page": "2", "page_size": "1"}, "declined"),
    ({"page": "3", "page_size": "1"}, ""),
    ({"jurisdiction_id": "bishan.example"}, "new declined"),
]


def test_the_list_is_narrowed_as_the_standard_says(client, cast):
    tickets = {
        "old": file(cast, at=MONDAY - timedelta(days=200)),
        "declined": declined(cast, file(cast, at=MONDAY - timedelta(days=1), category="fire")),
        "new": accepted(cast, file(cast)),
    }

    for asked, found in NARROWED:
        expected = [tickets[name].code for name in found.split()]
        assert codes(get(client, "requests", **asked)) == expected, asked


@pytest.mark.parametrize(
    ("path", "asked", "code", "word"),
    [
        ("requests", {"start_date": "yesterday"}, 400, "start_date"),
        ("requests", {"start_date": "2025-01-01", "end_date": "2026-01-01"}, 400, "90 天"),
        ("requests", {"updated_after": "2025-01-01", "updated_before": "2026-01-01"}, 400, "90"),
        ("requests", {"status": "late"}, 400, "status"),
        ("requests", {"page_size": "1001"}, 400, "page_size"),
        ("requests", {"service_code": "potholes"}, 404, "potholes"),
        ("requests/BS-2026-999999", {}, 404, "BS-2026-999999"),
        ("requests/,", {}, 404, ","),
        ("services/potholes", {}, 404, "potholes"),
        ("tokens/nothing", {}, 404, "nothing"),
        ("potholes", {}, 404, "potholes"),
    ],
)
def test_every_error_is_a_list_of_code_and_description(client, db, path, asked, code, word):
    (told,) = get(client, path, answers=code, **asked)
    assert told["code"] == code
    assert word in told["description"]

    answer = client.get(f"{V2}/{path}.xml", asked)
    assert answer.status_code == code
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "errors"
    assert [error.find("code").text for error in root] == [str(code)]
    assert word in root.find("error/description").text


def test_an_unknown_format_and_method_are_refused_in_the_same_words(client, db):
    yaml = client.get(f"{V2}/services.yaml")
    assert (yaml.status_code, yaml.json()[0]["code"]) == (404, 404)
    deleted = client.delete(f"{V2}/requests.json")
    assert (deleted.status_code, deleted.json()[0]["code"]) == (405, 405)
    assert client.head(f"{V2}/services.json").status_code == 200


def test_xml_says_the_same(client, cast):
    ticket = file(cast, text="下水道 <堵了> & 冒水\x0b，请来看")
    answer = client.get(f"{V2}/requests/{ticket.code}.xml")

    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests"
    (request,) = root.findall("request")
    assert [child.tag for child in request] == FIELDS
    assert request.find("description").text == "下水道 <堵了> & 冒水，请来看"
    assert request.find("media_url").text is None

    services = ElementTree.fromstring(client.get(f"{V2}/services.xml").content)
    assert services.find("service/metadata").text == "true"
    definition = ElementTree.fromstring(client.get(f"{V2}/services/lift.xml").content)
    assert definition.find("attributes/attribute/values") is not None
    formats = ElementTree.fromstring(client.get(f"{V2}/discovery.xml").content)
    assert [one.text for one in formats.iter("format")] == ["text/xml", "application/json"]


def test_the_steps_of_a_request_are_told_without_what_colleagues_wrote(client, cast):
    ticket = declined(cast, file(cast))

    steps = get(client, "servicerequestupdates")

    assert [(one["service_request_id"], one["status"]) for one in steps] == [
        (ticket.code, "open"),
        (ticket.code, "closed"),
    ]
    assert steps[1]["updated_datetime"] == "2026-03-02T09:40:00+08:00"
    assert "法院" not in str(steps)
    assert get(client, "servicerequestupdates", start_date="2026-03-02T01:30:00Z") == steps[1:]
    root = ElementTree.fromstring(client.get(f"{V2}/servicerequestupdates.xml").content)
    assert (root.tag, root[0].tag) == ("service_request_updates", "request_update")


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{V2}/{path}.json").status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["requests", "servicerequestupdates"])
def test_a_list_costs_the_same_for_one_and_for_twenty(client, cast, path):
    ticket = file(cast)
    one = queries(client, path)
    copies(ticket, 20)

    assert queries(client, path) == one <= 4
    assert len(get(client, path)) == 21


def test_reading_asks_nobody_who_they_are(client, cast):
    file(cast)
    answer = client.get(f"{V2}/requests.json")

    assert "Set-Cookie" not in answer
    assert timezone.now() > MONDAY
