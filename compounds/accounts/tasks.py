from celery import shared_task
from django.utils import timezone

from compounds.accounts.actions import forget_attempts


@shared_task(ignore_result=True)
def forget_old_rows() -> None:
    """Once a day; a missed day is made up by the next."""
    forget_attempts(at=timezone.now())
