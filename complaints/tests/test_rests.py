"""等居民, 挂账: the clocks that rest, and how they go on."""

from datetime import date

import pytest

from complaints.actions.desk import reply_to_ticket
from complaints.actions.shelving import (
    ask_shelving,
    review_shelf,
    unshelve_ticket,
)
from complaints.actions.sweeping import sweep
from complaints.actions.waiting import answer_question, ask_resident
from complaints.terms import (
    ClockKind,
    Lane,
    Level,
    Outcome,
    Resolution,
    ShelvingReason,
    State,
)
from complaints.tests.asking import clock, in_hand, moment, shelved
from complaints.tests.test_sweep import REPLY, levels, told
from compounds.rules import Conflict, Refused
from tests.cast import MONDAY


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
