"""升级: a level is reached once for each run of a clock, and tells the right people."""

from datetime import datetime

from django.db.models import Max

from complaints.actions.announcing import announce_event
from complaints.actions.telling import tell, told_at
from complaints.models import Escalation, Ticket, TicketEvent
from complaints.terms import NATURAL_LANES, ClockKind, Level, Verb


def lift(ticket: Ticket, clock: str, level: int, *, at: datetime) -> bool:
    """Lift a locked ticket to one level at once. True when this call did it."""
    last = ticket.clocks.filter(round=ticket.round, kind=clock).aggregate(run=Max("run"))
    return climb(ticket, clock, last["run"] or 1, [(level, at)], at=at)


def climb(
    ticket: Ticket, clock: str, run: int, reached: list[tuple[int, datetime]], *, at: datetime
) -> bool:
    """Record every level reached on a locked ticket; only the highest is told."""
    known = set(
        ticket.escalations.filter(round=ticket.round, clock=clock, run=run).values_list(
            "level", flat=True
        )
    )
    missing = [(level, moment) for level, moment in reached if level not in known]
    if not missing:
        return False
    highest = max(level for level, _ in missing)
    Escalation.objects.bulk_create(
        Escalation(
            ticket=ticket,
            round=ticket.round,
            clock=clock,
            run=run,
            level=level,
            fell_due_at=moment,
            at=at,
            is_told=level == highest,
        )
        for level, moment in missing
    )
    ticket.level = max(ticket.level or 0, highest)
    ticket.save(update_fields=["level"])
    event = TicketEvent.objects.create(  # it starts and stops no clock, so none is reckoned again
        ticket=ticket,
        verb=Verb.ESCALATED,
        at=at,
        from_state=ticket.state,
        to_state=ticket.state,
        lane=ticket.lane,
        kind=ticket.kind,
        text=f"{ClockKind(clock).label}期限：{Level(highest).label}",
        due_before=ticket.due_at,
        due_after=ticket.due_at,
    )
    announce_event(ticket, event)
    tell_of_level(ticket, clock, run, highest, at)
    return True


def tell_of_level(ticket: Ticket, clock: str, run: int, level: int, at: datetime) -> None:
    words = ClockKind(clock).label
    is_early = level == Level.WARNED and ticket.lane not in NATURAL_LANES
    late = f"「{words}」快到期" if is_early else f"「{words}」已超期"
    tell(
        told_at(level, ticket, clock),
        ticket,
        event="ticket_escalated",
        title=f"{Level(level).label}：{ticket.title}",
        body=f"{ticket.code} {ticket.where}，{late}，请马上处理。",
        key=f"level:{ticket.round}:{clock}:{run}:{level}",
        at=at,
    )
