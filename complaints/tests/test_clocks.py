from datetime import datetime, timedelta

import pytest

from complaints.rules.clocks import Happening, clocks_of
from complaints.rules.limits import DEFAULT_TERMS, Policy
from complaints.terms import ClockKind, Kind, Lane, Verb
from compounds.models import working_calendar
from compounds.rules import SHANGHAI

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


@pytest.fixture
def calendar(db):
    return working_calendar()


def played(calendar, *verbs, lane=Lane.GENERAL, kind=Kind.COMPLAINT, every=HOUR):
    """The clocks after these deeds, done one hour after another from Monday nine o'clock."""
    history = [Happening(verb, MONDAY + n * every, lane, kind) for n, verb in enumerate(verbs)]
    clocks = clocks_of(history, Policy(DEFAULT_TERMS), calendar)
    return {(clock.round, clock.kind): clock for clock in clocks}


def running(clocks):
    return {key for key, clock in clocks.items() if clock.stopped_at is None}


TO_DISPATCH = (Verb.FILED, Verb.ACCEPTED, Verb.WHISTLED, Verb.DISPATCHED)

RUNS = [  # the deeds so far, the clocks that run then
    (TO_DISPATCH[:1], {ClockKind.ACCEPT}),
    (TO_DISPATCH[:2], {ClockKind.COMPOUND}),
    (TO_DISPATCH[:3], {ClockKind.DISPATCH}),
    (TO_DISPATCH, {ClockKind.SIGN, ClockKind.CONTACT, ClockKind.FINISH}),
    ((*TO_DISPATCH, Verb.SIGNED), {ClockKind.CONTACT, ClockKind.FINISH}),
    ((*TO_DISPATCH, Verb.SIGNED, Verb.CONTACTED), {ClockKind.FINISH}),
    ((*TO_DISPATCH, Verb.SIGNED, Verb.REPLIED), {ClockKind.REVIEW}),
    ((*TO_DISPATCH, Verb.SIGNED, Verb.REPLIED, Verb.SENT_BACK), {ClockKind.FINISH}),
    ((*TO_DISPATCH, Verb.SIGNED, Verb.REPLIED, Verb.CALLBACK_ASKED), {ClockKind.ANSWER}),
    ((*TO_DISPATCH, Verb.SIGNED, Verb.REPLIED, Verb.CALLBACK_ASKED, Verb.CLOSED), set()),
    ((Verb.FILED, Verb.DECLINED), set()),
    ((Verb.FILED, Verb.WITHDRAWN), set()),
    ((*TO_DISPATCH[:3], Verb.WHISTLE_REFUSED), {ClockKind.COMPOUND}),
]


@pytest.mark.parametrize(("verbs", "kinds"), RUNS)
def test_a_clock_always_runs_while_somebody_owes_a_deed(calendar, verbs, kinds):
    assert running(played(calendar, *verbs)) == {(1, kind) for kind in kinds}


def test_the_clock_of_the_answer_starts_at_dispatch_and_signing_does_not_move_it(calendar):
    unsigned = played(calendar, *TO_DISPATCH)[1, ClockKind.FINISH]
    signed = played(calendar, *TO_DISPATCH, Verb.SIGNED)[1, ClockKind.FINISH]

    assert unsigned.started_at == MONDAY + 3 * HOUR
    assert signed == unsigned
    assert signed.due_at == datetime(2026, 3, 12, 0, 0, tzinfo=SHANGHAI)


def test_a_reply_that_is_sent_back_never_stopped_the_clock(calendar):
    before = played(calendar, *TO_DISPATCH)[1, ClockKind.FINISH]

    after = played(calendar, *TO_DISPATCH, Verb.SIGNED, Verb.REPLIED, Verb.SENT_BACK)

    assert after[1, ClockKind.FINISH] == before


def test_a_redo_gets_half_the_time(calendar):
    done = (*TO_DISPATCH, Verb.SIGNED, Verb.REPLIED, Verb.CALLBACK_ASKED, Verb.REOPENED)

    again = played(calendar, *done)[2, ClockKind.FINISH]

    # Seven working days halved are four, from Monday afternoon: Friday 24:00.
    assert again.due_at == datetime(2026, 3, 7, 0, 0, tzinfo=SHANGHAI)


def test_a_second_redo_is_half_of_the_original_and_not_a_quarter(calendar):
    first = (*TO_DISPATCH, Verb.SIGNED, Verb.REPLIED, Verb.CALLBACK_ASKED, Verb.REOPENED)
    second = (*first, Verb.REPLIED, Verb.CALLBACK_ASKED, Verb.REOPENED)

    assert played(calendar, *second)[3, ClockKind.FINISH].due_at == datetime(
        2026, 3, 7, 0, 0, tzinfo=SHANGHAI
    )


def test_a_redo_of_the_compound_s_own_work_is_timed_by_its_own_limit(calendar):
    done = (Verb.FILED, Verb.ACCEPTED, Verb.TAKEN_BY_COMPOUND, Verb.REPLIED, Verb.CALLBACK_ASKED)

    again = played(calendar, *done, Verb.REOPENED)[2, ClockKind.FINISH]

    assert again.due_at == datetime(2026, 3, 5, 0, 0, tzinfo=SHANGHAI)  # two of three days


def test_an_urgent_ticket_is_timed_in_minutes(calendar):
    clocks = played(calendar, *TO_DISPATCH, lane=Lane.URGENT)
    dispatched = MONDAY + 3 * HOUR

    assert clocks[1, ClockKind.SIGN].due_at == dispatched + timedelta(minutes=15)
    assert clocks[1, ClockKind.CONTACT].due_at == dispatched + timedelta(minutes=30)
    assert clocks[1, ClockKind.FINISH].due_at == dispatched + timedelta(hours=2)


def test_a_term_in_a_year_without_data_is_an_estimate(calendar):
    late_in_december = [
        Happening(Verb.FILED, datetime(2026, 12, 31, 9, tzinfo=SHANGHAI), Lane.GENERAL, Kind.REPORT)
    ]

    (clock,) = clocks_of(late_in_december, Policy(DEFAULT_TERMS), calendar)

    assert clock.is_estimate
    assert clock.due_at == datetime(2027, 1, 2, 0, 0, tzinfo=SHANGHAI)  # Friday, by the weekday


def test_playing_the_same_history_again_gives_the_same_clocks(calendar):
    verbs = (*TO_DISPATCH, Verb.SIGNED, Verb.CONTACTED, Verb.REPLIED)

    assert played(calendar, *verbs) == played(calendar, *verbs)
