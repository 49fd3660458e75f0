"""Sixteen people at one ticket, two hundred times: one wins, and the others are told so."""

from collections import Counter
from datetime import timedelta

import pytest

from complaints.actions.callback import (
    answer_callback,
    ask_callback,
    close_ticket,
    reopen_ticket,
    withdraw_ticket,
)
from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    dispatch_ticket,
    reply_to_ticket,
    sign_ticket,
)
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.sweeping import sweep_ticket
from complaints.models import Callback, Ticket
from complaints.terms import Category, Kind, Lane, Resolution, Satisfaction, Solved, State, Verb
from compounds.models import working_calendar
from compounds.notices.models import Notice
from tests.cast import MONDAY
from tests.copies import copies
from tests.races.threads import THREADS, TRIALS, kinds, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

REPLY = "已更换声控灯五盏，并检查了全部楼层的线路，今后每月巡查一次。"
ONE_WINS = {"Ticket": 1, "Conflict": THREADS - 1}
LATER = MONDAY + timedelta(minutes=5)


def filed(cast):
    draft = begin_draft(at=MONDAY, compound=cast.home.code, text="四楼声控灯不亮")
    return file_concern(draft, reporter=None, address=str(draft.key), at=MONDAY)


def whistled(cast):
    ticket = filed(cast)
    words = {"category": Category.FIRE, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}
    accept_ticket(ticket, **words, by=cast.secretary, at=MONDAY)
    reason = {"reason": "需要执法", "needs_enforcement": True}
    return blow_whistle(ticket, **reason, by=cast.secretary, at=MONDAY)


def dispatched(cast):
    return dispatch_ticket(whistled(cast), to=cast.fire_brigade, by=cast.dispatcher, at=MONDAY)


def in_callback(cast):
    ticket = sign_ticket(dispatched(cast), by=cast.liaison, at=MONDAY)
    done = {"text": REPLY, "resolution": Resolution.SOLVED}
    reply_to_ticket(ticket, **done, by=cast.liaison, at=MONDAY)
    return ask_callback(ticket, by=cast.secretary, at=MONDAY)


def verbs(ticket):
    return Counter(ticket.events.values_list("verb", flat=True))


def assert_one_history(ticket):
    """Each line begins where the one before it ended, and the last is where the ticket stands."""
    lines = list(ticket.events.order_by("pk").values_list("from_state", "to_state"))
    ends = ["", *[end for _, end in lines]]
    assert [start for start, _ in lines] == ends[:-1]
    assert Ticket.objects.get(pk=ticket.pk).state == ends[-1]


def test_a_ticket_is_dispatched_once(cast):
    tickets = copies(whistled(cast), TRIALS)
    units = [cast.fire_brigade, cast.housing]

    def dispatch(number, ticket):
        return dispatch_ticket(ticket, to=units[number % 2], by=cast.dispatcher, at=LATER)

    for ticket, got in zip(tickets, together(dispatch, tickets), strict=True):
        assert kinds(got) == ONE_WINS
        assert verbs(ticket)[Verb.DISPATCHED] == 1
        winner = next(one for one in got if isinstance(one, Ticket))
        assert Ticket.objects.get(pk=ticket.pk).lead == winner.lead
        assert_one_history(ticket)
    told = Notice.objects.filter(person=cast.liaison, event="ticket_dispatched")
    assert told.count() == Ticket.objects.filter(lead=cast.fire_brigade).count()


def test_a_ticket_is_signed_for_once(cast):
    tickets = copies(dispatched(cast), TRIALS)

    def sign(number, ticket):
        return sign_ticket(ticket, by=cast.liaison, at=LATER)

    for ticket, got in zip(tickets, together(sign, tickets), strict=True):
        assert kinds(got) == ONE_WINS
        assert verbs(ticket)[Verb.SIGNED] == 1
        assert_one_history(ticket)


def test_a_ticket_is_dispatched_or_withdrawn_and_never_dispatched_after(cast):
    tickets = copies(whistled(cast), TRIALS)

    def either(number, ticket):
        if number % 2:
            return withdraw_ticket(ticket, reason="已经好了", by=None, at=LATER)
        return dispatch_ticket(ticket, to=cast.fire_brigade, by=cast.dispatcher, at=LATER)

    for ticket, got in zip(tickets, together(either, tickets), strict=True):
        assert set(kinds(got)) == {"Ticket", "Conflict"}
        found = verbs(ticket)
        assert found[Verb.WITHDRAWN] == 1
        assert found[Verb.WITHDRAWN] + found[Verb.DISPATCHED] == kinds(got)["Ticket"]
        assert_one_history(ticket)
        ticket.refresh_from_db()
        assert (ticket.state, ticket.due_at) == (State.WITHDRAWN, None)
        assert not ticket.clocks.running().exists()


def test_a_callback_is_answered_once(cast):
    tickets = copies(in_callback(cast), TRIALS)
    content = {"solved": Solved.YES, "satisfaction": Satisfaction.SATISFIED}
    angry = {"solved": Solved.NO, "satisfaction": Satisfaction.DISSATISFIED}

    def answer(number, ticket):
        answers = angry if number % 2 else content
        return answer_callback(ticket, was_contacted=True, **answers, by=None, at=LATER)

    for ticket, got in zip(tickets, together(answer, tickets), strict=True):
        assert kinds(got) == ONE_WINS
        found = verbs(ticket)
        assert found[Verb.ANSWERED] == found[Verb.CLOSED] + found[Verb.REOPENED] == 1
        assert_one_history(ticket)
        ticket.refresh_from_db()
        is_solved = Callback.objects.get(ticket=ticket).solved == Solved.YES
        expected = (State.CLOSED, 1) if is_solved else (State.IN_HAND, 2)
        assert (ticket.state, ticket.round) == expected


def test_closing_and_opening_again_leave_one_of_two_histories(cast):
    tickets = copies(in_callback(cast), TRIALS)

    def either(number, ticket):
        if number % 2:
            return close_ticket(ticket, at=LATER)
        return reopen_ticket(ticket, reason="没修好", by=None, role="反映人", at=LATER)

    for ticket, got in zip(tickets, together(either, tickets), strict=True):
        assert set(kinds(got)) == {"Ticket", "Conflict"}
        found = verbs(ticket)
        assert found[Verb.REOPENED] == 1
        assert found[Verb.REOPENED] + found[Verb.CLOSED] == kinds(got)["Ticket"]
        assert_one_history(ticket)
        ticket.refresh_from_db()
        assert (ticket.state, ticket.round, ticket.closed_at) == (State.IN_HAND, 2, None)


def test_what_is_withdrawn_does_not_climb_after(cast):
    tickets = copies(filed(cast), TRIALS)
    calendar, late = working_calendar(), MONDAY + timedelta(days=9)

    def either(number, ticket):
        if number == 0:
            return withdraw_ticket(ticket, reason="已经好了", by=None, at=late)
        return sweep_ticket(ticket.pk, at=late, calendar=calendar)

    for ticket, got in zip(tickets, together(either, tickets), strict=True):
        assert kinds(got) == {"Ticket": 1, "bool": THREADS - 1}
        assert sum(one is True for one in got) == verbs(ticket)[Verb.ESCALATED] <= 1
        assert ticket.events.order_by("pk").last().verb == Verb.WITHDRAWN
        assert_one_history(ticket)
