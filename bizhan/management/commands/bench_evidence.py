"""How many ballot lines the evidence takes in a second, beside plain inserts, and how long the check takes.

Eight writers write into one log, each line in its own transaction, as a ballot does. It prints and
judges nothing; it has a database and a journal of its own.
"""

import secrets
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from evidence.actions.logs import append, attach, open_stream, origin_of
from evidence.actions.publishing import publish_checkpoint
from evidence.models import Stream
from evidence.rules.canonical import canonical
from evidence.rules.moments import minute
from evidence.terms import Occasion

RIGHTS, BALLOTS, WRITERS, CHECKPOINTS = 10_000, 8_400, 8, 60
AREA = 8_912  # 0.01 m²
CHOICES = {"q1": ["agree"]}


class Command(BaseCommand):
    help = "Measure how quickly ballots reach the evidence, and how quickly anybody checks them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rights", type=int, default=RIGHTS)
        parser.add_argument("--ballots", type=int, default=BALLOTS)

    def handle(self, *args: Any, **options: Any) -> None:
        rights, ballots = options["rights"], options["ballots"]
        if not 0 < ballots <= rights:
            raise CommandError("There must be ballots, and no more than rights.")
        used = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = f"{used}_bench_evidence"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with TemporaryDirectory() as folder, override_settings(EVIDENCE_JOURNAL=folder):
                self.measure_writing(rights, ballots)
                self.measure_check(Path(folder) / "bundle")
        finally:
            connection.creation.destroy_test_db(used, verbosity=0)

    def measure_writing(self, rights: int, ballots: int) -> None:
        plain = ballots / plain_inserts(ballots)
        stream = opened(rights)
        bodies = [ballot(n) for n in range(ballots)]
        lots = [
            bodies[at : at + ballots // CHECKPOINTS + 1]
            for at in range(0, ballots, ballots // CHECKPOINTS + 1)
        ]
        took = 0.0
        for lot in lots:  # a checkpoint after each, as the days of a vote bring them
            took += together(lot, lambda body: append_alone(stream, body))
            publish_checkpoint(stream, at=timezone.now(), occasion=Occasion.SIX_HOURS)
        close(stream, ballots)
        lines = ballots / took
        self.stdout.write(
            f"{ballots:,} ballot lines by {WRITERS} writers into one log: {lines:,.0f} a second; "
            f"plain inserts {plain:,.0f} a second; ratio {lines / plain:.2f}"
        )

    def measure_check(self, folder: Path) -> None:
        stream = Stream.objects.get()
        call_command("export_bundle", stream.origin, str(folder), stdout=self.stderr)
        took, said = min(checked(folder) for _ in range(3))
        self.stdout.write(f"verify.py on {stream.size:,} lines: {took:.2f} s, {said}")


def checked(folder: Path) -> tuple[float, str]:
    """In a process of its own, with its start, as a stranger runs it."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder)],
        capture_output=True,
        text=True,
    )
    return perf_counter() - began, done.stdout.splitlines()[-1] if done.stdout else done.stderr


def together(things: Iterable[Any], deed: Callable[[Any], Any]) -> float:
    """Seconds that the writers take, each with a connection that lasts for its share."""
    shares = [list(things)[n::WRITERS] for n in range(WRITERS)]

    def work(share: list[Any]) -> None:
        try:
            for thing in share:
                deed(thing)
        finally:
            connection.close()

    began = perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, shares))
    return perf_counter() - began


def plain_inserts(count: int) -> float:
    """Seconds for as many rows of the same width, each committed alone."""
    line = canonical(ballot(0))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (id bigserial PRIMARY KEY, line text NOT NULL)")

    def insert(line: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO plain (line) VALUES (%s)", [line])

    return together([line] * count, insert)


@transaction.atomic
def append_alone(stream: Stream, body: dict[str, Any]) -> None:
    append(Stream(pk=stream.pk), body, at=timezone.now())


@transaction.atomic
def opened(rights: int) -> Stream:
    at = timezone.now()
    stream = open_stream(origin_of("votes/bench"), title="测速", at=at)
    lines = [{"right": f"R{n:05}", "heads": 1, "area": AREA} for n in range(rights)]
    roll = "".join(f"{canonical(line)}\n" for line in lines)
    attach(stream, "roll.jsonl", roll, at=at)
    options = [{"id": one, "label": one} for one in ("agree", "against", "abstain")]
    question = {"id": "q1", "item": 4, "kind": "motion", "majority": "ordinary", "seats": 1}
    body = {
        "origin": stream.origin,
        "opens": minute(at - timedelta(minutes=1)),
        "closes": minute(at + timedelta(days=15)),
        "roll_sha256": sha256(roll.encode()).hexdigest(),
        "heads": rights,
        "area": rights * AREA,
        "conflict": "first",
        "secrecy": "hidden",
        "advisory": False,
        "invalid": "out",
        "follow_choice": False,
        "follow_delivered": False,
        "questions": [{**question, "options": options, "title": "测速", "text_sha256": "0" * 64}],
        "rules": "278-2021",
        "software": "bench",
    }
    append(stream, {"kind": "open", "at": minute(at), **body}, at=at)
    publish_checkpoint(stream, at=at, occasion=Occasion.OPEN)
    return stream


def ballot(number: int) -> dict[str, Any]:
    sealed = f"bizhan-ballot-v1\n{secrets.token_hex(32)}\n{canonical(CHOICES)}"
    return {
        "kind": "ballot",
        "at": minute(timezone.now()),
        "right": f"R{number:05}",
        "area": AREA,
        "channel": "web",
        "commitment": sha256(sealed.encode()).hexdigest(),
        "supersedes": None,
        "pair": None,
        "scan": None,
    }


@transaction.atomic
def close(stream: Stream, ballots: int) -> None:
    at = timezone.now() + timedelta(days=16)
    turnout = {"heads": ballots, "area": ballots * AREA}
    body = {"ballots": ballots, **turnout, "channels": {"web": turnout}, "delivered_sha256": None}
    append(stream, {"kind": "close", "at": minute(at), **body}, at=at)
    publish_checkpoint(stream, at=at, occasion=Occasion.CLOSE)
