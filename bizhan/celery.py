"""The Celery application. It wakes sweeps; what is due stands in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bizhan.settings")
app = Celery("bizhan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def keep_the_schedule(sender: Celery, **_: object) -> None:
    """Only once the settings stand may the schedule read them."""
    from bizhan.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE
