"""An embedded PostgreSQL and an embedded Valkey, wherever the environment names no real one.

Who needs a server holds a shared lock on its lease. One keeper per server (this module, run as a
program) starts it, starts it again when it dies, and stops it when nobody holds the lease any more:
the last one out turns off the light. The kernel takes its locks from a killed process, so nothing
here has to be tidied up by hand.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from functools import partial
from pathlib import Path
from typing import IO

from bizhan.engines import (
    CHECKOUT,
    DATA_DIR,
    DATABASE,
    OWNER,
    POSTGRESQL,
    SERVERS_DIR,
    SOCKET,
    VALKEY,
    VAR_DIR,
    Server,
    ServerFailed,
    as_user,
    die_with_parent,
    make_folder,
    wait_until,
)

__all__ = ["VAR_DIR", "broker_url", "database_url", "ensure", "needed", "redis_url", "servers"]

PATIENCE = 60  # seconds a server may take to start: the first time, on a slow disk


def database_url() -> str:
    return f"postgres://{OWNER}@/{SERVERS_DIR}/{DATABASE}"


def redis_url() -> str:
    """As redis-py writes it; `broker_url` says it in Celery's words."""
    return f"unix://{SOCKET}"


def broker_url(redis: str) -> str:
    """A socket is `unix://` to redis-py, `redis+socket://` to Celery; the rest they write alike."""
    return redis.replace("unix://", "redis+socket://", 1)


def needed() -> list[Server]:
    """The servers for which the environment names no real one."""
    return [server for server in (POSTGRESQL, VALKEY) if not os.environ.get(server.variable)]


# --- Using the servers ---------------------------------------------------------------------


@contextmanager
def servers() -> Iterator[None]:
    """The needed servers run inside this block, and stop with the last block that is left."""
    with ExitStack() as stack:
        for server in needed():
            stack.enter_context(_leased(server))
        yield


def ensure() -> None:
    """Bring back a keeper that was killed. For long-lived holders of the leases."""
    for server in needed():
        if not _is_kept(server):
            with open_lock(server.path("door")) as door:
                flock(door, LOCK_EX)
                _ensure(server)


def discard() -> None:
    """Delete the embedded servers' data, once nobody uses them."""
    with ExitStack() as stack:
        for server in (POSTGRESQL, VALKEY):
            lease = stack.enter_context(open_lock(server.path("lease")))
            if not wait_until(partial(try_lock, lease, LOCK_EX), PATIENCE):
                raise SystemExit(f"Another program still uses the embedded {server.name}.")
        for folder in (DATA_DIR, SERVERS_DIR):
            if folder.exists():
                shutil.rmtree(folder)


@contextmanager
def _leased(server: Server) -> Iterator[None]:
    server.log.parent.mkdir(parents=True, exist_ok=True)
    with open_lock(server.path("lease")) as lease:
        with open_lock(server.path("door")) as door:
            flock(door, LOCK_EX)  # one newcomer at a time
            flock(lease, LOCK_SH)  # waits for a keeper that is just turning off the light
            _ensure(server)
        try:
            yield
        finally:
            is_last = try_lock(lease, LOCK_EX)
            lease.close()
            if is_last:
                wait_until(lambda: not _is_kept(server) or _has_users(server), PATIENCE)


def _ensure(server: Server) -> None:
    if not _is_kept(server):
        command = [sys.executable, "-m", "bizhan.embedded", server.name]
        subprocess.run(command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, check=False)
    if not wait_until(lambda: server.answers() or not _is_kept(server), PATIENCE) or not _is_kept(
        server
    ):
        raise ServerFailed(f"The embedded {server.name} does not answer; see {server.log}.")


def _is_kept(server: Server) -> bool:
    with open_lock(server.path("keeper")) as keeper:
        return not try_lock(keeper, LOCK_SH)


def _has_users(server: Server) -> bool:
    """A shared lock that cannot become exclusive is shared; one not given is the keeper's."""
    with open_lock(server.path("lease")) as lease:
        return try_lock(lease, LOCK_SH) and not try_lock(lease, LOCK_EX)


def open_lock(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a")


def try_lock(file: IO[str], kind: int) -> bool:
    try:
        flock(file, kind | LOCK_NB)
    except BlockingIOError:
        return False
    return True


# --- Keeping a server ----------------------------------------------------------------------


def keep(server: Server) -> int:
    """Become the server's keeper in the background; come back when it answers (0) or failed (1)."""
    keeper = open_lock(server.path("keeper"))
    if not try_lock(keeper, LOCK_EX):
        return 0
    told, tell = os.pipe()
    if os.fork():
        os.close(tell)
        return 0 if os.read(told, 1) else 1
    os.setsid()
    os.umask(0o077)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    with server.log.open("a") as log, Path(os.devnull).open() as nothing:
        for descriptor, file in enumerate([nothing, log, log]):
            os.dup2(file.fileno(), descriptor)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open_lock(server.path("lease")) as lease, keeper:
        _keep_while_leased(server, lease, tell)
    return 0


def _keep_while_leased(server: Server, lease: IO[str], tell: int) -> None:
    process = None
    try:
        process = _started(server)
        with suppress(BrokenPipeError):
            os.write(tell, b"1")
        while not try_lock(lease, LOCK_EX):
            if process.poll() is not None:
                print(
                    f"{server.name} died ({process.returncode}) and is started again.", flush=True
                )
                process = _started(server)
            time.sleep(0.1)
    finally:
        if process:
            _stop(process, server)


def _started(server: Server) -> subprocess.Popen[bytes]:
    """A process that answers. What a killed predecessor left behind may take seconds to go."""
    make_folder()
    for pause in (0.2, 0.5, 1, 2, 5, 10, 0):
        server.prepare()
        process = _start(server)
        if process.poll() is None and server.answers():
            server.furnish()
            return process
        _stop(process, server)
        time.sleep(pause)
    raise ServerFailed(f"The embedded {server.name} did not start.")


def _start(server: Server) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        server.command(),
        # After the change of user, which would take the wish back.
        preexec_fn=partial(die_with_parent, server.stop_signal),
        **as_user(),
    )
    server.path("pid").write_text(str(process.pid))
    wait_until(lambda: server.answers() or process.poll() is not None, PATIENCE)
    return process


def _stop(process: subprocess.Popen[bytes], server: Server) -> None:
    if process.poll() is None:
        process.send_signal(server.stop_signal)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    server.path("pid").unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(keep({server.name: server for server in (POSTGRESQL, VALKEY)}[sys.argv[1]]))
