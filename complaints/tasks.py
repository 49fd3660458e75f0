from celery import shared_task
from django.utils import timezone

from complaints.actions.filing import drop_old_drafts
from complaints.actions.privacy import forget_due
from complaints.actions.sweeping import reckon_again, sweep


@shared_task(ignore_result=True)
def sweep_clocks() -> None:
    """Every minute. Safe to run late, twice, or beside itself."""
    sweep(at=timezone.now())


@shared_task(ignore_result=True)
def reckon_clocks() -> None:
    """Every ten minutes: has the calendar changed?"""
    reckon_again(at=timezone.now())


@shared_task(ignore_result=True)
def drop_drafts() -> None:
    """At night, before the photos that nothing points to any more are removed."""
    drop_old_drafts(at=timezone.now())


@shared_task(ignore_result=True)
def forget_reporters() -> None:
    """At night: what is kept of reporters has its time."""
    forget_due(at=timezone.now())
