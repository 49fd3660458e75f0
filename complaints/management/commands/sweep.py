from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.actions.months import draw_months
from complaints.actions.sweeping import reckon_again, sweep


class Command(BaseCommand):
    help = "Carry out what has fallen due: the same as the Celery task, for cron."

    def handle(self, **options: object) -> None:
        at = timezone.now()
        reckon_again(at=at)
        draw_months(at=at)
        self.stdout.write(f"{sweep(at=at)} tickets moved")
