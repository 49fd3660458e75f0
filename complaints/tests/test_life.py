"""No sequence of deeds breaks what must hold of a ticket, whoever does them and in whatever order.

The suite plays a few lives, the same every time. `LIVES=500 pytest complaints/tests/test_life.py`
plays many; so does `make race`.
"""

import os
from functools import cache

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from complaints.actions.history import CLOCK_FIELDS, REQUESTS, played, row_of
from complaints.actions.sweeping import sweep
from complaints.models import Ticket
from complaints.rules.moves import MOVES, STAYS, UNDOES, may_follow
from complaints.terms import OPEN, SIDE_CLOCKS, ClockKind, Kind, Outcome, State, Verb
from complaints.tests.life import PLAYS, Life, hire
from compounds.models import working_calendar
from compounds.rules import Conflict, Refused

FEW = int(os.environ.get("LIVES", "5"))
WITHOUT_LEAD = {
    State.FILED,
    State.ACCEPTED,
    State.TO_DISPATCH,
    State.DECLINED,
    State.MERGED,
}
HOURS = st.sampled_from([0.5, 2, 7, 26, 80, 400])
CALENDAR = cache(working_calendar)
TO_THE_UNIT = [Verb.ACCEPTED, Verb.WHISTLED, Verb.DISPATCHED]
BEGINNINGS = [
    [*TO_THE_UNIT, Verb.SIGNED],
    TO_THE_UNIT,
    [Verb.ACCEPTED, Verb.TAKEN_BY_COMPOUND],
    [*TO_THE_UNIT, Verb.SIGNED, Verb.REPLIED],
    [],
]
ASKED_IN_HAND = [Verb.SHELVING_ASKED, Verb.EXTENSION_ASKED, Verb.QUESTIONED, Verb.OBJECTED]
ASKING = {
    State.IN_COMPOUND: [Verb.QUESTIONED, Verb.TAKEN, Verb.URGED],
    State.DISPATCHED: [Verb.OBJECTED, Verb.EXTENSION_ASKED, Verb.TAKEN],
    State.IN_HAND: ASKED_IN_HAND,
    State.REPLIED: [Verb.CALLED_UNREASONABLE],
    State.SHELVED: [Verb.UNSHELVED, Verb.SHELF_REVIEWED],
}
ANSWERS = {  # what waits while a clock runs, and the deed that answers it
    ClockKind.OBJECTION: Verb.RETURNED,
    ClockKind.RULING: Verb.RULED,
    ClockKind.EXTENSION: Verb.EXTENDED,
    ClockKind.SHELVING: Verb.SHELVED,
    ClockKind.WAIT: Verb.TOLD,
    ClockKind.DISPATCH: Verb.DISPATCHED,
    ClockKind.ANSWER: Verb.ANSWERED,
}
# Done by the clock alone, or by another deed together with its own.
NOT_PLAYED = {
    Verb.CLOSED,
    Verb.REMINDED,
    Verb.REASSIGNED,
    Verb.RULING_ASKED,
    Verb.OBJECTION_REFUSED,
    Verb.EXTENSION_REFUSED,
    Verb.SHELVING_REFUSED,
    Verb.OBJECTION_LAPSED,
    Verb.EXTENSION_LAPSED,
    Verb.SHELVING_LAPSED,
    Verb.WAIT_ENDED,
    Verb.JOINED,
    Verb.PARTED,
    Verb.SPLIT_OFF,
    Verb.CORRECTED,  # of what is kept about the reporter, not of the matter
    Verb.FORGOTTEN,
}


def kept(ticket):
    """The row, and how much of a history it has."""
    row = Ticket.objects.filter(pk=ticket.pk).values().get()
    return row, ticket.events.count()


