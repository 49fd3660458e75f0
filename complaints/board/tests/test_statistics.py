"""每月统计: exact, frozen when the month is over, and every number is a way to its tickets."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.access.lists import page_to_read, scope_of
from complaints.actions.callback import reopen_ticket
from complaints.actions.months import draw_month, draw_months
from complaints.board.actions import hide_line
from complaints.board.tests.test_board import closed
from complaints.forms.filters import TicketFilter
from complaints.models import Adjustment, MonthRow, Snapshot, Ticket
from complaints.rules.months import bounds, month_of
from complaints.terms import Satisfaction, Solved, Visibility
from complaints.tests.test_lists import queries
from complaints.tests.test_plain_words import assert_plain
from tests.cast import MONDAY
from tests.copies import copies

MONTH = month_of(MONDAY)
WRITTEN = f"{MONTH:%Y-%m}"
OVER = bounds(MONTH)[1] + timedelta(minutes=10)


@pytest.fixture
def month(cast):
    """Eleven answers: ten solved, one partly; one is hidden, one not public."""
    first = closed(cast, at=MONDAY)
    copies(first, 8)
    closed(cast, solved=Solved.PARTLY, satisfaction=Satisfaction.BASICALLY, at=MONDAY)
    secret = closed(cast, at=MONDAY)
    Ticket.objects.filter(pk=secret.pk).update(visibility=Visibility.SECRET)
    hide_line(first, reason="写到了孩子", by=cast.secretary, at=timezone.now())
    draw_months(at=OVER)
    return first


def statistics(client, organization, month=WRITTEN):
    address = reverse("board:statistics-of", args=[organization.pk])
    return client.get(address, {"month": month})


def test_a_month_is_counted_exactly_and_names_nobody(client, cast, month):
    for organization in (cast.district, cast.street, cast.community, cast.branch):
        page = statistics(client, organization)
        rates = page.context["figures"].rates
        told = [rates[name] for name in ("is_closed", "answered", "solved", "partly", "contacted")]
        assert told == [11, 11, 10, 1, 11]
        assert rates.shown()["solution"] == "95.45"  # (10 + 0.5) ÷ 11
        assert rates.shown()["satisfaction"] == "96.36"  # (10 + 0.6) ÷ 11
        assert (
            page.context["shown"]
            == 9
            == len(client.get(page.context["shown_url"]).context["lines"])
        )
        rows = [row for _, rows in page.context["groups"] for row in rows]
        if organization != cast.branch:
            assert sum(row.rates["is_closed"] for row in rows) == 11
        for name in ("李女士", "王某", cast.liaison.name, cast.secretary.name):
            assert name not in page.content.decode()
        assert_plain(page)


def listed(user, url):
    """Every ticket of the list at the address, however many pages it has."""
    scope = scope_of(user)
    chosen = TicketFilter(dict(parse_qsl(urlsplit(url).query)), user=user, scope=scope)
    return page_to_read(user, chosen.qs, order=chosen.order, count=1000)


def test_every_number_of_an_overseer_opens_exactly_its_tickets(client, cast, month):
    client.force_login(cast.dispatcher)
    page = client.get(reverse("dashboard-month", args=[cast.street.pk]), {"month": WRITTEN})
    counted = page.context["counted"]
    figures = [*counted.figures, *(one for row in counted.rows for one in row.figures)]

    assert {count for _, count, _ in figures} == {0, 1, 10, 11}
    for label, count, url in figures:
        assert (label, len(listed(cast.dispatcher, url))) == (label, count)
    assert client.get(figures[1][2]).status_code == 200


def test_what_the_resident_said_no_to_stays_said_after_it_was_done_again(cast):
    """A redo is another window; it does not take the first answer back."""
    ticket = closed(cast, solved=Solved.NO, satisfaction=Satisfaction.DISSATISFIED, at=MONDAY)
    draw_month(MONTH, at=OVER)
    row = MonthRow.objects.get(ticket=ticket)

    assert (row.is_ended, row.is_closed, row.answered, row.solved) == (True, False, True, False)
    assert row.redone


def test_a_month_that_is_over_is_frozen_once_and_the_same_however_late(cast, month):
    frozen = Snapshot.objects.get(month=MONTH)
    assert frozen.frozen_at == OVER
    assert draw_month(MONTH, at=OVER + timedelta(days=40)) is False
    for change in (
        lambda: MonthRow.objects.update(solved=False),
        lambda: MonthRow.objects.all().delete(),
        lambda: Snapshot.objects.filter(month=MONTH).update(frozen_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_reopening_after_the_month_is_a_dated_adjustment_and_the_month_stays(client, cast):
    ticket = closed(cast, at=bounds(MONTH)[1] - timedelta(days=2))
    draw_months(at=OVER)
    again = OVER + timedelta(days=4)
    reopen_ticket(ticket, reason="又漏了", by=None, at=again)
    for hour in range(3):
        draw_months(at=again + timedelta(hours=hour))

    assert Adjustment.objects.get().at == again
    client.force_login(cast.dispatcher)
    page = client.get(reverse("dashboard-month", args=[cast.street.pk]), {"month": WRITTEN})
    counted = page.context["counted"]
    assert counted.read.rates["is_closed"] == 1
    assert counted.read.now["is_closed"] == 0
    _, count, url = counted.adjusted
    assert count == 1 == len(listed(cast.dispatcher, url))
    with pytest.raises(DatabaseError), transaction.atomic():
        Adjustment.objects.all().delete()


def test_a_month_too_small_is_not_judged(client, cast):
    closed(cast, at=MONDAY)
    draw_months(at=OVER)
    page = statistics(client, cast.branch)

    assert page.context["figures"].rates.shown()["solution"] == "样本不足"
    assert page.context["figures"].rates.tier == "样本不足"
    assert "没解决" not in page.content.decode()  # one answer would be somebody's


def test_a_month_without_anything_says_so(client, cast):
    page = statistics(client, cast.district, "2020-01")

    assert page.context["figures"].rates["is_closed"] == 0
    assert set(page.context["figures"].rates.shown().values()) == {"—"}


@pytest.mark.parametrize("written", ["2026-13", "x", "9999-01", "1990-01"])
def test_a_month_that_is_none_is_not_found(client, cast, written):
    assert statistics(client, cast.district, written).status_code == 404


def test_a_department_has_no_public_page(client, cast):
    for organization in (cast.fire_brigade, cast.company):
        url = reverse("board:statistics-of", args=[organization.pk])
        assert client.get(url).status_code == 404


def test_statistics_cost_the_same_however_much_was_closed(client, cast):
    ticket = closed(cast, at=MONDAY)
    draw_months(at=bounds(MONTH)[1] - timedelta(days=1))
    client.force_login(cast.dispatcher)
    addresses = [
        f"{reverse('board:statistics')}?month={WRITTEN}",
        f"{reverse('dashboard-month', args=[cast.street.pk])}?month={WRITTEN}",
    ]
    for address in addresses:
        client.get(address)
    one = [len(queries(client, address)) for address in addresses]
    copies(ticket, 19)
    draw_months(at=OVER)

    assert [len(queries(client, address)) for address in addresses] == one
    assert max(one) <= 16
