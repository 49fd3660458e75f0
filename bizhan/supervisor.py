"""The portal under one command: web server, worker and beat, started again when they die.

Every child leads a process group of its own and takes leave with the supervisor even when that is
killed: the kernel sends the signal. The embedded servers have keepers (bizhan/embedded.py).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from fcntl import LOCK_EX
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connections

from bizhan import embedded
from bizhan.embedded import open_lock, try_lock
from bizhan.engines import CHECKOUT, VAR_DIR, ServerFailed, die_with_parent, wait_until

RUN, LOG = VAR_DIR / "run", VAR_DIR / "log"
LOCK = RUN / "portal.lock"
PIDS = VAR_DIR / "pids.json"
PEOPLE = VAR_DIR / "demo_people.json"  # role: phone, password, name; written by seed_demo
KEYS = VAR_DIR / "demo_keys.json"  # of the interfaces; written by seed_demo
DEMO = VAR_DIR / "demo.json"
FAREWELL = 10  # seconds that a child may take to finish what it does
LOG_LIMIT = 20 * 1024 * 1024
STOPPING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def say(sentence: str) -> None:
    with suppress(OSError):  # a closed terminal must not keep the portal from leaving in order
        print(sentence, flush=True)


# --- A child -------------------------------------------------------------------------------


@dataclass
class Child:
    """A program that must always run."""

    name: str
    command: list[str]
    farewell: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGTERM  # what the kernel sends when the supervisor is killed
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0  # seconds before the next start, longer while the child dies young
    start_at: float = 0  # on the monotonic clock, as everything here

    def attend(self) -> None:
        """Notice a death, and start the child when its pause is over."""
        if self.process and self.process.poll() is not None:
            self._bury(self.process)
        if self.process is None and time.monotonic() >= self.start_at:
            self._start()

    def leave(self) -> None:
        if self.process:
            self.process.send_signal(self.farewell)

    def wait(self) -> None:
        """For its farewell; whoever has not left by then is shown the door, with its whole group."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(FAREWELL)
            kill_group(self.process.pid)
            self.process.wait()

    def _start(self) -> None:
        with (LOG / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=partial(_as_child, self.orphaned),
            )
        self.start_at = time.monotonic()

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        kill_group(process.pid)  # a pool that outlived its worker
        lived = time.monotonic() - self.start_at
        self.pause = 0.2 if lived > 30 else min(self.pause * 2 or 0.2, 10)
        self.start_at = time.monotonic() + self.pause
        self.process = None
        say(f"{self.name} ended ({process.returncode}) and is started again; see {LOG}.")


def _as_child(orphaned: signal.Signals) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    die_with_parent(orphaned)


def kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def children(port: int) -> list[Child]:
    celery = [sys.executable, "-m", "celery", "-A", "bizhan.celery"]
    web = "--interface wsgi --workers 2 --blocking-threads 1 --respawn-failed-workers --host 127.0.0.1"
    worker = (
        "worker --pool prefork --concurrency 2 --loglevel INFO --without-mingle --without-gossip"
    )
    beat = f"beat --loglevel INFO --pidfile= --schedule {RUN / 'beat'}"
    return [
        Child(
            "web",
            [sys.executable, "-m", "granian", *web.split(), "--port", str(port)]
            + ["bizhan.wsgi:application"],
        ),
        # A task that is cut short comes again (acks_late), so the worker may leave at once. When
        # the broker has gone as well it never takes its leave: then it is not asked.
        Child("worker", [*celery, *worker.split()], signal.SIGQUIT, signal.SIGKILL),
        Child("beat", [*celery, *beat.split()]),
    ]


# --- The portal ----------------------------------------------------------------------------


def run(*, with_parent: bool = False, is_empty: bool = False) -> None:
    """Everything, until SIGINT or SIGTERM. To be called inside `embedded.servers()`."""
    if with_parent:
        die_with_parent(signal.SIGTERM)
    with open_lock(LOCK) as lock, suppress(KeyboardInterrupt):
        if not wait_until(lambda: try_lock(lock, LOCK_EX) or DEMO.exists(), 3 * FAREWELL):
            raise SystemExit(f"Another portal (process {LOCK.read_text()}) neither runs nor ends.")
        if not try_lock(lock, LOCK_EX):
            say(f"The portal already runs: {_read(DEMO).get('address')}")
            return
        LOCK.write_text(str(os.getpid()))
        _clear_away()
        _prepare(with_demonstration=not is_empty)
        # From here on these signals only wake the watch, which takes its leave in order.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        _watch(free_port(int(os.environ.get("PORT") or 8000)))


