"""Long work: asked for in a row, done by a sweep, one person's alone, stopped when told to."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compounds.audit.models import AuditEntry
from compounds.jobs.actions import ask_for_job, cancel_job, drop_expired, run_next
from compounds.jobs.apps import JobsConfig
from compounds.jobs.models import Job
from compounds.jobs.rules import KEPT_FOR, LEASE, MOST_AT_ONCE, MOST_ATTEMPTS, percent
from compounds.jobs.terms import State
from compounds.rules import Refused

DURING = {}  # what somebody does while the work stands at a yield


def work(job, file):
    """Three rows, and between the first and the second somebody comes in."""
    file.write(b"one")
    yield 1, 3
    if happening := DURING.get("one"):
        happening(job)
    file.write(b",two,three")
    yield 3, 3


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    kinds = {"count": f"{__name__}.work"}
    monkeypatch.setattr(JobsConfig, "job_kinds", kinds, raising=False)
    DURING.clear()


def ask(person, **more):
    order = {"title": "数一数", "file_name": "数.csv", "media_type": "text/csv", **more}
    order.setdefault("key", uuid.uuid4())
    return ask_for_job("count", by=person, at=timezone.now(), **order)


def state_of(job):
    job.refresh_from_db()
    return job.state


def test_it_is_done_by_the_sweep_and_its_file_is_the_person_s_alone(client, cast):
    job = ask(cast.secretary, purpose="开会，找13800000000")
    client.force_login(cast.secretary)
    waiting = client.get(job.get_absolute_url())
    assert "排队中" in waiting.text
    assert waiting["Refresh"]
    assert client.get(reverse("jobs:result", args=[job.pk])).status_code == 404

    assert run_next(at=timezone.now()) == job
    assert run_next(at=timezone.now()) is None

    page = client.get(job.get_absolute_url())
    assert "已完成" in page.text
    assert "100%，3 / 3 行" in page.text
    assert "Refresh" not in page
    file = client.get(reverse("jobs:result", args=[job.pk]))
    assert file.getvalue() == b"one,two,three"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"].startswith("attachment")
    assert "no-store" in file["Cache-Control"]
    logged = AuditEntry.objects.get(verb="exported")
    assert (logged.by, logged.target_words, logged.detail) == (
        cast.secretary,
        "数一数",
        {"rows": 3},
    )
    assert "13800000000" not in logged.sentence
    for other in (cast.community_staff, cast.stranger, cast.administrator):
        client.force_login(other)
        for name in ("jobs:job", "jobs:result"):
            assert client.get(reverse(name, args=[job.pk])).status_code == 404
        assert client.post(reverse("jobs:cancel", args=[job.pk])).status_code == 404
        assert "数一数" not in client.get(reverse("jobs:jobs")).text


def test_asked_for_twice_it_is_one_job_and_nobody_has_a_heap_of_them(cast):
    key = uuid.uuid4()
    assert ask(cast.secretary, key=key) == ask(cast.secretary, key=key)
    for _ in range(MOST_AT_ONCE - 1):
        ask(cast.secretary)
    with pytest.raises(Refused, match="没做完"):
        ask(cast.secretary)
    ask(cast.dispatcher)


def test_cancelled_while_it_runs_it_leaves_no_file(client, cast):
    job = ask(cast.secretary, purpose="开会")
    client.force_login(cast.secretary)
    DURING["one"] = lambda job: client.post(reverse("jobs:cancel", args=[job.pk]))

    run_next(at=timezone.now())

    assert state_of(job) == State.CANCELLED
    assert not default_storage.exists(job.stored_as(1))
    assert not AuditEntry.objects.filter(verb="exported").exists()
    assert not cancel_job(job, at=timezone.now())


def test_a_killed_worker_s_job_is_taken_up_again_once_nothing_was_heard_of_it(cast):
    job, at = ask(cast.secretary), timezone.now()

    def killed(job):
        raise KeyboardInterrupt  # which nothing here catches

    DURING["one"] = killed
    with pytest.raises(KeyboardInterrupt):
        run_next(at=at)
    assert state_of(job) == State.RUNNING
    DURING.clear()

    assert run_next(at=timezone.now()) is None
    assert run_next(at=timezone.now() + LEASE) == job

    assert state_of(job) == State.DONE
    with default_storage.open(job.stored_as(2)) as file:
        assert file.read() == b"one,two,three"


def test_a_worker_that_was_taken_for_dead_changes_nothing_when_it_comes_back(cast):
    job = ask(cast.secretary)

    def overtaken(job):
        DURING.clear()
        run_next(at=timezone.now() + 2 * LEASE)

    DURING["one"] = overtaken
    run_next(at=timezone.now())

    assert (state_of(job), job.attempts) == (State.DONE, 2)
    assert not default_storage.exists(job.stored_as(1))


def test_what_breaks_is_tried_again_and_then_given_up_in_words(client, cast):
    job = ask(cast.secretary)

    def breaks(job):
        raise RuntimeError("secret detail")

    DURING["one"] = breaks
    for _ in range(MOST_ATTEMPTS):
        assert state_of(job) == State.WAITING
        run_next(at=timezone.now())

    assert state_of(job) == State.FAILED
    client.force_login(cast.secretary)
    page = client.get(job.get_absolute_url()).text
    assert "没能做完" in page
    assert "secret detail" not in page


def test_what_is_refused_is_said_and_not_tried_again(cast):
    job = ask(cast.secretary)

    def refuses(job):
        raise Refused("条件变了。")

    DURING["one"] = refuses
    run_next(at=timezone.now())

    assert (state_of(job), job.error) == (State.FAILED, "条件变了。")


def test_a_week_later_row_and_files_are_gone(cast):
    job, waiting = ask(cast.secretary), ask(cast.dispatcher)
    run_next(at=timezone.now())
    name = state_of(job) and job.stored_as(1)

    assert drop_expired(at=timezone.now() + KEPT_FOR - timedelta(hours=1)) == 0
    assert default_storage.exists(name)
    assert drop_expired(at=timezone.now() + KEPT_FOR) == 1

    assert not default_storage.exists(name)
    assert [*Job.objects.all()] == [waiting]


def test_my_list_costs_the_same_however_long_it_is(client, cast):
    client.force_login(cast.secretary)
    costs = []
    for count in (1, 20):
        Job.objects.all().delete()
        Job.objects.bulk_create(
            Job(
                person=cast.secretary,
                kind="count",
                title=f"第 {number} 件",
                submission_key=uuid.uuid4(),
                token=f"{number}",
                asked_at=timezone.now(),
            )
            for number in range(count)
        )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("jobs:jobs")).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("done", "total", "shown"), [(0, 0, 0), (0, 7, 0), (1, 3, 33), (7, 7, 100), (9, 7, 100)]
)
def test_per_cent_is_whole_and_never_too_much(done, total, shown):
    assert percent(done, total) == shown
