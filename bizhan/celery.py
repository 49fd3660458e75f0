"""The Celery application. It wakes sweeps; what is due stands in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bizhan.settings")
app = Celery("bizhan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
