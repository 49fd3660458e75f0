"""What the clock wakes here; the work itself is a deed."""

from celery import shared_task
from django.utils import timezone

from compounds.notices.actions import deliver_due, warn_of_calendar


@shared_task(ignore_result=True)
def deliver_notices() -> None:
    """Every minute. Safe to run late, twice, or beside itself."""
    deliver_due(at=timezone.now())


@shared_task(ignore_result=True)
def warn_administrators() -> None:
    """Every morning; each week's warning is written once."""
    warn_of_calendar(at=timezone.now())
