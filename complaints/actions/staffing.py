"""Who of a unit has a ticket in hand: 指定经办人, 领办; and the resident's 催办."""

from datetime import datetime

from django.db import transaction

from complaints.actions.history import lock, move
from complaints.actions.telling import handler, lead_staff, tell
from complaints.models import Ticket
from complaints.rules.moves import state_after
from complaints.rules.requests import check_urge
from complaints.terms import SIDE_CLOCKS, ClockKind, Verb
from compounds.models import Person
from compounds.rules import Conflict, Refused

REPORTER = "反映人"


@transaction.atomic
def assign_ticket(
    ticket: Ticket, *, to: Person, note: str = "", by: Person, at: datetime
) -> Ticket:
    """指定经办人: a person of the unit that leads."""
    ticket = lock(ticket)
    state_after(Verb.ASSIGNED, ticket.state)
    if to == ticket.assignee:
        raise Refused(f"已经是{to}在办了。")
    move(
        ticket,
        Verb.ASSIGNED,
        by=by,
        at=at,
        organization=ticket.lead,
        text=f"{to}。{note}" if note else str(to),
        assignee=to,
    )
    tell(
        lead_staff(ticket),
        ticket,
        event="ticket_assigned",
        title=f"由{to}经办：{ticket.title}",
        body=note,
        key=f"assigned:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def take_ticket(ticket: Ticket, *, by: Person, at: datetime) -> Ticket:
    """领办: whoever of the unit takes it first."""
    ticket = lock(ticket)
    state_after(Verb.TAKEN, ticket.state)
    if ticket.assignee:
        raise Conflict(f"这件事已经由{ticket.assignee}经办。")
    move(ticket, Verb.TAKEN, by=by, at=at, organization=ticket.lead, assignee=by)
    return ticket


@transaction.atomic
def urge_ticket(ticket: Ticket, *, text: str = "", by: Person | None, at: datetime) -> Ticket:
    """催办 by the resident, once a day: whoever it waits for hears of it at once."""
    ticket = lock(ticket)
    state_after(Verb.URGED, ticket.state)
    last = ticket.events.filter(verb=Verb.URGED).last()
    check_urge(last.at if last else None, at=at)
    move(ticket, Verb.URGED, by=by, at=at, role=REPORTER, text=text)
    waiting = ticket.clocks.running().exclude(kind__in=SIDE_CLOCKS).order_by("due_at").first()
    tell(
        handler(ticket, waiting.kind if waiting else ClockKind.FINISH),
        ticket,
        event="ticket_urged",
        title=f"居民催办：{ticket.title}",
        body=text or f"{ticket.code} {ticket.where}",
        key=f"urged:{at.isoformat()}",
        at=at,
    )
    return ticket
