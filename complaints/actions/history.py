"""Every deed goes through `move`: one event, and the clocks read off the history again."""

from collections.abc import Iterable
from datetime import date, datetime

from complaints.access.rights import standing_for
from complaints.actions.announcing import announce_event
from complaints.models import (
    Extension,
    Objection,
    Original,
    Shelving,
    Ticket,
    TicketClock,
    TicketEvent,
)
from complaints.models.requests import UnitRequest
from complaints.rules.clocks import Clock, Happening, Replay, replay
from complaints.rules.moves import state_after
from complaints.terms import SIDE_CLOCKS, ClockKind, Outcome, Verb
from compounds.models import Organization, Person, working_calendar
from compounds.rules import Calendar, masked_text

CLOCK_FIELDS = [
    "started_at",
    "warn_at",
    "due_at",
    "paused_at",
    "stopped_at",
    "next_at",
    "is_estimate",
    "reckoned_at",
]
# The request that waits while a clock runs.
REQUESTS: dict[str, type[UnitRequest]] = {
    ClockKind.OBJECTION: Objection,
    ClockKind.RULING: Objection,
    ClockKind.EXTENSION: Extension,
    ClockKind.SHELVING: Shelving,
}


def lock(ticket: Ticket) -> Ticket:
    """The row as it is now, nobody else's until the deed is done."""
    return lock_all(ticket)[0]


def lock_all(*tickets: Ticket) -> list[Ticket]:
    """The rows as they are now, locked in one order for all, so that none deadlock."""
    keys = [ticket.pk for ticket in tickets]
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    rows = rows.select_related("compound__branch", "policy", "lead", "assignee")
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def move(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Person | None,
    at: datetime,
    role: str = "",
    text: str = "",
    organization: Organization | None = None,
    until_on: date | None = None,
    before: str = "",
    **changes: object,
) -> TicketEvent:
    """Carry out one deed on a locked ticket. Raises Conflict when its state does not allow it."""
    event = TicketEvent(
        ticket=ticket,
        verb=verb,
        by=by,
        role=role or role_of(by, ticket, verb),
        at=at,
        from_state=ticket.state,
        to_state=state_after(verb, ticket.state, before=before),
        organization=organization,
        text=text,
        until_on=until_on,
        due_before=ticket.due_at,
    )
    ticket.state = event.to_state
    for name, value in changes.items():
        setattr(ticket, name, value)
    write(ticket, event, changed=["state", *changes])
    return event


def role_of(by: Person | None, ticket: Ticket, verb: str) -> str:
    """「消防救援支队 部门联络员」: the post by which it was done; the system has none."""
    post = standing_for(by, ticket, verb) if by else None
    return f"{post.organization} {post.get_role_display()}" if post else ""


def write(
    ticket: Ticket, event: TicketEvent, *, changed: list[str], calendar: Calendar | None = None
) -> None:
    """Add the line, with what it did to the term, and keep the fields that the deed changed.

    Numbers in its words are masked here, once for every page, list, export and message.
    """
    event.lane, event.kind = ticket.lane, ticket.kind
    said, event.text = event.text, masked_text(event.text)
    history = [*ticket.events.all(), event]
    clocks = reckon(ticket, history, at=event.at, calendar=calendar)
    event.due_after = ticket.due_at
    event.save(force_insert=True)
    keep_original(ticket, said, event=event)
    ticket.save(update_fields=[*changed, "due_at", "warn_at"])
    announce_event(ticket, event)
    drop_requests(
        ticket, [clock.kind for clock in clocks if clock.stopped_at == event.at], event.at
    )


def keep_original(ticket: Ticket, said: str, *, event: TicketEvent | None = None) -> None:
    """What masking took away stays readable for the reporter, and for whoever gives a reason."""
    if masked_text(said) != said:
        Original.objects.create(ticket=ticket, event=event, text=said)


def drop_requests(ticket: Ticket, stopped: Iterable[ClockKind], at: datetime) -> None:
    """What was asked for and not decided falls away with its clock."""
    for kind in stopped:
        if kind in REQUESTS:
            waiting = REQUESTS[kind]._default_manager.filter(ticket=ticket, outcome=Outcome.ASKED)
            waiting.update(outcome=Outcome.LAPSED, decided_at=at)


def played(
    ticket: Ticket, history: Iterable[TicketEvent] | None = None, calendar: Calendar | None = None
) -> Replay:
    """The ticket's history, played through its clocks."""
    happenings = [
        Happening(event.verb, event.at, event.lane, event.kind, event.until_on)
        for event in (ticket.events.all() if history is None else history)
    ]
    return replay(happenings, ticket.policy.policy, calendar or working_calendar())


def reckon(
    ticket: Ticket, history: list[TicketEvent], *, at: datetime, calendar: Calendar | None = None
) -> list[Clock]:
    """Write the clocks as the history has them; the ticket's own term is the nearest of them."""
    clocks = list(played(ticket, history, calendar).clocks.values())
    levels = {(row.round, row.kind, row.run): row.level for row in ticket.clocks.all()}
    TicketClock.objects.bulk_create(
        [row_of(ticket, clock, levels.get(clock.key, -1), at) for clock in clocks],
        update_conflicts=True,
        unique_fields=["ticket", "round", "kind", "run"],
        update_fields=CLOCK_FIELDS,
    )
    running = [clock for clock in clocks if clock.is_running and clock.kind not in SIDE_CLOCKS]
    ticket.due_at = min((clock.due_at for clock in running), default=None)
    ticket.warn_at = min((clock.warn_at for clock in running), default=None)
    return clocks


def row_of(ticket: Ticket, clock: Clock, level: int, at: datetime) -> TicketClock:
    following = [moment for step, moment in clock.steps if step > level]
    return TicketClock(
        ticket=ticket,
        round=clock.round,
        kind=clock.kind,
        run=clock.run,
        started_at=clock.started_at,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
        paused_at=clock.paused_at,
        stopped_at=clock.stopped_at,
        level=level,
        next_at=following[0] if clock.is_running and following else None,
        is_estimate=clock.is_estimate,
        reckoned_at=at,
    )
