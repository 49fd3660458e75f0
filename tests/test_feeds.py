"""Private addresses for a calendar and a reader: whose they are is asked anew at each reading."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from bizhan.feeds import ATOM
from complaints.actions.filing import begin_draft, file_concern
from compounds.actions import end_post
from compounds.feeds.actions import make_feed, revoke_feed
from compounds.feeds.models import Feed
from compounds.feeds.terms import FeedKind
from compounds.models import Person
from tests.cast import MONDAY
from tests.copies import copies

TEXT = "二栋电梯停了，打 13912345678 找王先生。"


@pytest.fixture(autouse=True)
def on_monday(time_machine):
    time_machine.move_to(MONDAY + timedelta(hours=1), tick=False)


@pytest.fixture
def ticket(cast):
    return file(cast)


def file(cast, **over):
    draft = begin_draft(at=MONDAY, **{"compound": cast.home.code, "text": TEXT, **over})
    return file_concern(draft, reporter=cast.resident, address=str(draft.key), at=MONDAY)


def feed_of(person, kind=FeedKind.CALENDAR):
    return make_feed(kind, by=person, at=MONDAY)


def events(feed):
    answer = Client().get(feed.get_absolute_url())
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_holds_the_deadlines_of_my_desk_with_numbers_masked(cast, ticket):
    (event,) = events(feed_of(cast.secretary))

    assert event["uid"].startswith(f"desk-{ticket.code}@")
    assert event.decoded("dtend") == ticket.due_at
    assert "电梯停了" in str(event["summary"]) and "示范小区一" in str(event["description"])
    assert f"/tickets/{ticket.code}/" in event["url"]
    assert "13912345678" not in Client().get(feed_of(cast.secretary).get_absolute_url()).text


def test_what_is_not_public_says_nothing_of_itself(cast):
    file(cast, visibility="secret")

    (event,) = events(feed_of(cast.secretary))
    assert "一件不公开的事" in str(event["summary"]) and "电梯" not in str(event)


def test_news_is_atom_and_tells_a_resident_of_their_own_report(cast, ticket):
    answer = Client().get(feed_of(cast.resident, FeedKind.NEWS).get_absolute_url())

    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{{{ATOM}}}feed"
    (entry,) = root.findall(f"{{{ATOM}}}entry")
    assert entry.find(f"{{{ATOM}}}updated").text == "2026-03-02T09:00:00+08:00"
    assert "等小区查看" in entry.find(f"{{{ATOM}}}title").text
    assert "13912345678" not in answer.text


def test_what_did_not_change_is_not_sent_again(cast, ticket):
    url = feed_of(cast.secretary).get_absolute_url()
    first = Client().get(url)
    unchanged = Client().get(url, headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert first["Last-Modified"] == "Mon, 02 Mar 2026 01:00:00 GMT"

    file(cast, text="又一件事")
    assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_post_that_ends_takes_its_deadlines_along(cast, ticket):
    feed = feed_of(cast.secretary)
    assert len(events(feed)) == 1
    assert events(feed_of(cast.stranger)) == []

    end_post(cast.secretary.posts.get(), by=cast.security, at=timezone.now())
    assert events(feed) == []


def test_a_revoked_address_a_closed_account_and_a_made_up_token_open_nothing(cast, ticket):
    feed = feed_of(cast.secretary)
    url = feed.get_absolute_url()
    assert Client().get(url.replace(".ics", ".atom")).status_code == 404
    assert Client().get(url.replace(feed.token, f"{feed.pk}.guess")).status_code == 404
    Person.objects.filter(pk=cast.secretary.pk).update(is_active=False)
    assert Client().get(url).status_code == 404
    Person.objects.filter(pk=cast.secretary.pk).update(is_active=True)
    revoke_feed(feed, by=cast.secretary, at=MONDAY)
    assert Client().get(url).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        Feed.objects.update(revoked_at=None)


def test_addresses_are_made_shown_and_ended_on_my_page(client, cast):
    client.force_login(cast.secretary)
    for _ in range(2):
        client.post("/me/feeds/calendar/make/")
    feed = Feed.objects.get()
    assert feed.get_absolute_url() in client.get("/me/feeds/").text
    assert client.post("/me/feeds/everything/make/").status_code == 404

    other = feed_of(cast.liaison)
    assert client.post(f"/me/feeds/{other.pk}/revoke/").status_code == 404
    client.post(f"/me/feeds/{feed.pk}/revoke/")
    client.post("/me/feeds/calendar/make/")
    assert feed.get_absolute_url() not in client.get("/me/feeds/").text
    assert Feed.objects.live().filter(person=cast.secretary).count() == 1


@pytest.mark.parametrize("kind", FeedKind)
def test_a_feed_costs_the_same_for_one_and_for_twenty(cast, ticket, kind):
    url = feed_of(cast.secretary, kind).get_absolute_url()
    Client().get(url)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(url).status_code == 200
        return len(captured)

    one = queries()
    copies(ticket, 20)
    assert queries() == one
