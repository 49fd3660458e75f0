"""Other systems are told what happened to a ticket: its number, place and state, and of nobody."""

from typing import Any

from django.conf import settings

from complaints.models import Ticket, TicketEvent
from complaints.terms import PUSHED, Visibility
from compounds.webhooks.actions import announce


def announce_event(ticket: Ticket, event: TicketEvent) -> None:
    """In the transaction of the deed that wrote the event."""
    if event.verb in PUSHED:
        announce(
            f"ticket.{event.verb}",
            key=f"event:{event.pk}",
            payload=lambda: _payload(ticket, event),
            at=event.at,
        )


def _payload(ticket: Ticket, event: TicketEvent) -> dict[str, Any]:
    """Of a report that is not public only that it moved."""
    told: dict[str, Any] = {
        "number": ticket.code,
        "state": event.to_state,
        "round": ticket.round,
        "level": ticket.level,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "compound": ticket.compound.code,
        "lead": str(ticket.lead) if ticket.lead else None,
        "url": f"{settings.SITE_ADDRESS}{ticket.get_absolute_url()}",
    }
    if ticket.visibility != Visibility.SECRET:
        told |= {
            "title": ticket.title,
            "category": ticket.category,
            "kind": ticket.kind,
            "lane": ticket.lane,
            "building": ticket.building.name if ticket.building else None,
        }
    return told
