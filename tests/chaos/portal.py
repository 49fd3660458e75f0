"""The real product under its supervisor, in a folder of its own, for tests that kill parts of it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from redis import Redis, RedisError

from bizhan.engines import CHECKOUT, wait_until
from bizhan.supervisor import free_port

TICK = 3  # seconds between two sweeps
ADDRESSES = count(1)


class Portal:
    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "portal.out"
        servers = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_ADDRESS", "BIZHAN_PRODUCTION"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in servers},
            "BIZHAN_VAR": str(folder),
            "PORT": str(free_port(8700)),
            "SWEEP_EVERY_SECONDS": str(TICK),
            "TRUSTED_PROXIES": "127.0.0.1",  # so that each browser may come from its own address
        }
        self.sockets = Path(self.python("-c", "from bizhan.engines import *; print(SERVERS_DIR)"))

    # --- Running ---------------------------------------------------------------------------

    def start(self):
        portal = [sys.executable, "manage.py", "portal", "--empty", "--with-parent"]
        with self.log.open("ab") as log:
            self.supervisor = subprocess.Popen(
                portal, cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log
            )
        assert wait_until(self.is_healthy, 90), self.log.read_text()

    def stop(self):
        self.supervisor.terminate()
        self.supervisor.wait(60)

    def python(self, *arguments, **environment):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    @contextmanager
    def second_beat(self):
        schedule = ["--pidfile=", "--schedule", str(self.folder / "second_beat")]
        command = [sys.executable, "-m", "celery", "-A", "bizhan.celery", "beat", *schedule]
        with self.log.open("ab") as log:
            beat = subprocess.Popen(
                command, cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log
            )
        yield beat
        beat.kill()
        beat.wait()

    # --- Watching --------------------------------------------------------------------------

    @property
    def address(self):
        with suppress(OSError, ValueError):
            return json.loads((self.folder / "demo.json").read_text())["address"]
        return None

    def is_healthy(self):
        with suppress(OSError):
            return self.address and self.browser().get("/healthz") == (200, "ok")
        return False

    def pids(self):
        with suppress(OSError, ValueError):
            return json.loads((self.folder / "pids.json").read_text())
        return {}

    def browser(self):
        return Browser(self.address)

    @property
    def redis_url(self):
        return f"unix://{self.sockets}/valkey.sock"

    def empty_valkey(self):
        """FLUSHALL. False while nobody answers."""
        with suppress(RedisError), Redis.from_url(self.redis_url) as redis:
            return redis.flushall()
        return False

    # --- Killing ---------------------------------------------------------------------------

    def kill(self, name):
        """kill -9 one process; whoever watches over it starts another."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def is_another(self, name, pid):
        return self.pids().get(name, pid) != pid

    @contextmanager
    def kept_down(self, name):
        """kill -9 a server whose keeper is held fast, so that it comes back after the block."""
        pid = self.pids()[name]
        keeper = parent_of(pid)
        os.kill(keeper, signal.SIGSTOP)
        try:
            os.kill(pid, signal.SIGKILL)
            yield
        finally:
            os.kill(keeper, signal.SIGCONT)


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Browser:
    """A browser without script, at an address of its own. It follows redirects and keeps cookies."""

    def __init__(self, address):
        self.address = address
        self.cookies = CookieJar()
        self.open = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies)).open
        self.headers = {"X-Forwarded-For": f"203.0.113.{next(ADDRESSES)}"}
        self.url = address

    def get(self, path):
        return self._ask(Request(self.address + path, headers=self.headers))

    def post(self, path, **typed):
        token = next(cookie.value for cookie in self.cookies if "csrf" in cookie.name)
        body = urlencode({**typed, "csrfmiddlewaretoken": token}).encode()
        return self._ask(Request(self.address + path, body, headers=self.headers))

    def _ask(self, request):
        try:
            with self.open(request, timeout=30) as response:
                self.url = response.geturl().removeprefix(self.address)
                return response.status, response.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def fill_in_report(self, compound, text):
        """All but the last button, whose address is given back."""
        start = f"/report/in/{compound.code}/"
        assert self.get(start)[0] == 200
        assert self.post(start, text=text)[0] == 200
        assert self.post(self.url, visibility="nameless")[0] == 200
        assert self.url.endswith("/check/")
        return self.url
