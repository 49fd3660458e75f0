"""Every list costs the same number of queries for one row and for twenty."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.actions.desk import accept_ticket, blow_whistle, dispatch_ticket
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.merging import merge_ticket
from complaints.actions.sweeping import sweep
from complaints.models import Concern, Photo, Ticket
from complaints.terms import Category, Kind, Lane, Light, Satisfaction, Solved
from complaints.tests.test_merge import filed
from complaints.tests.test_report import picture
from compounds.files.actions import store_photo


def dispatched(cast, number):
    at = timezone.now()
    draft = begin_draft(at=at, compound=cast.home.code, text=f"第 {number} 件事")
    ticket = file_concern(draft, reporter=cast.resident, address=str(number), at=at)
    given = {"category": Category.FIRE, "kind": Kind.REPORT, "lane": Lane.VITAL}
    accept_ticket(ticket, by=cast.secretary, at=at, **given)
    blow_whistle(ticket, reason="要执法", needs_enforcement=True, by=cast.secretary, at=at)
    dispatch_ticket(
        ticket, to=cast.fire_brigade, co_units=[cast.housing], by=cast.dispatcher, at=at
    )
    return ticket


def copies(ticket, count):
    """More of the same, row by row: what the deeds cost is not measured here."""
    kept = {field.attname: getattr(ticket, field.attname) for field in Ticket._meta.fields}
    said = ticket.concerns.get()
    more = Ticket.objects.bulk_create(
        Ticket(**{**kept, "id": None, "code": f"{ticket.code}-{number}"}) for number in range(count)
    )
    Concern.objects.bulk_create(
        Concern(
            ticket=one,
            text=said.text,
            channel=said.channel,
            visibility=said.visibility,
            reporter=said.reporter,
            filed_at=said.filed_at,
            submission_key=uuid4(),
        )
        for one in more
    )
    return more


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


LISTS = [  # whose, address, at the most
    ("liaison", "complaints:desk", 8),
    ("secretary", "complaints:tickets", 8),
    ("resident", "complaints:my-tickets", 8),
    ("dispatcher", "complaints:tickets", 8),
    ("liaison", "complaints:tickets", 8),
    ("dispatcher", "dashboard", 10),
    ("community_staff", "dashboard", 10),
    ("resident", "home", 10),
]


@pytest.mark.parametrize(("who", "name", "most"), LISTS)
def test_a_list_costs_the_same_however_long_it_is(client, cast, who, name, most):
    client.force_login(getattr(cast, who))
    ticket = dispatched(cast, 0)
    ticket.refresh_from_db()
    client.get(reverse(name))  # the first visit may write the session
    one = queries(client, reverse(name))
    copies(ticket, 19)

    many = queries(client, reverse(name))

    assert len(many) == len(one) <= most, "\n".join(many)


def test_the_ticket_page_costs_the_same_whatever_stands_around_the_ticket(client, cast):
    client.force_login(cast.liaison)
    ticket = dispatched(cast, 0)
    client.get(ticket.get_absolute_url())
    plain = queries(client, ticket.get_absolute_url())
    at = timezone.now()
    for number in range(3):
        Photo.objects.create(file=store_photo(picture(), by=None, at=at), ticket=ticket)
        answer = {"solved": Solved.NO, "satisfaction": Satisfaction.DISSATISFIED}
        ticket.callbacks.create(
            round=number, asked_at=at, answered_at=at, was_contacted=True, **answer
        )
    sweep(at=at + timedelta(days=30))

    full = queries(client, ticket.get_absolute_url())
    page = client.get(ticket.get_absolute_url()).text

    assert len(plain) == len(full) <= 10, "\n".join(full)
    assert page.count("<img") == 3
    assert page.count("轮评价：没解决，不满意") == 3
    assert "区级督办 · 答复" in page


def test_what_was_merged_costs_the_ticket_page_the_same_for_one_and_for_ten(client, cast):
    client.force_login(cast.secretary)
    ticket = dispatched(cast, 0)
    asked = []
    for number in range(1, 11):
        again = filed(cast, f"第 {number} 件事", at=timezone.now())
        merge_ticket(again, into=ticket, by=cast.secretary, at=timezone.now())
        client.get(ticket.get_absolute_url())
        asked.append(len(queries(client, ticket.get_absolute_url())))

    assert len(set(asked)) == 1


def test_a_long_list_is_leafed_by_key_and_shows_each_ticket_once(client, cast, monkeypatch):
    monkeypatch.setattr("complaints.views.desk.A_PAGE", 4)
    client.force_login(cast.secretary)
    ticket = dispatched(cast, 0)
    ticket.refresh_from_db()
    codes = {one.code for one in [ticket, *copies(ticket, 9)]}
    url, seen = reverse("complaints:tickets"), []
    while url:
        page = client.get(url)
        seen += [ticket.code for ticket, *_ in page.context["rows"]]
        url = page.context["next_url"] and reverse("complaints:tickets") + page.context["next_url"]

    assert len(seen) == 10
    assert set(seen) == codes


@pytest.mark.parametrize("after", ["x", "_", "2026_1", "_9999999", "2026-13-45T00:00_1"])
def test_a_key_that_somebody_made_up_harms_nothing(client, cast, after):
    client.force_login(cast.secretary)
    dispatched(cast, 1)

    assert client.get(reverse("complaints:tickets"), {"after": after}).status_code == 200


def number_behind(client, url):
    return len(client.get(url).context["rows"])


def test_every_number_of_the_dashboard_opens_exactly_its_tickets(client, cast):
    ticket = dispatched(cast, 0)
    ticket.refresh_from_db()
    tickets = [ticket, *copies(ticket, 5)]
    at = timezone.now()
    for ticket in tickets[:2]:
        type(ticket).objects.filter(pk=ticket.pk).update(due_at=at, warn_at=at)
    soon = type(tickets[0]).objects.filter(pk=tickets[2].pk)
    soon.update(warn_at=at, due_at=at.replace(year=at.year + 1))
    client.force_login(cast.dispatcher)

    page = client.get(reverse("dashboard")).context
    lights = page["lights"]

    assert (lights.green, lights.yellow, lights.red) == (3, 1, 2)
    assert number_behind(client, lights.url) == lights.total == 6
    assert number_behind(client, lights.red_url) == 2
    assert number_behind(client, lights.yellow_url) == 1
    for row in page["rows"]:
        assert number_behind(client, row.lights.url) == row.lights.total
        assert number_behind(client, row.lights.red_url) == row.lights.red
    assert sum(row.lights.total for row in page["rows"]) == lights.total
    for _, count, url in [*page["states"], *page["levels"]]:
        assert number_behind(client, url) == count


def test_a_filter_never_reaches_beyond_one_s_own_tickets(client, cast):
    dispatched(cast, 1)
    client.force_login(cast.stranger)

    found = client.get(
        reverse("complaints:tickets"), {"compound": cast.home.code, "light": Light.GREEN}
    )

    assert not found.context["rows"]
