"""Servers and processes are killed while tickets fall due: nothing is lost, nothing done twice."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bizhan.engines import wait_until
from complaints.actions.filing import begin_draft, file_concern
from complaints.models import Concern, Escalation, Ticket, TicketClock, TicketEvent
from complaints.terms import Level, Verb
from compounds.notices.models import Notice
from tests.chaos.portal import children_of, is_running
from tests.copies import copies

pytestmark = pytest.mark.chaos

TICKETS = 150
PATIENCE = timedelta(seconds=90)
DANGER = "6栋电表箱在冒烟有火星"
COUNTED = [Ticket, Concern, TicketEvent, TicketClock, Notice]


# --- What is to be seen -----------------------------------------------------------------------


@pytest.fixture
def late(cast):
    """Tickets that all fall due in five seconds, and then climb a level every second."""
    draft = begin_draft(at=timezone.now(), compound=cast.home.code, text=DANGER)
    first = file_concern(draft, reporter=None, address=str(draft.key), at=timezone.now())
    return [first, *copies(first, TICKETS - 1)]


def climbed(tickets):
    """How many levels these tickets have climbed; none while nobody can be asked."""
    connection.close()
    try:
        return Escalation.objects.filter(ticket__in=tickets).count()
    except DatabaseError:
        return 0


def wait_for_a_sweep(tickets):
    """Come back in the middle of a sweep."""
    assert wait_until(lambda: climbed(tickets), PATIENCE.seconds)
    assert climbed(tickets) < len(tickets)


def assert_each_climbs_once(cast, tickets, *, back_at):
    """Every level, none later than 90 s after it fell due or the servers were back; told once."""
    every_level = len(tickets) * len(Level)
    assert wait_until(lambda: climbed(tickets) >= every_level, PATIENCE.seconds)
    rows = Escalation.objects.filter(ticket__in=tickets)
    assert rows.count() == every_level
    assert max(row.at - max(row.fell_due_at, back_at) for row in rows) <= PATIENCE
    told = set(rows.filter(is_told=True).values_list("ticket", "level"))
    lines = TicketEvent.objects.filter(ticket__in=tickets, verb=Verb.ESCALATED)
    urls = [ticket.get_absolute_url() for ticket in tickets]
    notices = Notice.objects.filter(event="ticket_escalated", person=cast.secretary, url__in=urls)
    assert len(told) == lines.count() == notices.count()
    assert {ticket for ticket, level in told if level == Level.DISTRICT} == {
        ticket.pk for ticket in tickets
    }


# --- Processes --------------------------------------------------------------------------------


def test_a_worker_killed_in_its_sweep_leaves_the_rest_to_the_next(portal, cast, late):
    wait_for_a_sweep(late)
    for pid in children_of(portal.pids()["worker"]):
        os.kill(pid, signal.SIGKILL)
    first = portal.kill("worker")

    assert wait_until(lambda: portal.is_another("worker", first), 30)
    assert_each_climbs_once(cast, late, back_at=timezone.now())


def test_beat_killed_and_another_beat_beside_it_make_one_sweep(portal, cast, late):
    with portal.second_beat():
        first = portal.kill("beat")
        assert wait_until(lambda: portal.is_another("beat", first), 30)
        assert_each_climbs_once(cast, late, back_at=timezone.now())


def test_a_killed_supervisor_takes_everything_along_and_the_next_one_catches_up(portal, cast, late):
    everything = [one for pid in portal.pids().values() for one in [pid, *children_of(pid)]]
    wait_for_a_sweep(late)
    portal.kill("supervisor")
    portal.supervisor.wait()

    assert wait_until(lambda: not any(map(is_running, everything)), 30)
    portal.start()
    assert_each_climbs_once(cast, late, back_at=timezone.now())


# --- Servers ----------------------------------------------------------------------------------


def test_valkey_killed_in_a_sweep_and_emptied_loses_nothing(portal, cast, late):
    wait_for_a_sweep(late)
    first = portal.kill("valkey")
    assert wait_until(lambda: portal.is_another("valkey", first) and portal.empty_valkey(), 30)
    back_at = timezone.now()

    assert_each_climbs_once(cast, late, back_at=back_at)


def test_without_valkey_a_report_is_taken_and_cron_may_sweep(portal, cast, late):
    with portal.kept_down("valkey"):
        browser = portal.browser()
        check = browser.fill_in_report(cast.home, "没有缓存也要能报问题")
        status, page = browser.post(check)
        assert (status, portal.browser().get("/healthz")[0]) == (200, 200)
        ticket = Ticket.objects.get(title="没有缓存也要能报问题")
        assert ticket.code in page

        assert wait_until(lambda: timezone.now() > late[0].due_at, 30)
        portal.python("manage.py", "sweep", REDIS_URL=portal.redis_url)
        assert climbed(late) >= len(late)
    assert_each_climbs_once(cast, late, back_at=timezone.now())


def test_postgresql_killed_in_a_sweep_is_said_plainly_and_caught_up_with(portal, cast, late):
    wait_for_a_sweep(late)
    with portal.kept_down("postgresql"):
        assert wait_until(lambda: portal.browser().get("/healthz") == (503, "database"), 10)
        asked_at = timezone.now()
        status, page = portal.browser().get(f"/report/in/{cast.home.code}/")
        assert timezone.now() - asked_at < timedelta(seconds=5)
        assert status == 503
        assert "12345" in page

    assert wait_until(portal.is_healthy, 60)
    assert_each_climbs_once(cast, late, back_at=timezone.now())


# --- In the middle of a deed ------------------------------------------------------------------


def counts():
    return [model.objects.count() for model in COUNTED]


def is_filing_waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees but its first
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND query LIKE 'INSERT INTO \"notices_notice\"%'"
        )
        return cursor.fetchone()


def workers_of(portal):
    return children_of(portal.pids()["web"])


def the_whole_web_server(portal):
    return [portal.pids()["web"], *workers_of(portal)]


@pytest.mark.parametrize(
    ("victims", "text"),  # two matters, so that the second is not taken for the first
    [(workers_of, "四楼声控灯不亮"), (the_whole_web_server, "垃圾桶满了没人清运")],
)
def test_a_report_cut_off_in_the_middle_was_never_sent_and_can_be_sent_again(
    portal, cast, victims, text
):
    browser = portal.browser()
    check = browser.fill_in_report(cast.home, text)
    connection.close()
    before = counts()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE notices_notice IN EXCLUSIVE MODE")
        sending = pool.submit(browser.post, check)
        # All but the notices is written by now, and nothing is committed.
        assert wait_until(is_filing_waiting, 30)
        for pid in victims(portal):
            os.kill(pid, signal.SIGKILL)
        assert isinstance(sending.exception(timeout=30), OSError)
    assert wait_until(lambda: not is_filing_waiting(), 10)
    assert counts() == before

    assert wait_until(portal.is_healthy, 60)
    status, page = browser.post(check)
    assert status == 200
    again, same = browser.post(check)
    ticket = Concern.objects.get(submission_key=check.split("/")[2]).ticket
    assert ticket.code in page
    assert ticket.code in same
    assert [ticket.events.count(), ticket.clocks.count()] == [1, 1]
    assert Notice.objects.filter(url=ticket.get_absolute_url()).count() == 1
