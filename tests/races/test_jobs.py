"""Sixteen workers at a few jobs: each is done once, and never two at a time."""

import time
from uuid import uuid4

import pytest
from django.utils import timezone

from compounds.jobs.actions import ask_for_job, run_next
from compounds.jobs.apps import JobsConfig
from compounds.jobs.models import Job
from compounds.jobs.terms import State
from tests.races.threads import TRIALS, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

COMPANY = []  # how many jobs were in hand while one was being done


def work(job, file):
    COMPANY.append(Job.objects.filter(state=State.RUNNING).count())
    time.sleep(0.01)
    yield 1, 1


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(JobsConfig, "job_kinds", {"race": f"{__name__}.work"}, raising=False)
    COMPANY.clear()


def ask(person, key=None):
    return ask_for_job("race", by=person, at=timezone.now(), key=key or uuid4(), title="比赛")


def test_each_job_is_done_once_and_one_at_a_time(cast):
    people = [cast.secretary, cast.dispatcher, cast.liaison]
    jobs = [ask(person) for person in people]

    together(lambda _, again: run_next(at=timezone.now()), range(TRIALS // 10))

    done = Job.objects.filter(pk__in=[job.pk for job in jobs])
    assert {(job.state, job.attempts) for job in done} == {(State.DONE, 1)}
    assert COMPANY == [1, 1, 1]


def test_what_is_asked_for_sixteen_times_is_one_job(cast):
    keys = [uuid4() for _ in range(TRIALS // 40)]

    for got in together(lambda _, key: ask(cast.secretary, key), keys):
        assert len(set(got)) == 1
    assert Job.objects.count() == len(keys)
