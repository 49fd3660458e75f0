"""Lateness climbs by itself, exactly once, whenever and however often the sweep runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    dispatch_ticket,
    reply_to_ticket,
    sign_ticket,
)
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.history import played
from complaints.actions.sweeping import reckon_again, sweep
from complaints.models import Escalation, PolicyVersion, Ticket
from complaints.terms import Category, ClockKind, Kind, Lane, Level, Resolution, State, Verb
from compounds.models import CalendarYear, WorkdayException, working_calendar
from compounds.notices.models import Notice
from compounds.rules import SHANGHAI
from tests.cast import MONDAY

REPLY = "已更换声控灯五盏，并检查了全部楼层的线路，今后每月巡查一次。"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def filed(cast, text="四楼声控灯不亮", at=MONDAY, **answers):
    draft = begin_draft(at=at, compound=cast.home.code, text=text, **answers)
    return file_concern(draft, reporter=None, address="127.0.0.1", at=at)


def dispatched(cast, lane=Lane.GENERAL, at=MONDAY):
    ticket = filed(cast, at=at)
    accept_ticket(
        ticket, category=Category.FIRE, kind=Kind.COMPLAINT, lane=lane, by=cast.secretary, at=at
    )
    blow_whistle(ticket, reason="需要执法", needs_enforcement=True, by=cast.secretary, at=at)
    return dispatch_ticket(ticket, to=cast.fire_brigade, by=cast.dispatcher, at=at)


def levels(ticket, clock):
    return list(
        ticket.escalations.filter(clock=clock).values_list("level", flat=True).order_by("level")
    )


def told(event="ticket_escalated"):
    return set(Notice.objects.filter(event=event).values_list("person__name", flat=True))


def test_a_late_ticket_climbs_once_however_often_the_sweep_runs(cast):
    ticket = filed(cast)
    late = MONDAY + 2 * DAY

    assert [sweep(at=late) for _ in range(3)] == [1, 0, 0]

    ticket.refresh_from_db()
    assert ticket.level == Level.REMINDED
    assert levels(ticket, ClockKind.ACCEPT) == [0, 1]
    assert ticket.events.filter(verb=Verb.ESCALATED).count() == 1


def test_it_climbs_step_by_step_while_nobody_touches_it(cast):
    ticket = filed(cast, text="6栋电表箱在冒烟")
    reached = []
    for minutes in (14, 15, 29, 30, 74, 75, 134, 135, 254, 255, 999):
        sweep(at=MONDAY + minutes * MINUTE)
        ticket.refresh_from_db()
        reached.append((minutes, ticket.level))

    assert reached == [
        (14, None), (15, 0), (29, 0), (30, 1), (74, 1), (75, 2), (134, 2), (135, 3), (254, 3), (255, 4), (999, 4),
    ]  # fmt: skip


def test_each_level_tells_those_it_should(cast):
    filed(cast, text="6栋电表箱在冒烟")
    people = []
    for minutes in (15, 30, 75, 135, 255):
        Notice.objects.all().delete()
        sweep(at=MONDAY + minutes * MINUTE)
        people.append(told())

    assert people == [
        {"书记"},
        {"书记", "社区"},
        {"书记", "社区", "派单员"},
        {"书记", "社区", "派单员", "街道领导"},
        {"书记", "社区", "派单员", "街道领导", "督办"},
    ]


def test_after_three_missed_days_every_level_is_logged_and_only_the_highest_is_told(cast):
    ticket = filed(cast, text="6栋电表箱在冒烟")

    sweep(at=MONDAY + 3 * DAY)

    assert levels(ticket, ClockKind.ACCEPT) == [0, 1, 2, 3, 4]
    assert list(ticket.escalations.filter(is_told=True).values_list("level", flat=True)) == [4]
    assert set(Notice.objects.filter(event="ticket_escalated").values_list("title", flat=True)) == {
        f"区级督办：{ticket.title}"
    }
    assert ticket.escalations.order_by("level").first().fell_due_at == MONDAY + 15 * MINUTE


def test_a_ticket_in_the_pool_is_the_dispatcher_s(cast):
    ticket = filed(cast)
    accept_ticket(
        ticket,
        category=Category.FIRE,
        kind=Kind.REPORT,
        lane=Lane.GENERAL,
        by=cast.secretary,
        at=MONDAY,
    )
    blow_whistle(ticket, reason="需要执法", needs_enforcement=True, by=cast.secretary, at=MONDAY)

    sweep(at=MONDAY + HOUR)

    assert levels(ticket, ClockKind.DISPATCH) == [0, 1]
    assert "派单员" in told()
    assert "联络员" not in told()


def test_silence_of_the_department_climbs_on_each_of_its_clocks(cast):
    ticket = dispatched(cast)

    sweep(at=MONDAY + 30 * DAY)

    for clock in (ClockKind.SIGN, ClockKind.CONTACT, ClockKind.FINISH):
        assert levels(ticket, clock) == [0, 1, 2, 3, 4]
    assert {"联络员", "支队长", "街道领导", "督办"} <= told()


def test_what_was_done_in_time_never_climbs(cast):
    ticket = dispatched(cast)
    sign_ticket(ticket, by=cast.liaison, at=MONDAY + 10 * MINUTE)

    sweep(at=MONDAY + 5 * HOUR)

    assert levels(ticket, ClockKind.SIGN) == []


def test_a_reply_moves_on_by_itself_and_silence_of_the_resident_closes_it_uncounted(cast):
    ticket = dispatched(cast)
    sign_ticket(ticket, by=cast.liaison, at=MONDAY)
    reply_to_ticket(ticket, text=REPLY, resolution=Resolution.SOLVED, by=cast.liaison, at=MONDAY)
    states = []
    for days in (1.5, 2, 4, 8, 12):
        sweep(at=MONDAY + days * DAY)
        ticket.refresh_from_db()
        states.append(ticket.state)

    assert states == [State.REPLIED, State.CALLBACK, State.CALLBACK, State.CALLBACK, State.CLOSED]
    assert ticket.events.filter(verb=Verb.REMINDED).count() == 1
    assert ticket.callbacks.get().answered_at is None
    assert not ticket.escalations.exists()


def test_a_closed_ticket_never_climbs_again(cast):
    ticket = dispatched(cast)
    sign_ticket(ticket, by=cast.liaison, at=MONDAY)
    reply_to_ticket(ticket, text=REPLY, resolution=Resolution.SOLVED, by=cast.liaison, at=MONDAY)
    sweep(at=MONDAY + 2 * DAY)
    sweep(at=MONDAY + 20 * DAY)

    assert sweep(at=MONDAY + 400 * DAY) == 0


def test_one_bad_row_does_not_stop_the_sweep(cast, caplog):
    bad, good = filed(cast), filed(cast)
    wrong = PolicyVersion.objects.create(
        in_force_at=MONDAY + 9000 * DAY, terms={"limits": {"accept": "soon"}}
    )
    Ticket.objects.filter(pk=bad.pk).update(policy=wrong)

    assert sweep(at=MONDAY + 2 * DAY) == 1

    good.refresh_from_db()
    assert good.level == Level.REMINDED
    assert "was not swept" in caplog.text


def test_a_term_beyond_the_loaded_years_is_flagged_and_reckoned_again_when_the_year_comes(cast):
    in_december = datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI)
    ticket = filed(cast, at=in_december)
    assert ticket.clocks.get().is_estimate
    assert ticket.due_at == datetime(2027, 1, 2, tzinfo=SHANGHAI)

    year = CalendarYear.objects.create(year=2027, loaded_at=in_december + HOUR)
    WorkdayException.objects.bulk_create(
        WorkdayException(year=year, day=f"2027-01-0{day}", is_workday=False) for day in (1, 2, 3)
    )
    assert reckon_again(at=in_december + 2 * HOUR) == 1
    assert reckon_again(at=in_december + 2 * HOUR) == 0

    ticket.refresh_from_db()
    assert ticket.due_at == datetime(2027, 1, 5, tzinfo=SHANGHAI)
    assert not ticket.clocks.get().is_estimate
    event = ticket.events.get(verb=Verb.RECKONED)
    assert event.due_before < event.due_after == ticket.due_at


def test_the_clocks_in_the_tables_are_those_of_the_history(cast):
    ticket = dispatched(cast)
    sign_ticket(ticket, by=cast.liaison, at=MONDAY + HOUR)
    sweep(at=MONDAY + 2 * HOUR)

    clocks = played(ticket, calendar=working_calendar()).clocks.values()

    kept = {row.kind: (row.due_at, row.stopped_at) for row in ticket.clocks.all()}
    assert kept == {clock.kind: (clock.due_at, clock.stopped_at) for clock in clocks}


def test_a_ticket_keeps_the_policy_in_force_when_it_was_dispatched(cast):
    ticket = dispatched(cast)
    before = ticket.clocks.get(kind=ClockKind.FINISH).due_at
    terms = PolicyVersion.objects.earliest("pk").policy.terms
    PolicyVersion.objects.create(
        in_force_at=MONDAY + HOUR, terms={"limits": {**terms["limits"], "finish": "1h"}}
    )

    sign_ticket(ticket, by=cast.liaison, at=MONDAY + 2 * HOUR)

    assert ticket.clocks.get(kind=ClockKind.FINISH).due_at == before
    quick = dispatched(cast, at=MONDAY + 3 * HOUR)
    assert quick.clocks.get(kind=ClockKind.FINISH).due_at == MONDAY + 4 * HOUR


@pytest.mark.parametrize(
    "at", ["2026-12-31T23:59", "2028-02-29T12:00", "2026-02-14T10:00", "2031-05-01T10:00"]
)
def test_awkward_days_are_days_like_any_other(cast, at):
    ticket = filed(cast, at=datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))

    sweep(at=ticket.due_at)

    ticket.refresh_from_db()
    assert ticket.level == Level.REMINDED


def test_cron_may_do_what_celery_does(cast, capsys):
    ticket = filed(cast, at=datetime.now(tz=UTC) - 10 * DAY)

    call_command("sweep")

    assert capsys.readouterr().out == "1 tickets moved\n"
    assert Escalation.objects.filter(ticket=ticket).exists()
