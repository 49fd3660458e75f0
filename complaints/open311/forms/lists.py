"""The arguments of a list, as the standard and its extensions name them."""

from datetime import datetime

from django.http import QueryDict

from complaints.open311.access.tickets import Wanted
from complaints.open311.rules import (
    LAST_PAGE,
    MOST_ROWS,
    Trouble,
    known_service,
    listed,
    moment,
    number,
    span,
)
from complaints.open311.terms import Status

Span = tuple[datetime, datetime] | None


def requests_wanted(asked: QueryDict, *, now: datetime) -> Wanted:
    """Without any limit of time: what was filed within the last ninety days."""
    filed = _span(asked, "start_date", "end_date", now)
    updated = _span(asked, "updated_after", "updated_before", now)
    if filed is None and updated is None:
        filed = span(None, None, now=now, what="")
    return _wanted(asked, filed=filed, updated=updated)


def updates_wanted(asked: QueryDict, *, now: datetime) -> Wanted:
    """Of the requests named all that happened, else what happened within ninety days."""
    updated = _span(asked, "start_date", "end_date", now)
    if updated is None and not asked.get("service_request_id"):
        updated = span(None, None, now=now, what="")
    return _wanted(asked, filed=None, updated=updated)


def _wanted(asked: QueryDict, *, filed: Span, updated: Span) -> Wanted:
    return Wanted(
        numbers=listed(asked.getlist("service_request_id"))[:MOST_ROWS],
        categories=[known_service(code) for code in listed(asked.getlist("service_code"))],
        statuses=_statuses(asked),
        filed=filed,
        updated=updated,
        page=number("page", asked.get("page", ""), default=1, most=LAST_PAGE),
        page_size=number(
            "page_size", asked.get("page_size", ""), default=MOST_ROWS, most=MOST_ROWS
        ),
    )


def _span(asked: QueryDict, first: str, last: str, now: datetime) -> Span:
    start, end = (moment(name, asked.get(name, "")) for name in (first, last))
    if start is None and end is None:
        return None
    return span(start, end, now=now, what=f"{first} 到 {last}")


def _statuses(asked: QueryDict) -> list[str]:
    """One of the two, or none where both are wanted."""
    given = [status.lower() for status in listed(asked.getlist("status"))]
    if unknown := [status for status in given if status not in Status.values]:
        raise Trouble(400, f"status 只有 open 和 closed，没有 {unknown[0][:20]}。")
    return given if len(given) == 1 else []
