from collections.abc import Iterator
from typing import IO

from celery import shared_task
from django.http import QueryDict
from django.utils import timezone

from complaints.access.lists import may_export, scope_of
from complaints.actions.exporting import mark_of, write_tickets
from complaints.actions.filing import drop_old_drafts
from complaints.actions.importing import drop_old_imports, register_matters
from complaints.actions.months import draw_months
from complaints.actions.privacy import forget_due
from complaints.actions.sweeping import reckon_again, sweep
from complaints.forms.filters import TicketFilter
from complaints.models import TicketImport
from compounds.jobs.models import Job
from compounds.rules import Refused
from compounds.sheets import CsvSheet, XlsxSheet


@shared_task(ignore_result=True)
def sweep_clocks() -> None:
    """Every minute. Safe to run late, twice, or beside itself."""
    sweep(at=timezone.now())


@shared_task(ignore_result=True)
def reckon_clocks() -> None:
    """Every ten minutes: has the calendar changed?"""
    reckon_again(at=timezone.now())


@shared_task(ignore_result=True)
def count_months() -> None:
    """Every ten minutes: the running month, and for good what is over."""
    draw_months(at=timezone.now())


@shared_task(ignore_result=True)
def drop_drafts() -> None:
    """At night, before the photos that nothing points to any more are removed."""
    drop_old_drafts(at=timezone.now())
    drop_old_imports(at=timezone.now())


@shared_task(ignore_result=True)
def forget_reporters() -> None:
    """At night: what is kept of reporters has its time."""
    forget_due(at=timezone.now())


def export_tickets(job: Job, file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The job of 导出, with the rights that its person has while it runs."""
    by, at = job.person, timezone.now()
    chosen = TicketFilter(QueryDict(job.terms["query"]), user=by, scope=scope_of(by))
    if not may_export(by) or chosen.errors:
        raise Refused("您的任职或条件已经变了，请回到「全部事项」重新导出。")
    mark = mark_of(job, at)
    sheet = CsvSheet(file) if job.terms["form"] == "csv" else XlsxSheet(file, mark=mark)
    yield from write_tickets(sheet, chosen.qs, by=by, mark=mark, at=at)


def import_tickets(job: Job, file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The job of 导入; nothing is written into the file."""
    received = TicketImport.objects.filter(pk=job.terms["import"]).first()
    if received is None:
        raise Refused("这份表已经过期，请重新上传。")
    yield from register_matters(received, by=job.person)
