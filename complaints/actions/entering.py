"""代录: what a resident says by telephone, on paper or at the counter; and other platforms' numbers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints.actions.filing import file_locked_draft, save_answers, ticket_from
from complaints.actions.history import lock, move
from complaints.models import Draft, ExternalNumber, Ticket
from complaints.rules.words import external_number
from complaints.terms import Platform, Verb
from compounds.models import Person
from compounds.rules import Refused


@transaction.atomic
def enter_concern(
    *,
    key: UUID,
    platform: str = "",
    number: str = "",
    role: str,
    by: Person,
    at: datetime,
    **answers: Any,
) -> Ticket:
    """登记: a ticket as if the resident had filed it, marked with who wrote it down.

    `key` is the submission key: sent twice it is one ticket.
    """
    Draft.objects.get_or_create(key=key, defaults={"changed_at": at})
    draft = Draft.objects.select_for_update().get(key=key)
    if filed := ticket_from(draft):
        return filed
    draft = save_answers(draft, at=at, **answers)
    ticket = file_locked_draft(draft, reporter=None, at=at, entered_by=by, role=role)
    if number:
        add_number(ticket, platform=platform, number=number, by=by, at=at)
    return ticket


@transaction.atomic
def add_number(ticket: Ticket, *, platform: str, number: str, by: Person, at: datetime) -> Ticket:
    """登记外部编号: under which number another platform follows the same matter."""
    ticket = lock(ticket)
    number = external_number(number)
    label = Platform(platform).label
    if not number:
        raise Refused("外部编号是 4 到 40 位的字母、数字和横线，请照原单写。")
    row, is_new = ExternalNumber.objects.select_related("ticket").get_or_create(
        platform=platform, number=number, defaults={"ticket": ticket, "by": by, "added_at": at}
    )
    if row.ticket != ticket:
        raise Refused(f"{label}的这个编号已经登记在 {row.ticket.code} 上，请核对后再填。")
    if is_new:
        move(ticket, Verb.NUMBERED, by=by, at=at, text=label)
    return ticket
