"""What every request of a unit shares: one of a kind waits at a time, and is decided once."""

from datetime import datetime
from typing import Any, TypeVar

from complaints.models import Ticket
from complaints.models.requests import UnitRequest
from complaints.terms import ClockKind, Outcome
from compounds.models import Person
from compounds.rules import Conflict, masked_text

Asked = TypeVar("Asked", bound=UnitRequest)


def is_running(ticket: Ticket, clock: ClockKind) -> bool:
    return ticket.clocks.running().filter(round=ticket.round, kind=clock).exists()


def open_request(
    model: type[Asked], ticket: Ticket, *, by: Person, at: datetime, **said: Any
) -> Asked:
    """Of a locked ticket, so that nobody asks for the same in between."""
    asked = model._default_manager.filter(ticket=ticket, outcome=Outcome.ASKED)
    if asked.exists():
        raise Conflict("已经申请过，正在等答复。")
    said["text"] = masked_text(said["text"])
    return model._default_manager.create(
        ticket=ticket, unit=ticket.lead, by=by, asked_at=at, **said
    )


def decide(
    model: type[Asked],
    ticket: Ticket,
    outcome: Outcome,
    answer: str,
    *,
    by: Person,
    at: datetime,
) -> Asked:
    """The waiting request of a locked ticket, answered."""
    request = model._default_manager.filter(ticket=ticket, outcome=Outcome.ASKED).first()
    if request is None:
        raise Conflict("没有等您答复的申请。可能已经答复，或者已经失效。")
    request.outcome, request.answer = outcome, masked_text(answer)
    request.decided_by, request.decided_at = by, at
    request.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
    return request
