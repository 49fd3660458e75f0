"""退单, 延期, 等居民, 挂账: what a unit may ask for, who answers, and what it does to the clocks."""

from datetime import date, datetime

import pytest

from complaints.actions.callback import (
    answer_callback,
    ask_callback,
    call_unreasonable,
    find_unreasonable,
    reopen_ticket,
)
from complaints.actions.desk import dispatch_ticket, reply_to_ticket, sign_ticket
from complaints.actions.extensions import answer_extension, ask_extension
from complaints.actions.returns import answer_objection, object_to_ticket, rule_on_ticket
from complaints.actions.shelving import (
    answer_shelving,
    ask_shelving,
    review_shelf,
    unshelve_ticket,
)
from complaints.actions.sweeping import sweep
from complaints.actions.waiting import answer_question, ask_resident
from complaints.models import Objection
from complaints.terms import (
    ClockKind,
    Lane,
    Level,
    ObjectionReason,
    Outcome,
    Resolution,
    ShelvingReason,
    State,
    Verb,
)
from complaints.tests.test_sweep import DAY, HOUR, MINUTE, REPLY, dispatched, levels, told
from compounds.rules import SHANGHAI, Conflict, Refused
from compounds.terms import OrganizationKind, Role
from tests.cast import MONDAY

APRIL = datetime(2026, 4, 30, 10, 0, tzinfo=SHANGHAI)


def moment(written):
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def in_hand(cast, lane=Lane.GENERAL, at=MONDAY):
    return sign_ticket(dispatched(cast, lane=lane, at=at), by=cast.liaison, at=at)


def clock(ticket, kind=ClockKind.FINISH):
    return ticket.clocks.filter(round=ticket.round, kind=kind).latest("run")


def objected(cast, ticket, by=None, at=MONDAY + HOUR, **more):
    said = {"reason": ObjectionReason.DUTY, "text": "三定方案里没有这一条"}
    return object_to_ticket(ticket, **said, by=by or cast.liaison, at=at, **more)


def returned(cast, ticket, by=None, at=MONDAY + HOUR):
    objected(cast, ticket, by=by, at=at)
    return answer_objection(ticket, grants=True, answer="同意", by=cast.dispatcher, at=at)


# --- Return -----------------------------------------------------------------------------------


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


# --- Extension --------------------------------------------------------------------------------


def extended(cast, ticket, until_on, at):
    ask_extension(ticket, until_on=until_on, text="要等检测报告", by=cast.liaison, at=at)
    return answer_extension(ticket, grants=True, answer="同意", by=cast.dispatcher, at=at)


def test_seven_working_days_from_the_last_of_april_and_seven_more(cast):
    ticket = in_hand(cast, at=APRIL)
    assert clock(ticket).due_at == moment("2026-05-14T00:00")  # 05-13, 24:00

    extended(cast, ticket, date(2026, 5, 22), at=APRIL + 7 * DAY)

    assert clock(ticket).due_at == moment("2026-05-23T00:00")
    event = ticket.events.get(verb=Verb.EXTENDED)
    assert event.text == (
        "原定 5 月 13 日（周三）24:00 前答复。改到 5 月 22 日（周五）24:00 前。要等检测报告"
    )
    assert clock(ticket).next_at == clock(ticket).warn_at == moment("2026-05-21T06:00")


@pytest.mark.parametrize(
    ("until_on", "words"),
    [
        (date(2026, 5, 25), "最晚只能延到 2026-05-22"),
        (date(2026, 5, 13), "晚于现在的期限"),
        (date(2026, 5, 16), "工作日"),
    ],
)
def test_an_extension_is_no_longer_than_the_original_and_ends_on_a_working_day(
    cast, until_on, words
):
    with pytest.raises(Refused, match=words):
        extended(cast, in_hand(cast, at=APRIL), until_on, at=APRIL)


def test_ten_working_days_at_the_most_however_long_the_original(cast):
    ticket = dispatched(cast, at=MONDAY)
    ticket.policy.terms = {"limits": {"finish": "15wd"}}
    ticket.policy.save(update_fields=["terms"])
    sign_ticket(ticket, by=cast.liaison, at=MONDAY)
    assert clock(ticket).due_at == moment("2026-03-24T00:00")

    with pytest.raises(Refused, match="最晚只能延到 2026-04-07"):  # 04-06 is a holiday
        extended(cast, ticket, date(2026, 4, 8), at=MONDAY)
    extended(cast, ticket, date(2026, 4, 7), at=MONDAY)


