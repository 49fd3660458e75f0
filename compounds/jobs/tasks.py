"""What the clock wakes here; the work itself is a deed."""

from celery import shared_task
from django.utils import timezone

from compounds.jobs import actions


@shared_task(ignore_result=True)
def run_jobs() -> None:
    """Every few seconds, one job. Safe to run late, twice, or beside itself."""
    actions.run_next(at=timezone.now())


@shared_task(ignore_result=True)
def drop_expired() -> None:
    """Once a day. Safe to run late, twice, or beside itself."""
    actions.drop_expired(at=timezone.now())
