"""Every list costs the same number of queries for one row and for twenty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.actions.desk import accept_ticket, blow_whistle, dispatch_ticket
from complaints.actions.filing import begin_draft, file_concern
from complaints.terms import Category, Kind, Lane, Light


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


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


LISTS = [  # whose, address, at the most
    ("liaison", "complaints:desk", 8),
    ("secretary", "complaints:tickets", 8),
    ("resident", "complaints:my-tickets", 8),
    ("dispatcher", "dashboard", 12),
    ("community_staff", "dashboard", 12),
    ("resident", "home", 10),
]


@pytest.mark.parametrize(("who", "name", "most"), LISTS)
def test_a_list_costs_the_same_however_long_it_is(client, cast, who, name, most):
    client.force_login(getattr(cast, who))
    dispatched(cast, 0)
    client.get(reverse(name))  # the first visit may write the session
    one = queries(client, reverse(name))
    for number in range(1, 20):
        dispatched(cast, number)

    many = queries(client, reverse(name))

    assert len(many) == len(one) <= most, "\n".join(many)


def test_the_ticket_page_is_cheap(client, cast):
    client.force_login(cast.liaison)
    ticket = dispatched(cast, 0)
    client.get(ticket.get_absolute_url())

    asked = queries(client, ticket.get_absolute_url())

    assert len(asked) <= 16, "\n".join(asked)


def test_a_long_list_is_leafed_by_key_and_shows_each_ticket_once(client, cast, monkeypatch):
    monkeypatch.setattr("complaints.views.desk.A_PAGE", 4)
    client.force_login(cast.secretary)
    codes = {dispatched(cast, number).code for number in range(10)}
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
    tickets = [dispatched(cast, number) for number in range(6)]
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
