"""A job and what came of it are the person's who asked for it, and nobody else's."""

from typing import Any

from django.apps import apps
from django.http import Http404
from django.utils.module_loading import import_string

from compounds.access import User
from compounds.jobs.models import Job, JobQuerySet


def my_jobs(user: User) -> JobQuerySet:
    return Job.objects.filter(person=user.pk).for_list()


def job_to_look_at(user: User, pk: int) -> Job:
    job = my_jobs(user).filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def result_to_read(user: User, pk: int) -> Job:
    """A finished job with a file."""
    job = job_to_look_at(user, pk)
    if not job.has_file:
        raise Http404
    return job


def work_of(kind: str) -> Any:
    """What some app's configuration names as the work of this kind, in `job_kinds`."""
    for config in apps.get_app_configs():
        if work := getattr(config, "job_kinds", {}).get(kind):
            return import_string(work)
    raise LookupError(f"No app knows the job {kind}.")
