"""退单: who lets a unit off, what the third attempt leads to, and 问题工单."""

from datetime import date

import pytest

from complaints.actions.callback import (
    answer_callback,
    ask_callback,
    call_unreasonable,
    find_unreasonable,
    reopen_ticket,
)
from complaints.actions.desk import dispatch_ticket, reply_to_ticket
from complaints.actions.extensions import ask_extension
from complaints.actions.returns import answer_objection, rule_on_ticket
from complaints.actions.sweeping import sweep
from complaints.models import Objection
from complaints.terms import (
    ClockKind,
    Lane,
    Level,
    Outcome,
    Resolution,
    State,
    Verb,
)
from complaints.tests.asking import clock, in_hand, moment, objected, returned
from complaints.tests.test_sweep import DAY, HOUR, MINUTE, REPLY, dispatched, levels, told
from compounds.rules import Conflict, Refused
from compounds.terms import OrganizationKind, Role
from tests.cast import MONDAY


def test_a_granted_return_goes_back_into_the_pool_and_the_dispatcher_is_timed_again(cast):
    ticket = in_hand(cast)
    objected(cast, ticket, suggested=cast.housing)
    assert clock(ticket).stopped_at is None  # the clock runs on while nobody answers

    answer_objection(ticket, grants=True, answer="归住建", by=cast.dispatcher, at=MONDAY + 2 * HOUR)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.lead) == (State.TO_DISPATCH, None)
    assert [row.kind for row in ticket.clocks.running()] == [ClockKind.DISPATCH]
    assert clock(ticket, ClockKind.DISPATCH).due_at == MONDAY + 3 * HOUR
    objection = ticket.objections.get()
    assert (objection.outcome, objection.unit) == (Outcome.GRANTED, cast.fire_brigade)
    event = ticket.events.get(verb=Verb.RETURNED)
    assert (event.organization, event.text) == (cast.fire_brigade, "归住建")


def test_the_next_unit_has_clocks_of_its_own_that_climb_whatever_the_first_one_reached(cast):
    ticket = dispatched(cast)
    sweep(at=MONDAY + 8 * HOUR)
    assert levels(ticket, ClockKind.SIGN) == [0, 1]
    returned(cast, ticket, at=MONDAY + 8.5 * HOUR)
    dispatch_ticket(ticket, to=cast.housing, by=cast.dispatcher, at=MONDAY + DAY)

    assert clock(ticket, ClockKind.SIGN).due_at == MONDAY + DAY + HOUR
    sweep(at=MONDAY + DAY + 2 * HOUR)

    assert levels(ticket, ClockKind.SIGN) == [0, 0, 1, 1]
    assert sweep(at=MONDAY + DAY + 2 * HOUR) == 0


def test_a_refused_return_changes_nothing_but_the_history(cast):
    ticket = in_hand(cast)
    due_at = ticket.due_at
    objected(cast, ticket)
    answer_objection(
        ticket, grants=False, answer="消防法第四条", by=cast.dispatcher, at=MONDAY + DAY
    )

    ticket.refresh_from_db()
    assert (ticket.state, ticket.lead, ticket.due_at) == (State.IN_HAND, cast.fire_brigade, due_at)
    assert ticket.objections.get().answer == "消防法第四条"


def test_an_objection_that_nobody_answers_lapses_after_a_working_day(cast):
    ticket = dispatched(cast)
    objected(cast, ticket)
    sweep(at=MONDAY + DAY)
    assert ticket.objections.get().outcome == Outcome.ASKED

    sweep(at=moment("2026-03-04T00:00"))

    assert ticket.objections.get().outcome == Outcome.LAPSED
    assert ticket.events.filter(verb=Verb.OBJECTION_LAPSED).count() == 1
    with pytest.raises(Conflict, match="没有等您答复"):
        answer_objection(ticket, grants=True, answer="好", by=cast.dispatcher, at=MONDAY + 3 * DAY)


@pytest.mark.parametrize("lane", [Lane.URGENT, Lane.VITAL])
def test_what_is_urgent_is_done_first_and_disputed_later(cast, lane):
    with pytest.raises(Refused, match="先办后议"):
        objected(cast, dispatched(cast, lane=lane), at=MONDAY + MINUTE)


def test_a_unit_objects_within_a_working_day_and_once_at_a_time(cast):
    ticket = dispatched(cast)
    with pytest.raises(Refused, match="超过1 个工作日|超过 1 个工作日"):
        objected(cast, ticket, at=moment("2026-03-04T00:00"))
    objected(cast, ticket, at=moment("2026-03-03T23:59"))
    with pytest.raises(Conflict, match="正在等答复"):
        objected(cast, ticket, at=moment("2026-03-03T23:59"))


