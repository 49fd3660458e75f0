"""What the clock wakes here; the work itself is a deed."""

from celery import shared_task
from django.utils import timezone

from compounds.webhooks import actions


@shared_task(ignore_result=True)
def send_pushes() -> None:
    """Every minute. Safe to run late, twice, or beside itself."""
    actions.send_pushes(at=timezone.now())