def free_port(wanted: int) -> int:
    """The wanted port of the loopback, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 100):
        with suppress(OSError), socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", port))
            return port
    raise SystemExit(f"No free port from {wanted} to {wanted + 99}.")


def _clear_away() -> None:
    """What a killed supervisor left behind takes its leave first; old addresses are forgotten."""
    for pid in _read(PIDS).values():
        if not wait_until(partial(_is_gone, pid), FAREWELL):
            kill_group(pid)
    DEMO.unlink(missing_ok=True)
    for log in LOG.glob("*.log"):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old"))


def _is_gone(pid: int) -> bool:
    """Process numbers come round again: only one that runs our programs from here is ours."""
    process = Path("/proc") / str(pid)
    with suppress(OSError):
        words = (process / "cmdline").read_bytes().split(b"\0")
        ours = {b"bizhan.wsgi:application", b"bizhan.celery"} & set(words)
        return not ours or (process / "cwd").readlink() != CHECKOUT
    return True


def _prepare(*, with_demonstration: bool) -> None:
    say("Preparing the database and the static files …")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    is_wanted = with_demonstration and not settings.PRODUCTION and "seed_demo" in get_commands()
    if is_wanted and not apps.get_model("compounds", "Organization").objects.exists():
        say("Filling the demonstration district …")
        call_command("seed_demo", verbosity=0)
    connections.close_all()


def _watch(port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    os.environ.setdefault("SITE_ADDRESS", address)
    family = children(port)
    is_announced = False
    recorded: dict[str, int] = {}
    try:
        while signal.sigtimedwait(STOPPING, 0.2) is None:
            _keep_servers()
            for child in family:
                child.attend()
            if (pids := _pids(family)) != recorded:
                _write(PIDS, recorded := pids)
            if not is_announced and answers(address):
                is_announced = True
                _announce(address)
    finally:
        say("Stopping …")
        DEMO.unlink(missing_ok=True)
        for child in family:
            child.leave()
        for child in family:
            child.wait()
        PIDS.unlink(missing_ok=True)


def _keep_servers() -> None:
    try:
        embedded.ensure()
    except ServerFailed as failure:
        say(str(failure))


def _pids(family: list[Child]) -> dict[str, int]:
    """Who runs now, for those who must watch or kill it."""
    running = {child.name: child.process.pid for child in family if child.process}
    servers = {server.name: server.pid for server in embedded.needed() if server.pid}
    return {"supervisor": os.getpid(), **running, **servers}


def answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError), direct.open(f"{address}/healthz", timeout=1) as response:
        return response.status == 200
    return False


def _announce(address: str) -> None:
    people, keys = _read(PEOPLE), _read(KEYS)
    _write(DEMO, {"address": address, "people": people, **keys})
    say(f"\n璧山小区治理: {address}\n")
    for role, person in people.items():
        say(f"  {role:<17} {person['phone']}  {person['password']}  {person['name']}")
    for name, key in keys.items():
        say(f"  {name:<17} {key}")
    say(f"\nLogs: {LOG}. Ctrl-C stops everything.")


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        return json.loads(path.read_text(encoding="utf-8"))
    return {}


def _write(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all; it may hold passwords."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    draft.replace(path)


# --- From outside --------------------------------------------------------------------------


def stop() -> None:
    """Stop a portal that runs elsewhere, and come back when it is gone."""
    if not LOCK.exists():
        return
    with open_lock(LOCK) as lock:
        if try_lock(lock, LOCK_EX):
            return
        os.kill(int(LOCK.read_text()), signal.SIGTERM)
        if not wait_until(lambda: try_lock(lock, LOCK_EX), 3 * FAREWELL):
            raise SystemExit(f"The portal (process {LOCK.read_text()}) does not stop.")


def discard() -> None:
    """Begin anew: the embedded data, the photos, the sent messages, the sign-ins and the logs go."""
    embedded.discard()
    for name in ("media", "static", "outbox", "evidence"):
        shutil.rmtree(VAR_DIR / name, ignore_errors=True)
    for path in [PEOPLE, KEYS, DEMO, PIDS, *RUN.glob("beat*"), *LOG.glob("*")]:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    {"stop": stop, "discard": discard}[sys.argv[1]]()
