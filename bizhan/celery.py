"""The Celery application. It wakes sweeps; what is due stands in PostgreSQL."""

import os
import signal

from celery import Celery
from celery.signals import worker_process_init

from bizhan.engines import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bizhan.settings")
app = Celery("bizhan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def keep_the_schedule(sender: Celery, **_: object) -> None:
    """Only once the settings stand may the schedule read them."""
    from bizhan.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE


@worker_process_init.connect
def leave_with_the_worker(**_: object) -> None:
    """A process of the pool does not outlive a worker that is killed."""
    die_with_parent(signal.SIGKILL)
