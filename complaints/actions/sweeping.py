"""The sweep: what has fallen due by a moment, carried out once, however often it is called.

It may run late, twice, or beside itself. What is due stands in PostgreSQL; each ticket is
locked, looked at again, and done in a transaction of its own, so that one bad row stops
nothing and a killed worker leaves nothing half done.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from complaints.actions.callback import ask_callback, close_ticket, remind_of_callback
from complaints.actions.escalation import climb
from complaints.actions.extensions import lapse_extension
from complaints.actions.history import lock, played, reckon, write
from complaints.actions.returns import lapse_objection
from complaints.actions.shelving import lapse_shelving
from complaints.actions.waiting import end_wait
from complaints.models import Ticket, TicketClock, TicketEvent
from complaints.rules.clocks import Clock
from complaints.terms import SELF_MOVING_CLOCKS, ClockKind, Verb
from compounds.models import CalendarYear, working_calendar
from compounds.rules import Calendar

logger = logging.getLogger(__name__)


def sweep(*, at: datetime) -> int:
    """Everything that is due at the moment. Returns how many tickets this call moved."""
    calendar = working_calendar()
    due = TicketClock.objects.due(at).order_by("next_at").values_list("ticket_id", flat=True)
    moved = 0
    for pk in dict.fromkeys(due):
        try:
            moved += sweep_ticket(pk, at=at, calendar=calendar)
        except Exception:
            logger.exception("ticket %s was not swept", pk)
    return moved


@transaction.atomic
def sweep_ticket(pk: int, *, at: datetime, calendar: Calendar) -> bool:
    """One ticket's due clocks. False when another sweep or a deed has it, or has done it."""
    free = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
    ticket = (
        free.select_related("compound__branch", "policy", "lead", "assignee").filter(pk=pk).first()
    )
    moved = False
    while ticket and (rows := list(ticket.clocks.due(at).order_by("next_at", "pk"))):
        clocks = played(ticket, calendar=calendar).clocks
        for row in rows:
            carry_out(ticket, row, clocks[row.round, ClockKind(row.kind), row.run], at=at)
        moved = True  # what a rest's end set going may be due as well
    return moved


def carry_out(ticket: Ticket, row: TicketClock, clock: Clock, *, at: datetime) -> None:
    """Raise one clock's row to the level it has reached, and do what that level asks."""
    reached = [
        (level, moment) for level, moment in clock.steps if row.level < level and moment <= at
    ]
    highest = max((level for level, _ in reached), default=row.level)
    row.level = highest
    row.next_at = min((moment for level, moment in clock.steps if level > highest), default=None)
    row.save(update_fields=["level", "next_at"])
    if not reached:
        return
    if clock.kind in SELF_MOVING_CLOCKS:
        move_by_itself(ticket, clock.kind, highest, at=at)
    else:
        climb(ticket, clock.kind, clock.run, reached, at=at)


def move_by_itself(ticket: Ticket, clock: ClockKind, level: int, *, at: datetime) -> None:
    """The branch did not look, the resident or whoever was asked has not answered."""
    if clock == ClockKind.REVIEW:
        ask_callback(ticket, by=None, at=at)
    elif clock != ClockKind.ANSWER:
        LAPSES[clock](ticket, at=at)
    elif level == 1:
        remind_of_callback(ticket, at=at)
    else:
        close_ticket(ticket, at=at)


LAPSES: dict[ClockKind, Callable[..., object]] = {
    ClockKind.OBJECTION: lapse_objection,
    ClockKind.EXTENSION: lapse_extension,
    ClockKind.SHELVING: lapse_shelving,
    ClockKind.WAIT: end_wait,
}


def reckon_again(*, at: datetime) -> int:
    """重算期限 of open tickets reckoned before the calendar last changed."""
    changed_at = CalendarYear.objects.aggregate(last=Max("loaded_at"))["last"]
    if changed_at is None:
        return 0
    calendar = working_calendar()
    stale = TicketClock.objects.running().filter(reckoned_at__lt=changed_at)
    tickets = list(stale.values_list("ticket_id", flat=True).distinct())
    for pk in tickets:
        try:
            reckon_ticket(pk, at=at, calendar=calendar)
        except Exception:
            logger.exception("ticket %s was not reckoned again", pk)
    return len(tickets)


@transaction.atomic
def reckon_ticket(pk: int, *, at: datetime, calendar: Calendar) -> None:
    """The same history by the new calendar; a line of it says so where the term moved."""
    ticket = lock(Ticket(pk=pk))
    before = ticket.due_at
    reckon(ticket, list(ticket.events.all()), at=at, calendar=calendar)
    if ticket.due_at == before:
        ticket.save(update_fields=["due_at", "warn_at"])
        return
    event = TicketEvent(
        ticket=ticket,
        verb=Verb.RECKONED,
        at=at,
        from_state=ticket.state,
        to_state=ticket.state,
        text="工作日历有变动",
        due_before=before,
    )
    write(ticket, event, changed=[], calendar=calendar)
