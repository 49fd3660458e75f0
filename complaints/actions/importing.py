"""导入: another platform's sheet is received, compared, and registered by a job, each matter once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from complaints.access.entering import compounds_to_enter_for, may_enter, post_to_enter_by
from complaints.actions.entering import enter_concern
from complaints.models import ExternalNumber, ImportRow, Ticket, TicketImport
from complaints.terms import Channel
from compounds.jobs.actions import ask_for_job
from compounds.jobs.models import Job
from compounds.models import Compound, Person
from compounds.rules import Refused

CHUNK = 10
CHANGED = "您的任职已经变了，有的小区不在范围内，请重新上传。"


@dataclass(frozen=True)
class Comparison:
    """What a sheet would do: the new matters, and the tickets of those that stand here already."""

    new: list[ImportRow]
    known: list[tuple[ImportRow, Ticket]]


def receive_tickets(
    rows: list[dict[str, Any]], *, by: Person, at: datetime, key: UUID
) -> TicketImport:
    """Keep the rows until they are confirmed; the same submission key, the same upload."""
    received, _ = TicketImport.objects.get_or_create(
        submission_key=key,
        defaults={
            "by": by,
            "at": at,
            "content": json.dumps(rows, ensure_ascii=False),
            "errors_count": sum(bool(row["errors"]) for row in rows),
        },
    )
    return received


def compare_tickets(received: TicketImport) -> Comparison:
    """The dry run: one query, nothing is written."""
    matters = received.matters
    numbers = ExternalNumber.objects.filter(number__in=[one.number for one in matters])
    stand = {(one.platform, one.number): one.ticket for one in numbers.select_related("ticket")}
    keyed = [(one, stand.get((one.platform, one.number))) for one in matters]
    return Comparison(
        new=[one for one, ticket in keyed if ticket is None],
        known=[(one, ticket) for one, ticket in keyed if ticket],
    )


def apply_tickets(received: TicketImport, *, by: Person, at: datetime) -> Job:
    """确认: a job registers them. Confirmed twice it is one job."""
    if received.errors_count:
        raise Refused("表里还有错误，改好后请重新上传。")
    return ask_for_job(
        "tickets-import",
        title=f"导入 {len(received.matters)} 件事项",
        terms={"import": received.pk},
        leads_to=received.get_absolute_url(),
        key=received.submission_key,
        by=by,
        at=at,
    )


def register_matters(received: TicketImport, *, by: Person) -> Iterator[tuple[int, int]]:
    """Each matter in a transaction of its own, passing over what stands here already.

    So a job that was killed goes on where it stood. The rights are those of the moment.
    """
    matters = received.matters
    compounds = {one.code: one for one in compounds_to_enter_for(by)} if may_enter(by) else {}
    if any(one.compound not in compounds for one in matters):
        raise Refused(CHANGED)
    yield 0, len(matters)
    for start in range(0, len(matters), CHUNK):
        for matter in matters[start : start + CHUNK]:
            _register(matter, compounds[matter.compound], received, by=by)
        yield min(start + CHUNK, len(matters)), len(matters)


@transaction.atomic
def _register(matter: ImportRow, compound: Compound, received: TicketImport, *, by: Person) -> None:
    numbers = ExternalNumber.objects.filter(platform=matter.platform, number=matter.number)
    if numbers.exists():
        return
    post = post_to_enter_by(by, compound)
    enter_concern(
        key=uuid5(received.submission_key, f"{matter.platform} {matter.number}"),
        role=f"{post.organization} {post.get_role_display()}",
        channel=Channel.PLATFORM.value,
        by=by,
        at=timezone.now(),
        **matter._asdict(),
    )


def drop_old_imports(*, at: datetime) -> int:
    """They name residents, and are of no use once they were registered."""
    return TicketImport.objects.stale(at).delete()[0]
