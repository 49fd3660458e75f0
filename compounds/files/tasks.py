"""Once a day: away with the photos that no report kept."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from compounds.files import actions
from compounds.files.rules import UNREFERENCED_FOR

logger = get_task_logger(__name__)


@shared_task(ignore_result=True)
def remove_orphans() -> None:
    """Safe to run late, twice, or beside itself."""
    before = timezone.now() - UNREFERENCED_FOR
    rows = actions.remove_unreferenced(before=before)
    files = actions.remove_orphans(before=before)
    logger.info("removed %s unreferenced photos and %s files without a row", rows, files)
