from celery import shared_task
from django.utils import timezone

from complaints.proposals.actions import propose


@shared_task(ignore_result=True)
def propose_early() -> None:
    """Every hour. Safe late, twice, and beside itself."""
    propose(at=timezone.now())
