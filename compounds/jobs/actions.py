"""Long work is asked for in a row, carried out by a sweep, and can be stopped.

A kind of work is a generator, work(job, file): it writes its result into the file, yields
(rows done, rows in all) every second or so, and may stop at any yield, for ever. It may be run
again from its beginning.
"""

import logging
import secrets
import uuid
from contextlib import closing, suppress
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.jobs.access import work_of
from compounds.jobs.models import Job, JobQuerySet
from compounds.jobs.rules import LEASE, MOST_AT_ONCE, MOST_ATTEMPTS
from compounds.jobs.terms import State
from compounds.models import Person
from compounds.rules import Refused

logger = logging.getLogger(__name__)
CLAIMING = 0x10B5  # an advisory lock of ours
BROKE = "系统没能做完，已记录下来。请稍后再试一次。"


class Gone(Exception):
    """Cancelled, or taken up by another worker: what is being done is nobody's any more."""


@transaction.atomic
def ask_for_job(kind: str, *, by: Person, at: datetime, key: uuid.UUID, **order: Any) -> Job:
    """排队; sent twice it is one job. `order` has the columns title, terms, file_name and so on."""
    Person.objects.select_for_update().get(pk=by.pk)
    if same := Job.objects.filter(submission_key=key).first():
        return same
    if by.jobs.unfinished().count() >= MOST_AT_ONCE:
        raise Refused(f"您已有 {MOST_AT_ONCE} 个任务没做完，请等一等，或先取消一个。")
    token = secrets.token_hex(16)
    return Job.objects.create(
        kind=kind, person=by, asked_at=at, submission_key=key, token=token, **order
    )


def cancel_job(job: Job, *, at: datetime) -> bool:
    """取消: the worker notices at its next word. What is finished stays finished."""
    mine = Job.objects.unfinished().filter(pk=job.pk)
    return bool(mine.update(state=State.CANCELLED, finished_at=at, lease_until=None))


# --- The sweep --------------------------------------------------------------------------------


def run_next(*, at: datetime) -> Job | None:
    """Take up one job and do its work; None where there is none, or another is being done.

    Not inside a transaction: the claim is committed before the work begins. One at a time, so
    that most workers are left to the clocks.
    """
    job = _claim(at)
    if job and job.attempts > MOST_ATTEMPTS:
        _end(job, State.FAILED, error=BROKE)
    elif job:
        _work_off(job)
    return job


@transaction.atomic
def _claim(at: datetime) -> Job | None:
    if not _may_claim() or Job.objects.alive(at).exists():
        return None
    free = Job.objects.due(at).select_for_update(of=("self",), skip_locked=True)
    job = free.select_related("person").first()
    if job:
        job.state, job.lease_until, job.attempts = State.RUNNING, at + LEASE, job.attempts + 1
        job.save(update_fields=["state", "lease_until", "attempts"])
    return job


def _may_claim() -> bool:
    """Whoever claims at the same moment is left to its next tick, so that there are never two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLAIMING])
        return bool(cursor.fetchone()[0])


def _work_off(job: Job) -> None:
    try:
        with TemporaryFile() as file, closing(work_of(job.kind)(job, file)) as steps:
            for done, total in steps:
                _report(job, done, total)
            _finish(job, file)
    except Gone:
        logger.info("job %s was stopped", job.pk)
    except Refused as refusal:
        _end(job, State.FAILED, error=str(refusal)[:200])
    except Exception:
        logger.exception("job %s broke", job.pk)
        again = job.attempts < MOST_ATTEMPTS
        with suppress(Gone):
            _end(job, State.WAITING if again else State.FAILED, error="" if again else BROKE)


def _mine(job: Job) -> JobQuerySet:
    """The row, as long as it is this very attempt's."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)


def _report(job: Job, done: int, total: int) -> None:
    """How far it is. The work has no one moment, so the lease is counted from the clock."""
    job.done, job.total = done, total
    if not _mine(job).update(done=done, total=total, lease_until=timezone.now() + LEASE):
        raise Gone


def _end(job: Job, state: State, **more: Any) -> None:
    finished_at = None if state == State.WAITING else timezone.now()
    if not _mine(job).update(state=state, finished_at=finished_at, lease_until=None, **more):
        raise Gone


def _finish(job: Job, file: IO[bytes]) -> None:
    """Keep the file, and say so; an export is logged as soon as there is something to fetch."""
    name = job.stored_as(job.attempts)
    size = file.seek(0, 2)
    if job.file_name:
        file.seek(0)
        default_storage.save(name, File(file))
    try:
        with transaction.atomic():
            _end(job, State.DONE, size=size)
            if job.purpose:
                at, rows = timezone.now(), {"rows": job.done}
                record(job.person, Verb.EXPORTED, job, at=at, reason=job.purpose, detail=rows)
    except Gone:
        default_storage.delete(name)
        raise


def drop_expired(*, at: datetime) -> int:
    """Away with what is a week old: the files of every attempt, and the row."""
    old = list(Job.objects.expired(at))
    for job in old:
        for attempt in range(1, job.attempts + 1):
            default_storage.delete(job.stored_as(attempt))
        job.delete()
    return len(old)
