"""Sweeps beside each other: every level of every ticket once, and every level told once."""

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context

import pytest
from django.db import connection
from django.db.models import Count

from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.sweeping import sweep
from complaints.models import Escalation, Ticket, TicketEvent
from complaints.terms import ClockKind, Level, Verb
from compounds.notices.models import Notice
from tests.cast import MONDAY
from tests.copies import copies

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATE_TICKETS, SWEEPS = 6000, 4


def swept_by(sweeps, at):
    """So many sweeps at once, each in a process of its own, as a worker runs them."""
    context = get_context("fork")
    start = context.Barrier(sweeps, timeout=60)
    connection.close()  # what is open would be shared by all the children
    with ProcessPoolExecutor(sweeps, context, initializer=meet_at, initargs=(start,)) as pool:
        return list(pool.map(sweep_with_others, [at] * sweeps))


def meet_at(barrier):
    global start
    start = barrier


def sweep_with_others(at):
    start.wait()
    return sweep(at=at)


def test_four_overlapping_sweeps_lift_six_thousand_tickets_once(cast, capsys):
    draft = begin_draft(at=MONDAY, compound=cast.home.code, text="四楼声控灯不亮")
    ticket = file_concern(draft, reporter=None, address="127.0.0.1", at=MONDAY)
    copies(ticket, LATE_TICKETS - 1)
    began = time.monotonic()

    moved = swept_by(SWEEPS, MONDAY + timedelta(days=30))

    with capsys.disabled():
        print(f"\n{LATE_TICKETS} late tickets, {moved} by sweep: {time.monotonic() - began:.0f} s")
    assert sum(moved) == LATE_TICKETS
    assert min(moved) > 0  # they did overlap
    assert Escalation.objects.count() == LATE_TICKETS * len(Level)
    by_level = Escalation.objects.values_list("level").annotate(Count("ticket", distinct=True))
    assert dict(by_level.order_by("level")) == dict.fromkeys(Level, LATE_TICKETS)
    told = Escalation.objects.filter(is_told=True, level=Level.DISTRICT, clock=ClockKind.ACCEPT)
    assert told.count() == Escalation.objects.filter(is_told=True).count() == LATE_TICKETS
    assert TicketEvent.objects.filter(verb=Verb.ESCALATED).count() == LATE_TICKETS
    told_people = Notice.objects.filter(event="ticket_escalated").values_list("person__name")
    assert dict(told_people.annotate(Count("pk"))) == dict.fromkeys(
        ["书记", "社区", "派单员", "街道领导", "督办"], LATE_TICKETS
    )
    assert Ticket.objects.filter(level=Level.DISTRICT).count() == LATE_TICKETS
