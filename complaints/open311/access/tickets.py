"""What anybody may read through the open door: public tickets, and never who reported them.

What was hidden from a board is not here either.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from complaints.board.access import public_tickets
from complaints.models import Photo, Ticket, TicketEvent
from complaints.models.tickets import TicketQuerySet
from complaints.open311.models import ApiKey, Receipt
from complaints.open311.rules import Trouble
from complaints.open311.terms import CLOSED_STATES, Status


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; numbers override all else, as the standard says."""

    numbers: list[str]
    categories: list[str]
    statuses: list[str]
    filed: tuple[datetime, datetime] | None
    updated: tuple[datetime, datetime] | None
    page: int
    page_size: int

    def cut(self, rows: "QuerySet[Ticket]") -> "QuerySet[Ticket]":
        start = (self.page - 1) * self.page_size
        return rows[start : start + self.page_size]


def tickets_wanted(wanted: Wanted) -> list[Ticket]:
    if wanted.numbers:
        return tickets_numbered(wanted.numbers)
    found = public_tickets()
    if wanted.categories:
        found = found.filter(category__in=wanted.categories)
    if wanted.statuses == [Status.OPEN]:
        found = found.exclude(state__in=CLOSED_STATES)
    if wanted.statuses == [Status.CLOSED]:
        found = found.filter(state__in=CLOSED_STATES)
    if wanted.filed:
        found = found.filter(filed_at__range=wanted.filed)
    if wanted.updated:
        changed = TicketEvent.objects.filter(at__range=wanted.updated)
        found = found.filter(pk__in=changed.values("ticket"))
    return list(wanted.cut(_dressed(found)))


def tickets_numbered(numbers: list[str]) -> list[Ticket]:
    return list(_dressed(public_tickets().filter(code__in=numbers)))


def _dressed(tickets: TicketQuerySet) -> TicketQuerySet:
    """With all that an answer says, in a number of queries that does not grow; the newest first."""
    first_photos = Photo.objects.filter(event=None).select_related("file").order_by("pk")
    return (
        tickets.with_changed_at()
        .select_related("compound__branch", "building", "lead", "board_entry")
        .prefetch_related("clocks", Prefetch("photos", first_photos))
        .order_by("-filed_at", "-pk")
    )


def ticket_numbered(token: str) -> str:
    """The number behind a receipt; a number is its own receipt."""
    receipt = Receipt.objects.filter(token=token).select_related("ticket").first()
    if receipt:
        return receipt.ticket.code
    if public_tickets().filter(code=token).exists():
        return token
    raise Trouble(404, f"没有回执号 {token}。")


def ticket_filed_by(key: ApiKey, *, number: str, token: str) -> Ticket:
    """One that this very key has filed, by its number or its receipt; of others it may not speak."""
    receipts = Receipt.objects.filter(key=key).select_related("ticket")
    wanted = receipts.filter(ticket__code=number) if number else receipts.filter(token=token)
    receipt = wanted.first()
    if receipt is None:
        raise Trouble(404, f"这个密钥没有报过 {number or token}。只能补充自己报的事。")
    return receipt.ticket


def photo_to_show(code: str, token: str) -> Photo:
    """A picture of a public report, as its reporter sent it."""
    shown = Photo.objects.filter(
        event=None, ticket__in=public_tickets().filter(code=code), file__token=token
    )
    photo = shown.select_related("file").first()
    if photo is None:
        raise Trouble(404, "没有这张照片。")
    return photo


def events_wanted(wanted: Wanted, verbs: list[str]) -> list[TicketEvent]:
    """What happened to public tickets, the oldest first."""
    events = TicketEvent.objects.filter(verb__in=verbs, ticket__in=public_tickets())
    if wanted.numbers:
        events = events.filter(ticket__code__in=wanted.numbers)
    if wanted.updated:
        events = events.filter(at__range=wanted.updated)
    start = (wanted.page - 1) * wanted.page_size
    dressed = events.select_related("ticket", "organization").order_by("at", "pk")
    return list(dressed[start : start + wanted.page_size])
