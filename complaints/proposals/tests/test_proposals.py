"""未诉先办: proposed by itself, decided on by people, once and for good."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from complaints.actions.following import follow_ticket
from complaints.actions.merging import merge_ticket
from complaints.board.tests.test_board import accepted
from complaints.models import Ticket
from complaints.proposals.actions import decide_proposal, propose
from complaints.proposals.models import Proposal
from complaints.proposals.terms import Decision, Why
from complaints.terms import Kind
from complaints.tests.test_lists import queries
from compounds.rules import Conflict
from tests.cast import MONDAY
from tests.copies import copies

WHY = "三户都漏，要一起修水管"
LATER = MONDAY + timedelta(days=2)


def followed(cast, count=5):
    ticket = accepted(cast, at=MONDAY)
    for number in range(count):
        follow_ticket(
            ticket,
            by=None,
            phone=f"1390000000{number}",
            key=uuid.uuid4(),
            address=str(number),
            at=MONDAY,
        )
    return ticket


@pytest.fixture
def proposal(cast):
    copies(accepted(cast, at=MONDAY), 2)
    propose(at=LATER)
    return Proposal.objects.get()


@pytest.mark.parametrize(("count", "proposed"), [(4, 0), (5, 1)])
def test_what_five_neighbours_met_is_proposed_once(cast, count, proposed):
    ticket = followed(cast, count)

    assert propose(at=LATER) == proposed
    assert propose(at=LATER) == 0
    assert [one.ticket for one in Proposal.objects.all()] == [ticket] * proposed


@pytest.mark.parametrize(("count", "days", "proposed"), [(2, 2, 0), (3, 2, 1), (3, 91, 0)])
def test_what_comes_back_at_one_place_is_proposed_with_its_tickets(cast, count, days, proposed):
    copies(accepted(cast, at=MONDAY), count - 1)
    at = MONDAY + timedelta(days=days)

    assert propose(at=at) == proposed
    assert propose(at=at) == 0
    for one in Proposal.objects.for_list():
        assert (one.why, one.tickets.count()) == (Why.REPEATED, count)
        assert one.in_words == "90 天内同一处反映了 3 次"


def test_another_building_what_was_merged_and_praise_do_not_count(cast):
    first, again, _ = (accepted(cast, at=MONDAY) for _ in range(3))
    merge_ticket(again, into=first, by=cast.secretary, at=MONDAY)
    accepted(cast, at=MONDAY, entrance=False)

    Ticket.objects.filter(pk=copies(first, 1)[0].pk).update(kind=Kind.PRAISE)

    assert propose(at=LATER) == 0


def test_a_further_report_joins_a_proposal_that_waits(cast, proposal):
    copies(Ticket.objects.order_by("pk").first(), 1)

    assert propose(at=LATER) == 0
    assert proposal.tickets.count() == 4


def test_what_was_decided_needs_three_new_reports_to_come_again(cast, proposal):
    decide_proposal(proposal, decision=Decision.DECLINED, reason=WHY, by=cast.secretary, at=LATER)
    first = Ticket.objects.order_by("pk").first()
    copies(first, 2)
    assert propose(at=LATER) == 0
    copies(first, 1)
    assert propose(at=LATER) == 1


def test_it_is_decided_on_its_page_with_a_reason_that_stays(client, cast, proposal):
    client.force_login(cast.community_staff)
    address = reverse("proposals:proposal", args=[proposal.pk])
    assert "背后的事（3 件）" in client.get(address).content.decode()
    assert "请写一句理由" in client.post(address, {"decision": "adopted"}).content.decode()
    client.post(address, {"decision": "adopted", "reason": f"{WHY}，电话 13800000000"})

    page = client.get(address).content.decode()
    assert f"{WHY}，电话 138****00" in page
    assert cast.community_staff.name in page
    assert client.post(address, {"decision": "declined", "reason": WHY}).status_code == 409
    with pytest.raises(Conflict):
        decide_proposal(
            proposal, decision=Decision.DECLINED, reason=WHY, by=cast.secretary, at=LATER
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.update(reason="别的")


def test_a_list_is_narrowed_and_stays_in_ones_own_place(client, cast, proposal):
    client.force_login(cast.secretary)
    listed = reverse("proposals:proposals")
    assert len(client.get(listed).context["rows"]) == 1
    assert client.get(listed, {"decision": "adopted"}).context["rows"] == []

    client.force_login(cast.stranger)
    assert client.get(listed).context["rows"] == []


def test_a_list_costs_the_same_for_one_and_twenty(client, cast):
    ticket = followed(cast)
    propose(at=LATER)
    client.force_login(cast.secretary)
    address = reverse("proposals:proposals")
    client.get(address)
    one = len(queries(client, address))
    copies(ticket, 19)
    Ticket.objects.update(follower_count=5)
    propose(at=LATER)

    assert len(client.get(address).context["rows"]) == 21
    assert len(queries(client, address)) == one <= 8
