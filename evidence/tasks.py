"""What the clock wakes here; the work itself is a deed."""

from celery import shared_task
from django.utils import timezone

from evidence.actions.gaps import confess_gaps
from evidence.actions.letters import send_letters
from evidence.actions.publishing import publish_due


@shared_task(ignore_result=True)
def publish() -> None:
    """Every minute. Safe to run late, twice, or beside itself; first what a backup has lost."""
    at = timezone.now()
    confess_gaps(at=at)
    publish_due(at=at)


@shared_task(ignore_result=True)
def send() -> None:
    """Every minute; each letter goes to each witness once."""
    send_letters(at=timezone.now())