def test_the_third_attempt_is_ruled_upon_and_the_ruling_binds(cast):
    ticket = returned(cast, dispatched(cast))
    of_housing = cast.person("住建联络员", cast.housing, Role.LIAISON)
    dispatch_ticket(ticket, to=cast.housing, by=cast.dispatcher, at=MONDAY + 2 * HOUR)
    returned(cast, ticket, by=of_housing, at=MONDAY + 3 * HOUR)
    police = cast.organization("公安局", OrganizationKind.DEPARTMENT, cast.district)
    officer = cast.person("民警联络员", police, Role.LIAISON)
    dispatch_ticket(ticket, to=police, by=cast.dispatcher, at=MONDAY + 4 * HOUR)
    objected(cast, ticket, by=officer, at=MONDAY + 5 * HOUR)

    ticket.refresh_from_db()
    assert ticket.level == Level.STREET_LEADER  # 问题工单: three units, and none leads
    assert "街道领导" in told("ticket_objected")
    with pytest.raises(Conflict):
        answer_objection(ticket, grants=True, answer="好", by=cast.dispatcher, at=MONDAY + 5 * HOUR)

    later = MONDAY + 6 * HOUR
    rule_on_ticket(ticket, to=cast.housing, text="房屋共用部位", by=cast.street_leader, at=later)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.lead) == (State.DISPATCHED, cast.housing)
    assert clock(ticket).started_at == later
    assert Objection.objects.latest("pk").outcome == Outcome.RULED
    with pytest.raises(Refused, match="裁定"):
        objected(cast, ticket, by=of_housing, at=later)


def test_a_ruling_for_the_unit_that_has_it_lets_its_clocks_run_on(cast):
    ticket = dispatched(cast)
    ticket.policy.terms = {"returns": 0}
    ticket.policy.save(update_fields=["terms"])
    began = clock(ticket).started_at
    objected(cast, ticket)
    rule_on_ticket(
        ticket, to=cast.fire_brigade, text="归你", by=cast.district_supervisor, at=MONDAY + DAY
    )

    ticket.refresh_from_db()
    assert (ticket.state, ticket.lead) == (State.DISPATCHED, cast.fire_brigade)
    assert clock(ticket).started_at == began
    assert clock(ticket).stopped_at is None


def test_a_ruling_that_is_put_off_climbs_to_the_district(cast):
    ticket = dispatched(cast)
    ticket.policy.terms = {"returns": 0}
    ticket.policy.save(update_fields=["terms"])
    objected(cast, ticket)

    sweep(at=moment("2026-03-04T00:00"))

    assert Level.REMINDED in levels(ticket, ClockKind.RULING)
    assert "督办" in told()
    assert ticket.objections.get().outcome == Outcome.ASKED


def test_a_reply_ends_what_the_unit_had_asked_for(cast):
    ticket = in_hand(cast)
    objected(cast, ticket)
    ask_extension(ticket, until_on=date(2026, 3, 20), text="要等检测", by=cast.liaison, at=MONDAY)
    reply_to_ticket(ticket, text=REPLY, resolution=Resolution.SOLVED, by=cast.liaison, at=MONDAY)

    assert ticket.objections.get().outcome == ticket.extensions.get().outcome == Outcome.LAPSED
    assert [row.kind for row in ticket.clocks.running()] == [ClockKind.REVIEW]


def test_the_third_redo_reaches_the_street_s_leader(cast):
    ticket = in_hand(cast)
    reached = []
    for _ in range(3):
        reply_to_ticket(
            ticket, text=REPLY, resolution=Resolution.SOLVED, by=cast.liaison, at=MONDAY
        )
        ask_callback(ticket, by=cast.secretary, at=MONDAY)
        ticket = reopen_ticket(ticket, reason="没修好", by=None, role="反映人", at=MONDAY)
        reached.append(ticket.level)

    assert reached == [None, None, Level.STREET_LEADER]


def test_a_bad_answer_to_what_was_found_unreasonable_closes_it(cast):
    ticket = in_hand(cast)
    reply_to_ticket(ticket, text=REPLY, resolution=Resolution.EXPLAINED, by=cast.liaison, at=MONDAY)
    with pytest.raises(Refused, match="先由另一个单位"):
        find_unreasonable(ticket, reason="无依据", by=cast.dispatcher, at=MONDAY)
    call_unreasonable(ticket, reason="要求拆承重墙", by=cast.dispatcher, at=MONDAY)
    colleague = cast.person("另一个派单员", cast.street, Role.DISPATCHER)
    for person in (cast.dispatcher, colleague):
        with pytest.raises(Refused, match="两个单位"):
            find_unreasonable(ticket, reason="同意", by=person, at=MONDAY)
    find_unreasonable(ticket, reason="违反建筑法", by=cast.community_staff, at=MONDAY)
    ask_callback(ticket, by=cast.secretary, at=MONDAY)
    answer_callback(
        ticket, was_contacted=True, solved="no", satisfaction="dissatisfied", by=None, at=MONDAY
    )

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == (State.CLOSED, Resolution.UNREASONABLE)
