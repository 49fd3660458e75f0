"""A list of tickets as a sheet: asked for, and written page by page by a job."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from complaints.access.lists import count_to_read, page_to_read
from complaints.models import ExternalNumber, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Order
from compounds.access import active_posts
from compounds.jobs.actions import ask_for_job
from compounds.jobs.models import Job
from compounds.models import Person
from compounds.rules import SHANGHAI, masked_text
from compounds.sheets import CSV, XLSX, Sheet

CHUNK = 1000
MEDIA_TYPES = {"xlsx": XLSX, "csv": CSV}
# No name and no telephone among them; numbers in texts were masked when they were filed.
COLUMNS = [
    "编号",
    "外部编号",
    "内容",
    "小区",
    "地点",
    "类别",
    "性质",
    "紧急程度",
    "状态",
    "主办单位",
    "提交时间",
    "期限",
    "时限",
    "已升级到",
    "办结时间",
    "办理结果",
    "也遇到的人数",
]


def ask_export(
    *, query: str, words: str, form: str, purpose: str, key: UUID, by: Person, at: datetime
) -> Job:
    """导出: `query` is the address of the list, `words` says the same to people."""
    day = f"{at.astimezone(SHANGHAI):%Y%m%d-%H%M}"
    return ask_for_job(
        "tickets-export",
        title=masked_text(f"事项表（{words or '全部'}）")[:200],
        terms={"query": query, "form": form},
        purpose=masked_text(purpose),
        file_name=f"事项-{day}-{by}.{form}",
        media_type=MEDIA_TYPES[form],
        key=key,
        by=by,
        at=at,
    )


def mark_of(job: Job, at: datetime) -> str:
    """The watermark: who took it out, when and what for."""
    held = active_posts(job.person)
    posts = "、".join(f"{post.organization} {post.get_role_display()}" for post in held)
    when = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{job.title} · {job.person}（{posts}）于 {when} 导出 · 用途：{job.purpose}"


def write_tickets(
    sheet: Sheet, tickets: TicketQuerySet, *, by: Person, mark: str, at: datetime
) -> Iterator[tuple[int, int]]:
    """Those of them that the person may see, the newest first; no more than a page in memory."""
    total = count_to_read(by, tickets)
    yield 0, total
    sheet.add([mark])
    sheet.add(COLUMNS)
    done, after = 0, ""
    while page := page_to_read(by, tickets, order=Order.NEWEST, after=after, count=CHUNK):
        numbers = _numbers_of(page)
        for ticket in page:
            sheet.add(_cells(ticket, numbers.get(ticket.pk, []), at))
        done, after = done + len(page), page[-1].list_key(Order.NEWEST)
        yield done, max(total, done)
    sheet.close()
    yield done, done


def _numbers_of(page: list[Ticket]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in ExternalNumber.objects.filter(ticket__in=page).order_by("pk"):
        found.setdefault(one.ticket_id, []).append(str(one))
    return found


def _cells(ticket: Ticket, numbers: list[str], at: datetime) -> list[object]:
    return [
        ticket.code,
        "、".join(numbers),
        ticket.text,
        ticket.compound.name,
        ticket.where.removeprefix(ticket.compound.name).strip(),
        ticket.get_category_display(),
        ticket.get_kind_display(),
        ticket.get_lane_display(),
        ticket.get_state_display(),
        ticket.lead or "",
        _moment(ticket.filed_at),
        _moment(ticket.due_at),
        ticket.light(at).label if ticket.due_at else "不计时",
        ticket.get_level_display() or "",
        _moment(ticket.closed_at),
        ticket.get_resolution_display(),
        ticket.follower_count,
    ]


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
