"""统计: the running month is drawn again and again, a month that is over once more and for good.

Safe late, twice, and beside itself: a month is read off histories alone, its row is locked while
it is drawn, and what is frozen the database keeps.
"""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from complaints.access.months import row_of, rows_of
from complaints.models import Adjustment, MonthRow, PolicyVersion, Snapshot, TicketEvent
from complaints.rules.months import bounds, month_after, month_of
from complaints.terms import State, Verb
from compounds.rules import midnight

logger = logging.getLogger(__name__)
AT_ONCE = 2000
BEGINNING = date(2019, 1, 1)
OVERLAP = timedelta(hours=1)  # of what is looked through for adjustments


def draw_months(*, at: datetime) -> int:
    """Every month that is not frozen, up to the running one. Returns how many were drawn."""
    since = Snapshot.objects.aggregate(last=Max("drawn_at"))["last"]
    month, drawn = _first_unfrozen(), 0
    while month and month <= month_of(at):
        try:
            drawn += draw_month(month, at=at)
        except Exception:
            logger.exception("the month %s was not drawn", month)
            break
        month = month_after(month)
    adjust(since=since - OVERLAP if since else midnight(BEGINNING))
    return drawn


def _first_unfrozen() -> date | None:
    frozen = Snapshot.objects.filter(frozen_at__isnull=False).aggregate(last=Max("month"))["last"]
    if frozen:
        return month_after(frozen)
    first = TicketEvent.objects.order_by("at").values_list("at", flat=True).first()
    return month_of(first) if first else None


@transaction.atomic
def draw_month(month: date, *, at: datetime) -> bool:
    """False when it was frozen already."""
    end = bounds(month)[1]
    policy = PolicyVersion.objects.in_force(min(at, end - timedelta(seconds=1)))
    Snapshot.objects.get_or_create(month=month, defaults={"drawn_at": at, "policy": policy})
    snapshot = Snapshot.objects.select_for_update().get(month=month)
    if snapshot.frozen_at:
        return False
    MonthRow.objects.filter(snapshot=snapshot).delete()
    found = rows_of(month).only("compound", "filed_at").iterator(chunk_size=AT_ONCE)
    rows = [row for ticket in found if (row := row_of(snapshot, ticket))]
    MonthRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    snapshot.drawn_at, snapshot.policy = at, policy
    snapshot.frozen_at = at if at >= end else None
    snapshot.save(update_fields=["drawn_at", "policy", "frozen_at"])
    return True


@transaction.atomic
def adjust(*, since: datetime) -> int:
    """更正: what was opened again, after its frozen month was over. Returns how many are new."""
    again = TicketEvent.objects.filter(
        verb=Verb.REOPENED, from_state=State.CLOSED, at__gte=since
    ).order_by("at", "pk")
    new = 0
    for event in again.only("ticket", "at"):
        closed = MonthRow.objects.filter(
            ticket=event.ticket_id,
            is_closed=True,
            snapshot__frozen_at__isnull=False,
            snapshot__month__lt=month_of(event.at),
            adjustment=None,
        )
        row = closed.order_by("-snapshot__month").first()
        if row:
            new += Adjustment.objects.get_or_create(row=row, defaults={"at": event.at})[1]
    return new
