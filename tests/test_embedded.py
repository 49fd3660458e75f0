"""The embedded servers, in a folder of their own: started, shared, killed and stopped."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack

import psycopg2
import pytest
import redis
from django.db import connection

from bizhan.embedded import broker_url
from bizhan.engines import CHECKOUT, wait_until

USER = """
import json, sys
from bizhan import embedded, engines
with embedded.servers():
    told = {server.name: server.pid for server in embedded.needed()}
    told |= {"host": str(engines.SERVERS_DIR), "redis": embedded.redis_url()}
    told |= {"data": str(engines.DATA_DIR)}
    print(json.dumps(told), flush=True)
    sys.stdin.read()
"""


class User:
    """Another program of this checkout that needs the servers until its input is closed."""

    def __init__(self, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def told(self):
        return json.loads(self.process.stdout.readline())

    def leave(self):
        self.process.communicate()

    def kill(self):
        self.process.kill()
        self.leave()


def is_running(pid):
    """A dead process that nobody has asked after yet does not count."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def rows(told):
    database = psycopg2.connect(host=told["host"], user="bizhan", dbname="bizhan")
    with ExitStack() as stack:
        stack.callback(database.close)
        cursor = database.cursor()
        cursor.execute("create table if not exists kept (at timestamptz)")
        cursor.execute("insert into kept values (now())")
        cursor.execute("select count(*) from kept")
        database.commit()
        return cursor.fetchone()[0]


def serves(told):
    try:
        with redis.from_url(told["redis"]) as broker:
            return rows(told) and broker.ping()
    except (psycopg2.OperationalError, redis.ConnectionError):
        return False


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    given = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    given["BIZHAN_VAR"] = str(tmp_path_factory.mktemp("var"))
    yield given
    discard = [sys.executable, "-m", "bizhan.supervisor", "discard"]
    subprocess.run(discard, cwd=CHECKOUT, env=given, check=True)


@pytest.fixture
def come(environment):
    users = []

    def come():
        users.append(User(environment))
        return users[-1]

    yield come
    for user in users:
        if user.process.poll() is None:
            user.kill()


def test_the_last_one_out_turns_off_the_light(come):
    first, second = come(), come()
    told = first.told()
    assert second.told() == told

    first.leave()
    assert serves(told)

    second.leave()
    assert not is_running(told["postgresql"])
    assert not is_running(told["valkey"])


def test_programs_that_start_together_share_one_server(come):
    told = [user.told() for user in [come() for _ in range(5)]]

    assert len({user["postgresql"] for user in told}) == 1
    assert len({user["valkey"] for user in told}) == 1


def test_a_killed_program_leaves_no_server_behind(come):
    user = come()
    told = user.told()

    user.kill()

    for name in ("postgresql", "valkey"):
        assert wait_until(lambda name=name: not is_running(told[name]), 20)


@pytest.mark.parametrize("name", ["postgresql", "valkey"])
def test_a_killed_server_comes_back_with_what_was_written(come, name):
    told = come().told()
    before = rows(told)

    os.kill(told[name], signal.SIGKILL)

    assert wait_until(lambda: not is_running(told[name]), 20)
    assert wait_until(lambda: serves(told), 30)
    assert rows(told) > before


def test_a_killed_keeper_takes_its_server_along_and_the_next_program_brings_both(come):
    told = come().told()
    with open(f"/proc/{told['postgresql']}/stat") as stat:
        keeper = int(stat.read().rpartition(")")[2].split()[1])

    os.kill(keeper, signal.SIGKILL)

    assert wait_until(lambda: not is_running(told["postgresql"]), 20)
    again = come().told()
    assert again["valkey"] == told["valkey"]
    assert serves(again)


def test_a_lock_file_that_names_a_stranger_is_survived(come):
    user = come()
    told = user.told()
    user.leave()
    with open(f"{told['data']}/postmaster.pid", "w") as lock:
        lock.write(f"{os.getpid()}\n{told['data']}\n")

    assert serves(come().told())


@pytest.mark.parametrize(
    ("redis_address", "broker_address"),
    [
        ("unix:///var/tmp/valkey.sock", "redis+socket:///var/tmp/valkey.sock"),
        ("redis://:word@host:6379/1", "redis://:word@host:6379/1"),
        ("rediss://host:6380", "rediss://host:6380"),
    ],
)
def test_celery_reads_the_address_in_its_own_words(redis_address, broker_address):
    assert broker_url(redis_address) == broker_address


def test_a_deep_checkout_still_has_short_sockets():
    ask = "from bizhan.engines import *; print(SERVERS_DIR / '.s.PGSQL.5432', SOCKET)"
    deep = {**os.environ, "BIZHAN_VAR": "/somewhere" + "/very-deep-folder" * 40}
    answer = subprocess.check_output([sys.executable, "-c", ask], cwd=CHECKOUT, env=deep)

    assert [len(path) < 107 for path in answer.split()] == [True, True]


@pytest.mark.django_db
def test_the_test_database_can_search_chinese():
    with connection.cursor() as cursor:
        cursor.execute("select cardinality(show_trgm('消防通道')), '消防通道被占' ilike '%通道%'")
        assert cursor.fetchone() == (5, True)
