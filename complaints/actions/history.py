"""Every deed goes through `move`: one event, and the clocks read off the history again."""

from datetime import datetime

from complaints.access.rights import standing_for
from complaints.models import Original, Ticket, TicketClock, TicketEvent
from complaints.rules.clocks import Clock, Happening, clocks_of
from complaints.rules.moves import state_after
from complaints.terms import RESIDENTS_CLOCKS, Verb
from compounds.models import Organization, Person, working_calendar
from compounds.rules import Calendar, masked_text

CLOCK_FIELDS = [
    "started_at",
    "warn_at",
    "due_at",
    "stopped_at",
    "next_at",
    "is_estimate",
    "reckoned_at",
]


def lock(ticket: Ticket) -> Ticket:
    """The row as it is now, nobody else's until the deed is done."""
    rows = Ticket.objects.select_for_update(of=("self",))
    return rows.select_related("compound__branch", "policy", "lead").get(pk=ticket.pk)


def move(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Person | None,
    at: datetime,
    role: str = "",
    text: str = "",
    organization: Organization | None = None,
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
        to_state=state_after(verb, ticket.state),
        organization=organization,
        text=text,
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
    reckon(ticket, [*ticket.events.all(), event], at=event.at, calendar=calendar)
    event.due_after = ticket.due_at
    event.save(force_insert=True)
    keep_original(ticket, said, event=event)
    ticket.save(update_fields=[*changed, "due_at", "warn_at"])


def keep_original(ticket: Ticket, said: str, *, event: TicketEvent | None = None) -> None:
    """What masking took away stays readable for the reporter, and for whoever gives a reason."""
    if masked_text(said) != said:
        Original.objects.create(ticket=ticket, event=event, text=said)


def clocks_now(ticket: Ticket, history: list[TicketEvent], calendar: Calendar) -> list[Clock]:
    happenings = [Happening(event.verb, event.at, event.lane, event.kind) for event in history]
    return clocks_of(happenings, ticket.policy.policy, calendar)


def reckon(
    ticket: Ticket, history: list[TicketEvent], *, at: datetime, calendar: Calendar | None = None
) -> None:
    """Write the clocks as the history has them; the ticket's own term is the nearest of them."""
    clocks = clocks_now(ticket, history, calendar or working_calendar())
    levels = {(row.round, row.kind): row.level for row in ticket.clocks.all()}
    TicketClock.objects.bulk_create(
        [row_of(ticket, clock, levels.get((clock.round, clock.kind), -1), at) for clock in clocks],
        update_conflicts=True,
        unique_fields=["ticket", "round", "kind"],
        update_fields=CLOCK_FIELDS,
    )
    running = [
        clock for clock in clocks if not clock.stopped_at and clock.kind not in RESIDENTS_CLOCKS
    ]
    ticket.due_at = min((clock.due_at for clock in running), default=None)
    ticket.warn_at = min((clock.warn_at for clock in running), default=None)


def row_of(ticket: Ticket, clock: Clock, level: int, at: datetime) -> TicketClock:
    following = [moment for step, moment in clock.steps if step > level]
    return TicketClock(
        ticket=ticket,
        round=clock.round,
        kind=clock.kind,
        started_at=clock.started_at,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        level=level,
        next_at=None if clock.stopped_at or not following else following[0],
        is_estimate=clock.is_estimate,
        reckoned_at=at,
    )
