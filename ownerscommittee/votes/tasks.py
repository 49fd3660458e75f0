from celery import shared_task
from django.utils import timezone

from ownerscommittee.votes.actions.sweeping import sweep_meetings


@shared_task(ignore_result=True)
def sweep_votes() -> None:
    """Every minute. Safe to run late, twice, or beside itself."""
    sweep_meetings(at=timezone.now())
