"""POST servicerequestupdates: more words about what a key has filed, and about nothing else."""

from xml.etree import ElementTree

import pytest
from django.utils import timezone

from complaints.actions.desk import accept_ticket, take_by_compound
from complaints.actions.waiting import ask_resident
from complaints.models import Ticket
from complaints.open311.tests.conftest import file, new_key
from complaints.terms import Category, Kind, State, Verb
from complaints.tests.test_report import picture
from compounds.notices.models import Notice

UPDATES = "/open311/v2/servicerequestupdates"
WORDS = "昨晚又停了一次，困了人，打13900000007找我。"


@pytest.fixture
def ticket(send):
    return Ticket.objects.get(code=send().json()[0]["service_request_id"])


@pytest.fixture
def add(client, secret, ticket):
    def added(suffix="json", **over):
        given = {"api_key": secret, "service_request_id": ticket.code, "description": WORDS}
        values = {name: value for name, value in {**given, **over}.items() if value is not None}
        return client.post(f"{UPDATES}.{suffix}", values)

    return added


def errors(response, status):
    assert response.status_code == status, response.text
    return [(one["code"], one["description"]) for one in response.json()]


def test_further_words_stand_in_the_history_masked_and_the_branch_is_told(add, cast, ticket):
    (told,) = add(media=picture()).json()

    event = ticket.events.get(verb=Verb.ADDED)
    assert told == {"update_id": str(event.pk), "service_request_id": ticket.code}
    assert "热线平台" in event.role
    assert "13900000007" not in event.text
    assert event.photos.count() == 1
    assert Notice.objects.filter(person=cast.secretary, event="ticket_added_to").exists()


def test_where_the_unit_had_asked_they_are_the_answer(add, cast, ticket):
    at = timezone.now()
    given = {"category": Category.LIFT, "kind": Kind.COMPLAINT, "by": cast.secretary, "at": at}
    accept_ticket(ticket, **given)
    take_by_compound(ticket, handler=cast.company, note="去看", by=cast.secretary, at=at)
    ask_resident(ticket, question="几号电梯？", by=cast.company_staff, at=at)
    add()

    assert ticket.events.filter(verb=Verb.TOLD).count() == 1
    assert Notice.objects.filter(person=cast.company_staff, event="resident_told").exists()


def test_xml_answers_as_the_standard_says(add):
    root = ElementTree.fromstring(add("xml").content)
    assert (root.tag, root[0].tag, root[0][0].tag) == (
        "service_request_updates",
        "request_update",
        "update_id",
    )
    wrong = ElementTree.fromstring(add("xml", description=None).content)
    assert (wrong.tag, wrong[0].tag, wrong[0][0].text) == ("errors", "error", "400")


@pytest.mark.parametrize(
    ("over", "code", "word"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "guess"}, 403, "api_key"),
        ({"service_request_id": None}, 400, "service_request_id"),
        ({"service_request_id": "BS-2026-999999"}, 404, "BS-2026-999999"),
        ({"service_request_id": None, "token": "x" * 32}, 404, "xxx"),
        ({"description": None}, 400, "description"),
        ({"status": "closed"}, 400, "status"),
    ],
)
def test_what_is_wrong_is_said_as_a_list(add, ticket, over, code, word):
    told = errors(add(**over), code)

    assert [one for one, _ in told] == [code]
    assert word in told[0][1]
    assert not ticket.events.filter(verb=Verb.ADDED).exists()


def test_of_what_others_have_filed_it_may_not_speak(add, cast):
    assert errors(add(api_key=new_key(cast, label="别的平台")), 404)
    assert errors(add(service_request_id=file(cast).code), 404)


def test_by_the_receipt_it_is_as_good(add, ticket):
    assert add(service_request_id=None, token=ticket.receipt.token).status_code == 200


def test_sent_twice_it_is_one_line(add, ticket):
    first, again = add().json(), add().json()
    assert first == again
    assert ticket.events.filter(verb=Verb.ADDED).count() == 1

    assert add(update_id="1").json() == add(update_id="1", description="别的话").json()
    assert ticket.events.filter(verb=Verb.ADDED).count() == 2


def test_of_what_is_over_nothing_is_added(add, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(state=State.WITHDRAWN)

    assert errors(add(), 409)[0][0] == 409