def test_an_extension_comes_once_before_the_end_and_never_for_what_is_urgent(cast):
    ticket = in_hand(cast, at=APRIL)
    with pytest.raises(Refused, match="期限已过"):
        extended(cast, ticket, date(2026, 5, 15), at=moment("2026-05-14T00:00"))
    extended(cast, ticket, date(2026, 5, 15), at=moment("2026-05-13T23:00"))
    with pytest.raises(Refused, match="不能再延"):
        extended(cast, ticket, date(2026, 5, 18), at=moment("2026-05-15T09:00"))
    urgent = in_hand(cast, lane=Lane.VITAL, at=APRIL)
    with pytest.raises(Refused, match="U1、U2 不能延期"):
        extended(cast, urgent, date(2026, 5, 6), at=APRIL)


def test_what_was_asked_in_time_is_not_granted_after_the_end(cast):
    ticket = in_hand(cast, at=APRIL)
    asked_at = moment("2026-05-13T23:00")
    ask_extension(ticket, until_on=date(2026, 5, 15), text="慢", by=cast.liaison, at=asked_at)

    with pytest.raises(Refused, match="期限已过"):
        answer_extension(
            ticket, grants=True, answer="好", by=cast.dispatcher, at=moment("2026-05-14T09:00")
        )
    assert ticket.extensions.get().outcome == Outcome.ASKED


def test_an_extended_ticket_climbs_by_its_new_end(cast):
    ticket = in_hand(cast, at=APRIL)
    extended(cast, ticket, date(2026, 5, 22), at=APRIL)

    sweep(at=moment("2026-05-22T23:59"))
    assert levels(ticket, ClockKind.FINISH) == [0]
    sweep(at=moment("2026-05-23T00:00"))
    assert levels(ticket, ClockKind.FINISH) == [0, 1]


# --- Waiting for the resident -----------------------------------------------------------------


def asked(cast, ticket, at):
    return ask_resident(ticket, question="几点方便上门？", by=cast.liaison, at=at)


def answered(ticket, at):
    return answer_question(ticket, text="晚上七点以后", by=None, role="反映人", at=at)


PAUSES = [  # lane, asked, answered, the end before, the end after
    ("U3", "2026-03-03T10:00", "2026-03-04T16:30", "2026-03-12T00:00", "2026-03-13T06:30"),
    ("U3", "2026-03-03T10:00", "2026-03-03T10:30", "2026-03-12T00:00", "2026-03-12T00:30"),
    # Friday noon to Sunday night: half a working day.
    ("U3", "2026-03-06T12:00", "2026-03-08T22:00", "2026-03-12T00:00", "2026-03-12T12:00"),
    ("U2", "2026-03-02T10:00", "2026-03-02T14:20", "2026-03-03T09:00", "2026-03-03T13:20"),
]


@pytest.mark.parametrize(("lane", "ask", "answer", "before", "after"), PAUSES)
def test_a_wait_moves_the_end_by_exactly_as_much_of_its_own_time(
    cast, lane, ask, answer, before, after
):
    ticket = in_hand(cast, lane=Lane(lane))
    assert clock(ticket).due_at == moment(before)
    asked(cast, ticket, moment(ask))
    assert clock(ticket).next_at is None

    answered(ticket, moment(answer))

    assert clock(ticket).due_at == moment(after)
    assert clock(ticket).paused_at is None


def test_a_wait_ends_by_itself_and_a_late_sweep_gives_no_more_time(cast):
    ticket = in_hand(cast)
    asked(cast, ticket, moment("2026-03-03T10:00"))
    ended = clock(ticket, ClockKind.WAIT).due_at
    assert ended == moment("2026-03-07T00:00")  # three working days: Friday, 24:00

    sweep(at=moment("2026-03-06T23:59"))
    assert clock(ticket).paused_at
    sweep(at=moment("2026-03-30T10:00"))

    # From Tuesday ten o'clock to Friday 24:00 are three days and fourteen hours.
    assert clock(ticket).due_at == moment("2026-03-17T14:00")
    assert Level.DISTRICT in levels(ticket, ClockKind.FINISH)
    assert sweep(at=moment("2026-03-30T10:00")) == 0
    with pytest.raises(Conflict, match="等的时间已经过了"):
        answered(ticket, moment("2026-03-30T11:00"))


