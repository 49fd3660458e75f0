"""What the supervising command promises of its children; the whole portal is killed in tests/chaos."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from bizhan.engines import CHECKOUT, wait_until
from bizhan.schedule import SCHEDULE, Every
from bizhan.supervisor import Child, free_port

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A worker with a pool: the pool ignores every farewell.
POOL = [
    sys.executable,
    "-c",
    "import os, signal, time\n"
    "if os.fork() == 0: signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "time.sleep(60)",
]
SUPERVISOR = """
import sys, time
from bizhan.supervisor import Child
child = Child("test", [sys.executable, "-c", "import time; time.sleep(60)"])
child.attend()
print(child.process.pid, flush=True)
time.sleep(60)
"""


def in_group(leader):
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True)
    lines = [line.split() for line in found.stdout.splitlines()]
    return [pid for pid, state in lines if pid == str(leader) and not state.startswith("Z")]


@pytest.fixture
def hire():
    hired = []

    def hire(command):
        hired.append(Child("test", command))
        hired[-1].attend()
        return hired[-1]

    yield hire
    for child in hired:
        child.leave()
        child.wait()


def test_a_child_that_is_killed_is_started_again(hire):
    child = hire(SLEEP)
    first = child.process.pid

    os.kill(first, signal.SIGKILL)
    child.process.wait()

    assert wait_until(lambda: child.attend() or child.process, 10)
    assert child.process.pid != first


def test_a_child_that_dies_young_is_waited_for_longer_and_longer(hire):
    child = hire([sys.executable, "-c", "raise SystemExit(3)"])
    pauses = []
    while len(pauses) < 3:
        child.process.wait()
        child.attend()
        pauses.append(child.pause)
        assert wait_until(lambda: child.attend() or child.process, 10)

    assert pauses == [0.2, 0.4, 0.8]


def test_the_pool_of_a_dead_worker_goes_with_it(hire):
    child = hire(POOL)
    leader = child.process.pid
    assert wait_until(lambda: len(in_group(leader)) == 2, 10)

    os.kill(leader, signal.SIGKILL)
    child.process.wait()
    child.attend()

    assert wait_until(lambda: not in_group(leader), 10)


def test_whoever_does_not_leave_is_shown_the_door(hire):
    child = hire(POOL)
    assert wait_until(lambda: len(in_group(child.process.pid)) == 2, 10)

    child.leave()
    child.wait()

    assert wait_until(lambda: not in_group(child.process.pid), 10)


def test_a_killed_supervisor_leaves_no_orphan():
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR],
        cwd=CHECKOUT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "bizhan.settings"},
        stdout=subprocess.PIPE,
    )
    child = int(supervisor.stdout.readline())
    assert in_group(child)

    supervisor.kill()
    supervisor.communicate()

    assert wait_until(lambda: not in_group(child), 10)


def test_a_taken_port_gives_way_to_the_next():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert free_port(port) > port


def test_every_tick_names_a_task_that_exists():
    from bizhan.celery import app

    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)


@pytest.mark.parametrize(
    ("last_run", "is_due"),
    [
        (timedelta(seconds=-61), True),
        (timedelta(seconds=-30), False),
        (timedelta(hours=1), True),  # the clock was set back while beat ran
    ],
)
def test_a_tick_comes_also_when_the_clock_was_set_back(last_run, is_due):
    assert Every(60).is_due(timezone.now() + last_run).is_due is is_due