class LifeOfATicket(RuleBasedStateMachine):
    """Deeds, time and sweeps in any order."""

    cast = None  # given by the test

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(
        text=st.sampled_from(["四楼声控灯不亮", "6栋电表箱在冒烟"]),
        begun=st.sampled_from(BEGINNINGS),
        data=st.data(),
    )
    def is_filed(self, text, begun, data):
        self.life = Life(self.cast, text)
        self.concerns = list(self.ticket.concerns.values())
        for verb in begun:
            assert self.attempt(verb, data.draw)

    @property
    def ticket(self):
        return self.life.ticket

    def attempt(self, verb, draw):
        """True when it was done; refused, it has left no trace."""
        self.life.pass_time(minutes=1)
        before = kept(self.ticket)
        try:
            PLAYS[verb](self.life, draw)
        except Refused:
            assert kept(self.ticket) == before
            return False
        self.ticket.refresh_from_db()
        return True

    @rule(data=st.data())
    def do_what_is_permitted(self, data):
        verbs = [verb for verb in PLAYS if may_follow(verb, self.ticket.state)]
        if verbs:
            self.attempt(data.draw(st.sampled_from(verbs)), data.draw)

    @rule(data=st.data())
    def try_what_is_not(self, data):
        verbs = [verb for verb in PLAYS if not may_follow(verb, self.ticket.state)]
        before = kept(self.ticket)
        with pytest.raises(Conflict):
            PLAYS[data.draw(st.sampled_from(verbs))](self.life, data.draw)
        assert kept(self.ticket) == before

    @precondition(lambda self: self.ticket.state in ASKING)
    @rule(data=st.data())
    def ask_for_something(self, data):
        self.attempt(data.draw(st.sampled_from(ASKING[self.ticket.state])), data.draw)

    @precondition(lambda self: self.ticket.clocks.running().filter(kind__in=ANSWERS).exists())
    @rule(data=st.data())
    def answer_what_was_asked(self, data):
        running = self.ticket.clocks.running().filter(kind__in=ANSWERS).order_by("pk")
        kind = data.draw(st.sampled_from([row.kind for row in running]))
        self.attempt(ANSWERS[kind], data.draw)

    @rule(hours=HOURS)
    def time_passes_and_is_swept_twice(self, hours):
        self.life.pass_time(hours=hours)
        sweep(at=self.life.at)
        after = kept(self.ticket), self.ticket.escalations.count()
        assert sweep(at=self.life.at) == 0
        assert (kept(self.ticket), self.ticket.escalations.count()) == after
        self.ticket.refresh_from_db()

    @rule(hours=HOURS)
    def time_passes_unseen(self, hours):
        self.life.pass_time(hours=hours)

    # --- What must hold -----------------------------------------------------------------------

    @invariant()
    def all_that_must_hold_holds(self):
        self.events = list(self.ticket.events.order_by("pk"))
        self.rows = {(row.round, row.kind, row.run): row for row in self.ticket.clocks.all()}
        self.running = {row.kind for row in self.rows.values() if row.stopped_at is None}
        self.each_part_lives_as_a_ticket_does()
        self.one_unit_leads_where_one_must()
        self.the_clocks_are_what_the_history_says()
        self.the_history_is_one_chain()
        self.somebody_is_always_timed_and_what_has_ended_never_climbs()
        self.a_request_waits_exactly_while_its_clock_runs()
        assert list(self.ticket.concerns.values()) == self.concerns  # nobody is lost
        self.whoever_reported_a_merged_ticket_follows_the_other()

    def each_part_lives_as_a_ticket_does(self):
        for part in Ticket.objects.filter(part__whole=self.ticket):
            ends = [(event.from_state, event.to_state) for event in part.events.all()]
            assert [start for start, _ in ends] == ["", *[end for _, end in ends[:-1]]]
            assert ends[-1][1] == part.state
            assert part.concerns.count() == len(self.concerns)
            clocks = played(part, calendar=CALENDAR()).clocks
            assert {key: clock.due_at for key, clock in clocks.items()} == {
                (row.round, row.kind, row.run): row.due_at for row in part.clocks.all()
            }

    def one_unit_leads_where_one_must(self):
        if self.ticket.state in WITHOUT_LEAD:
            assert self.ticket.lead_id is None
            assert self.ticket.assignee_id is None
        elif self.ticket.state != State.WITHDRAWN:
            assert self.ticket.lead_id is not None

    def whoever_reported_a_merged_ticket_follows_the_other(self):
        is_merged = self.ticket.state == State.MERGED
        self.life.other.refresh_from_db()
        assert (self.ticket.merged_into == self.life.other) is is_merged
        assert self.life.other.follower_count == is_merged

    def the_clocks_are_what_the_history_says(self):
        clocks = played(self.ticket, self.events, CALENDAR()).clocks
        assert set(self.rows) == set(clocks)
        names = [name for name in CLOCK_FIELDS if name != "reckoned_at"]
        for key, clock in clocks.items():
            row = self.rows[key]
            again = row_of(self.ticket, clock, row.level, self.life.at)
            assert [getattr(row, name) for name in names] == [
                getattr(again, name) for name in names
            ]
        counted = [one for one in clocks.values() if one.is_running and one.kind not in SIDE_CLOCKS]
        assert self.ticket.due_at == min((one.due_at for one in counted), default=None)
        assert self.ticket.warn_at == min((one.warn_at for one in counted), default=None)

    def the_history_is_one_chain(self):
        ends = [event.to_state for event in self.events]
        assert [event.from_state for event in self.events] == ["", *ends[:-1]]
        assert ends[-1] == self.ticket.state

    def somebody_is_always_timed_and_what_has_ended_never_climbs(self):
        if self.ticket.state in [*OPEN, State.SHELVED]:
            assert self.running or self.ticket.kind == Kind.PRAISE
        else:
            assert self.running == set()
        paused = [row for row in self.rows.values() if row.paused_at and not row.stopped_at]
        assert not paused or self.running & {ClockKind.WAIT, ClockKind.SHELF}

    def a_request_waits_exactly_while_its_clock_runs(self):
        for model in set(REQUESTS.values()):
            waits = model.objects.filter(ticket=self.ticket, outcome=Outcome.ASKED).exists()
            kinds = {kind for kind, asked in REQUESTS.items() if asked is model}
            assert waits == bool(self.running & kinds)


def live(cast, *, lives, deeds):
    LifeOfATicket.cast = hire(cast)
    run_state_machine_as_test(
        LifeOfATicket,
        settings=settings(
            max_examples=lives,
            stateful_step_count=deeds,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_sequence_of_deeds_breaks_what_must_hold(cast):
    live(cast, lives=FEW, deeds=12)


@pytest.mark.race
def test_no_long_sequence_does_either(cast):
    live(cast, lives=150, deeds=50)


def test_every_deed_is_played():
    assert {*MOVES, *STAYS, *UNDOES} == {*PLAYS, *NOT_PLAYED}
