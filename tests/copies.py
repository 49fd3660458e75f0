"""The same ticket many times over, as the deeds themselves once wrote it."""

import uuid
from itertools import count

from complaints.models import Callback, Concern, Ticket, TicketClock, TicketEvent, TicketSupport

PARTS = [Concern, TicketEvent, TicketClock, Callback, TicketSupport]
NUMBERS = count(1)


def copies(ticket, number):
    """So many further tickets with the rows of this one, under codes of their own."""
    ticket.refresh_from_db()
    tickets = [copy_of(ticket, code=f"BS-COPY-{next(NUMBERS):06}") for _ in range(number)]
    Ticket.objects.bulk_create(tickets, batch_size=1000)
    for model in PARTS:
        for row in model.objects.filter(ticket=ticket).order_by("pk"):
            rows = [copy_of(row, ticket_id=one.pk) for one in tickets]
            model.objects.bulk_create(rows, batch_size=1000)
    return tickets


def copy_of(row, **changed):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    if "submission_key" in values:
        changed["submission_key"] = uuid.uuid4()
    return type(row)(**{**values, "id": None, **changed})
