"""Of which tickets a month consists, and what was so of each at its end."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from complaints.models import (
    Callback,
    MonthRow,
    Shelving,
    Snapshot,
    Ticket,
    TicketClock,
    TicketEvent,
)
from complaints.rules.months import bounds
from complaints.terms import ClockKind, Outcome, Satisfaction, Solved, State, Verb

IN_TIME = {
    ClockKind.SIGN: ("sign_due", "signed"),
    ClockKind.CONTACT: ("contact_due", "contacted"),
    ClockKind.FINISH: ("finish_due", "finished"),
}


def rows_of(month: date) -> QuerySet[Ticket]:
    """The tickets of a month with every column of `MonthRow`, read off their histories alone.

    A window closes with the resident's answer, or with 办结 where there is none. What happened
    after the month's end does not count, so that a month drawn late is the same month.
    """
    start, end = bounds(month)
    before = TicketEvent.objects.filter(ticket=OuterRef("pk"), at__lt=end)
    inside = before.filter(at__gte=start)
    answer = Callback.objects.filter(
        ticket=OuterRef("pk"), answered_at__gte=start, answered_at__lt=end
    ).order_by("-round")
    closing = inside.filter(verb=Verb.CLOSED).order_by("-at")
    judged = before.filter(verb__in=[Verb.REPLIED, Verb.FOUND_UNREASONABLE]).order_by("-at", "-pk")
    state = before.order_by("-at", "-pk").values("to_state")[:1]
    found = Ticket.objects.filter(pk__in=_in_month(start, end)).annotate(
        was=Subquery(answer.values("solved")[:1]),
        felt=Subquery(answer.values("satisfaction")[:1]),
        closing_at=Subquery(closing.values("at")[:1]),
        judged=Subquery(judged.values("verb")[:1]),
        state_then=Subquery(state),
        was_returned=Exists(before.filter(verb=Verb.RETURNED)),
        was_redone=Exists(before.filter(verb=Verb.REOPENED)),
    )
    for kind in IN_TIME:
        clocks = TicketClock.objects.filter(ticket=OuterRef("pk"), kind=kind)
        over = clocks.filter(Q(stopped_at__lt=end) | Q(due_at__lt=end))
        late = over.filter(Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("due_at")))
        found = found.annotate(**{f"{kind}_due": Exists(over), f"{kind}_late": Exists(late)})
    return found


def _in_month(start: datetime, end: datetime) -> QuerySet[Any]:
    """Whose window closed in the month, and what lay on the shelf at its end."""
    ends = TicketEvent.objects.filter(
        verb__in=[Verb.ANSWERED, Verb.CLOSED], at__gte=start, at__lt=end
    )
    shelved = Shelving.objects.filter(outcome=Outcome.GRANTED, decided_at__lt=end)
    return ends.values("ticket").union(shelved.values("ticket"))


def row_of(snapshot: Snapshot, ticket: Ticket) -> MonthRow | None:
    """The row of a ticket from `rows_of`; None when it only lay on the shelf once."""
    told = vars(ticket)
    closing, was, felt = told["closing_at"], told["was"], told["felt"]
    is_ended, is_closed = bool(was or closing), told["state_then"] == State.CLOSED
    shelved = told["state_then"] == State.SHELVED
    if not (is_ended or shelved):
        return None
    unreasonable = told["judged"] == Verb.FOUND_UNREASONABLE
    answered = bool(was) and not unreasonable
    times = {
        name: is_ended and told[f"{kind}_due"] and not (number and told[f"{kind}_late"])
        for kind, names in IN_TIME.items()
        for number, name in enumerate(names)
    }
    return MonthRow(
        snapshot=snapshot,
        ticket=ticket,
        compound_id=ticket.compound_id,
        took=closing - ticket.filed_at if is_closed and closing else None,
        is_ended=is_ended,
        is_closed=is_closed and bool(closing),
        answered=answered,
        solved=answered and was == Solved.YES,
        partly=answered and was == Solved.PARTLY,
        satisfied=answered and felt == Satisfaction.SATISFIED,
        basically=answered and felt == Satisfaction.BASICALLY,
        returned=is_ended and told["was_returned"],
        redone=is_ended and told["was_redone"],
        unreasonable=is_ended and unreasonable,
        shelved=shelved,
        **times,
    )