def test_a_unit_waits_twice_and_never_where_life_is_at_stake(cast):
    ticket = in_hand(cast)
    for day in (3, 4):
        asked(cast, ticket, moment(f"2026-03-0{day}T10:00"))
        with pytest.raises(Conflict, match="已经在等"):
            asked(cast, ticket, moment(f"2026-03-0{day}T11:00"))
        answered(ticket, moment(f"2026-03-0{day}T12:00"))
    with pytest.raises(Refused, match="已经等过 2 次"):
        asked(cast, ticket, moment("2026-03-05T10:00"))
    with pytest.raises(Refused, match="U1"):
        asked(cast, in_hand(cast, lane=Lane.URGENT), MONDAY)


def test_a_reply_during_the_wait_that_is_sent_back_has_waited_no_longer(cast):
    ticket = in_hand(cast)
    asked(cast, ticket, moment("2026-03-03T10:00"))
    at = moment("2026-03-03T15:00")
    reply_to_ticket(ticket, text=REPLY, resolution=Resolution.SOLVED, by=cast.liaison, at=at)

    assert clock(ticket).due_at == moment("2026-03-12T05:00")
    assert clock(ticket).stopped_at == at


# --- The shelf --------------------------------------------------------------------------------


def shelved(cast, ticket, at, review_on=date(2026, 5, 6)):
    said = {"reason": ShelvingReason.MONEY, "plan": "维修资金表决通过后施工"}
    more = {"keeper": cast.housing, "review_on": review_on, "by": cast.liaison}
    ask_shelving(ticket, **said, **more, at=at)
    return answer_shelving(ticket, grants=True, answer="同意", by=cast.street_leader, at=at)


def test_a_shelved_ticket_leaves_the_ladder_and_comes_back_where_it_was(cast):
    ticket = in_hand(cast)
    shelved(cast, ticket, moment("2026-03-04T12:00"))
    ticket.refresh_from_db()
    assert ticket.due_at == moment("2026-05-07T00:00")  # the review's
    assert not type(ticket).objects.open().filter(pk=ticket.pk).exists()

    sweep(at=moment("2026-04-10T12:00"))
    assert not ticket.escalations.exists()
    assert ticket.state == State.SHELVED

    unshelve_ticket(ticket, note="钱到了", by=cast.street_leader, at=moment("2026-04-13T12:00"))

    # Half of 03-04 and the five days from 03-05 to 03-11 were left.
    assert clock(ticket).due_at == moment("2026-04-21T00:00")
    sweep(at=moment("2026-04-21T00:00"))
    assert levels(ticket, ClockKind.FINISH) == [0, 1]
    assert not ticket.clocks.running().filter(kind=ClockKind.SHELF).exists()


def test_an_overdue_review_climbs_like_a_ticket_until_it_is_done(cast):
    ticket = in_hand(cast)
    shelved(cast, ticket, MONDAY, review_on=date(2026, 3, 10))
    sweep(at=moment("2026-03-14T00:00"))
    assert levels(ticket, ClockKind.SHELF) == [0, 1, 2, 3]
    assert "街道领导" in told()

    at = moment("2026-03-14T09:00")
    review_shelf(ticket, review_on=date(2026, 6, 1), note="还没钱", by=cast.street_leader, at=at)

    assert sweep(at=moment("2026-05-01T00:00")) == 0
    assert ticket.shelvings.get().review_on == date(2026, 6, 1)
    sweep(at=moment("2026-06-02T00:00"))
    assert levels(ticket, ClockKind.SHELF) == [0, 0, 1, 1, 2, 3]


def test_a_review_is_at_most_ninety_days_away(cast):
    with pytest.raises(Refused, match="2026-05-31"):
        shelved(cast, in_hand(cast), MONDAY, review_on=date(2026, 6, 1))
    with pytest.raises(Refused, match="复核日期"):
        shelved(cast, in_hand(cast), MONDAY, review_on=date(2026, 3, 2))


def test_silence_of_the_leader_shelves_nothing(cast):
    ticket = in_hand(cast)
    said = {"reason": ShelvingReason.VOTE, "plan": "等表决", "keeper": cast.housing}
    ask_shelving(ticket, **said, review_on=date(2026, 4, 1), by=cast.dispatcher, at=MONDAY)
    sweep(at=moment("2026-03-06T00:00"))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.shelvings.get().outcome) == (State.IN_HAND, Outcome.LAPSED)


# --- 问题工单 ---------------------------------------------------------------------------------


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
