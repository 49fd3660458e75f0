"""What is written beside a ticket's way: to colleagues, or by a unit that supports."""

from datetime import datetime

from django.db import transaction

from complaints.access.rights import standing_for
from complaints.actions.history import lock, move
from complaints.actions.telling import lead_staff, tell
from complaints.models import Ticket
from complaints.terms import Verb
from compounds.models import Person


@transaction.atomic
def add_note(ticket: Ticket, *, note: str, by: Person, at: datetime) -> Ticket:
    """内部备注: a line of the history that residents and heads of stairs never read."""
    ticket = lock(ticket)
    move(ticket, Verb.NOTED, by=by, at=at, text=note)
    return ticket


@transaction.atomic
def answer_as_support(ticket: Ticket, *, text: str, by: Person, at: datetime) -> Ticket:
    """协办答复: a supporting unit answers for its own part; the lead's reply shows it attached."""
    ticket = lock(ticket)
    post = standing_for(by, ticket, Verb.CO_ANSWERED)
    unit = post.organization if post else None
    move(ticket, Verb.CO_ANSWERED, by=by, at=at, text=text, organization=unit)
    tell(
        lead_staff(ticket),
        ticket,
        event="co_unit_answered",
        title=f"协办已答复：{ticket.title}",
        body=f"{unit}：{text}",
        key=f"co_answered:{at.isoformat()}",
        at=at,
    )
    return ticket
