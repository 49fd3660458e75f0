"""A ticket in the fields of the standard: public words alone, and nobody's name."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from complaints.board.access import public_words
from complaints.models import Ticket, TicketEvent
from complaints.open311.terms import CLOSED_STATES, Status
from complaints.terms import Category, State, Verb
from complaints.views.parcel import DONE_WORDS, RESIDENT_STATES, promise
from compounds.rules import SHANGHAI
from compounds.templatetags.words import due

# Steps that anybody may know of; what colleagues write to each other stays with them.
PUBLIC_STEPS = [verb for verb in DONE_WORDS if verb not in {Verb.RECKONED, Verb.REMINDED}]


def status_of(state: str) -> Status:
    return Status.CLOSED if state in CLOSED_STATES else Status.OPEN


def request_of(ticket: Ticket) -> dict[str, Any]:
    """One request; `ticket` comes from `tickets_wanted`."""
    words, moment = promise(ticket, list(ticket.clocks.all())) or ("", None)
    compound = ticket.compound
    return {
        "service_request_id": ticket.code,
        "status": status_of(ticket.state).value,
        "status_notes": _notes(ticket),
        "service_name": Category(ticket.category or Category.OTHER).label,
        "service_code": ticket.category or Category.OTHER.value,
        "description": public_words(ticket),
        "agency_responsible": str(ticket.lead or compound.branch),
        "service_notice": f"最晚 {due(moment)} 前{words}。" if moment else "",
        "requested_datetime": written(ticket.filed_at),
        "updated_datetime": written(ticket.changed_at or ticket.filed_at),  # type: ignore[attr-defined]
        "expected_datetime": written(moment),
        "address": _address(ticket),
        "address_id": compound.code,
        "zipcode": None,
        "lat": float(compound.latitude) if compound.latitude is not None else None,
        "long": float(compound.longitude) if compound.longitude is not None else None,
        "media_url": _media_url(ticket),
    }


def _notes(ticket: Ticket) -> str:
    """How it stands, in a resident's words, and how it ended."""
    word = RESIDENT_STATES[ticket.state][0]
    ending = ticket.get_decline_reason_display() if ticket.state == State.DECLINED else ""
    if ticket.state == State.CLOSED:
        ending = ticket.get_resolution_display()
    return f"{word}：{ending}" if ending else word


def _address(ticket: Ticket) -> str:
    """From the particular to the general, and never the room."""
    compound = ticket.compound
    inside = ticket.building.name if ticket.building else ""
    return "，".join(filter(None, [f"{compound.name}{inside}", compound.address]))


def _media_url(ticket: Ticket) -> str | None:
    photos = ticket.photos.all()
    if not photos:
        return None
    path = reverse("open311:media", args=[ticket.code, photos[0].file.token])
    return f"{settings.SITE_ADDRESS}{path}"


def update_of(event: TicketEvent) -> dict[str, Any]:
    unit = str(event.organization) if event.organization else "经办单位"
    return {
        "update_id": str(event.pk),
        "service_request_id": event.ticket.code,
        "status": status_of(event.to_state).value,
        "updated_datetime": written(event.at),
        "description": DONE_WORDS[event.verb].format(unit=unit),
        "media_url": None,
    }


def written(at: datetime | None) -> str | None:
    """2026-03-01T09:00:00+08:00, to the second."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
