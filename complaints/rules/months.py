"""月度统计 (tickets.md §7): to which month something belongs, and what is counted in it."""

from datetime import date, datetime, timedelta

from compounds.rules import local_day, midnight

# What may be true of a ticket in a month. Each is a column of the month's rows and a figure.
FIGURES: dict[str, str] = {
    "is_ended": "回访结束",
    "is_closed": "办结",
    "sign_due": "应签收",
    "signed": "按时签收",
    "contact_due": "应联系",
    "contacted": "按时联系",
    "finish_due": "应答复",
    "finished": "按时答复",
    "answered": "居民评价",
    "solved": "解决",
    "partly": "部分解决",
    "satisfied": "满意",
    "basically": "基本满意",
    "returned": "退过单",
    "redone": "重办过",
    "unreasonable": "认定不合理",
    "shelved": "月末挂账",
}
ADJUSTED = "adjusted"  # of the closed ones those that were opened again after the month


def month_of(at: datetime) -> date:
    return local_day(at).replace(day=1)


def month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """From its first midnight to the next month's, half open."""
    return midnight(month), midnight(month_after(month))


def read_month(written: str) -> date | None:
    """2026-03; None for what is no month."""
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        return None
