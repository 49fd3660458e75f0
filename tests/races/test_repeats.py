"""Many at once about one matter told twice: each person waits once, and no merge makes a chain."""

import uuid
from datetime import timedelta

import pytest

from complaints.actions.callback import withdraw_ticket
from complaints.actions.desk import accept_ticket, dispatch_ticket
from complaints.actions.following import follow_ticket
from complaints.actions.merging import merge_ticket, unmerge_ticket
from complaints.models import Follow, Ticket
from complaints.terms import Category, Kind, Lane, State, Verb
from compounds.rules import Refused
from tests.cast import MONDAY
from tests.copies import copies
from tests.races.test_deeds import assert_one_history, filed, verbs, whistled
from tests.races.threads import THREADS, kinds, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = MONDAY + timedelta(minutes=5)
TRIALS = 100


def pairs(cast, ticket):
    """Each a ticket, and another that is to be merged into it."""
    again = filed(cast)
    return list(zip(copies(ticket, TRIALS), copies(again, TRIALS), strict=True))


def wins(got):
    return kinds(got)["Ticket"]


def test_one_person_who_taps_many_times_follows_once(cast):
    tickets = copies(filed(cast), TRIALS)

    def tap(number, ticket):
        key = uuid.uuid4()
        return follow_ticket(ticket, by=cast.resident, key=key, address=str(key), at=LATER)

    for ticket, got in zip(tickets, together(tap, tickets), strict=True):
        assert kinds(got) == {"Follow": THREADS}
        assert len({follow.pk for follow in got}) == 1
        ticket.refresh_from_db()
        assert ticket.follower_count == Follow.objects.filter(ticket=ticket).count() == 1


def test_everybody_who_taps_is_counted(cast):
    tickets = copies(filed(cast), TRIALS)

    def tap(number, ticket):
        key = uuid.uuid4()
        return follow_ticket(ticket, by=None, key=key, address=str(key), at=LATER)

    together(tap, tickets)
    assert {
        *Ticket.objects.filter(pk__in=[one.pk for one in tickets]).values_list(
            "follower_count", flat=True
        )
    } == {THREADS}


def test_a_ticket_is_followed_or_withdrawn_and_nobody_waits_for_what_is_gone(cast):
    tickets = copies(filed(cast), TRIALS)

    def either(number, ticket):
        if number % 2:
            return withdraw_ticket(ticket, reason="好了", by=None, at=LATER)
        key = uuid.uuid4()
        return follow_ticket(ticket, by=None, key=key, address=str(key), at=LATER)

    for ticket, _ in zip(tickets, together(either, tickets), strict=True):
        ticket.refresh_from_db()
        assert (ticket.state == State.WITHDRAWN) == (ticket.follower_count == 0)


def test_a_ticket_is_merged_once_or_accepted_first(cast):
    both = pairs(cast, filed(cast))
    given = {"category": Category.FIRE, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}

    def either(number, pair):
        first, again = pair
        if number % 2:
            return accept_ticket(again, **given, by=cast.secretary, at=LATER)
        return merge_ticket(again, into=first, by=cast.secretary, at=LATER)

    for (first, again), got in zip(both, together(either, both), strict=True):
        found = verbs(again)
        assert found[Verb.MERGED] == verbs(first)[Verb.JOINED] == 1
        assert wins(got) == 1 + found[Verb.ACCEPTED]
        assert_one_history(again)
        assert_one_history(first)
        again.refresh_from_db()
        assert (again.state, again.merged_into) == (State.MERGED, first)
        assert not again.clocks.running().exists()


def test_a_ticket_is_dispatched_while_another_is_merged_into_it(cast):
    both = pairs(cast, whistled(cast))

    def either(number, pair):
        first, again = pair
        if number % 2:
            return dispatch_ticket(first, to=cast.fire_brigade, by=cast.dispatcher, at=LATER)
        return merge_ticket(again, into=first, by=cast.secretary, at=LATER)

    for (first, again), got in zip(both, together(either, both), strict=True):
        assert wins(got) == 2
        assert verbs(first)[Verb.DISPATCHED] == verbs(first)[Verb.JOINED] == 1
        assert verbs(again)[Verb.MERGED] == 1
        assert_one_history(first)
        assert_one_history(again)


def test_two_that_are_merged_into_each_other_make_no_ring(cast):
    both = pairs(cast, filed(cast))

    def either(number, pair):
        ticket, into = pair if number % 2 else reversed(pair)
        return merge_ticket(ticket, into=into, by=cast.secretary, at=LATER)

    for pair, got in zip(both, together(either, both), strict=True):
        assert wins(got) == 1
        assert all(isinstance(one, Ticket | Refused) for one in got)
        for ticket in pair:
            ticket.refresh_from_db()
        assert [ticket.state for ticket in pair].count(State.MERGED) == 1


def test_merging_undoing_and_following_lose_nobody(cast):
    both = pairs(cast, filed(cast))

    def any_of_them(number, pair):
        first, again = pair
        if number % 4 == 0:
            return merge_ticket(again, into=first, by=cast.secretary, at=LATER)
        if number % 4 == 1:
            known = Ticket.objects.get(pk=again.pk)
            return unmerge_ticket(known, reason="不是", by=cast.secretary, at=LATER)
        key = uuid.uuid4()
        ticket = Ticket.objects.get(pk=again.pk)
        return follow_ticket(ticket, by=None, key=key, address=str(key), at=LATER)

    for (first, again), got in zip(both, together(any_of_them, both), strict=True):
        first.refresh_from_db()
        again.refresh_from_db()
        taps = kinds(got)["Follow"]
        assert Follow.objects.filter(ticket__in=[first, again]).count() == taps
        assert not [one for one in got if not isinstance(one, Ticket | Follow | Refused)]
        own = Follow.objects.filter(ticket=first).count()
        reporters = 1
        if again.merged_into_id:
            assert first.follower_count == taps + reporters
        else:
            assert (first.follower_count, again.follower_count) == (own, taps - own)
