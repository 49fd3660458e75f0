"""How many ballots a vote takes in a second, beside plain inserts, and how long the check takes.

Eight writers cast into one vote by the deed itself; pgbench, with as many, inserts lines as wide.
It prints and judges nothing; it has a database and a journal of its own.
"""

import subprocess
import sys
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from bizhan.engines import POSTGRESQL
from compounds.models import (
    Building,
    Compound,
    Entrance,
    Organization,
    OwnedUnit,
    Person,
    keyed_hash,
    new_token,
)
from compounds.rules import DAY
from compounds.terms import OrganizationKind
from evidence.actions.publishing import publish_checkpoint
from evidence.models import Stream
from evidence.rules.moments import WITNESSES_NEEDED
from evidence.terms import Occasion, WitnessRole
from ownerscommittee.models import LocalityProfile
from ownerscommittee.votes.actions.casting import cast_on_web
from ownerscommittee.votes.actions.drafting import draft_meeting, put_motion
from ownerscommittee.votes.actions.meetings import name_witness, notice_meeting
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.models import AssemblyMeeting, RightUnit, Roll, VotingRight
from ownerscommittee.votes.terms import Item, Question

RIGHTS, BALLOTS, WRITERS, CHECKPOINTS = 10_000, 8_400, 8, 60
AREA = 8_912  # 0.01 m²
WIDTH = 280  # characters of a ballot's line
PLACE = {"host": "host", "port": "port", "username": "user"}  # pgbench's word: psycopg's


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
                self.measure_writing(rights, ballots, Path(folder))
                self.measure_check(Path(folder) / "bundle")
        finally:
            connection.creation.destroy_test_db(used, verbosity=0)

    def measure_writing(self, rights: int, ballots: int, folder: Path) -> None:
        plain = plain_inserts(ballots, folder)
        meeting, owners = opened(rights)
        used = processor_seconds()
        done = ballots / cast_all(meeting, owners[:ballots])
        used = (processor_seconds() - used) / ballots
        assert meeting.closes_at
        sweep_meetings(at=meeting.closes_at)
        self.stdout.write(
            f"{ballots:,} ballots of {rights:,} rights by {WRITERS} writers: {done:,.0f} a second; "
            f"pgbench's plain inserts {plain:,.0f} a second; ratio {done / plain:.2f}; "
            f"{1000 * used:.1f} ms of a processor each"
        )

    def measure_check(self, folder: Path) -> None:
        stream = Stream.objects.get()
        call_command("export_bundle", stream.origin, str(folder), stdout=self.stderr)
        used = processor_seconds()
        took, said = min(checked(folder) for _ in range(3))
        used = (processor_seconds() - used) / 3
        self.stdout.write(
            f"verify.py on {stream.size:,} lines: {took:.2f} s, of a processor {used:.2f} s; {said}"
        )


def processor_seconds() -> float:
    """Of all children that have ended."""
    spent = getrusage(RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def checked(folder: Path) -> tuple[float, str]:
    """In a process of its own, with its start, as a stranger runs it."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder)],
        capture_output=True,
        text=True,
    )
    return perf_counter() - began, done.stdout.splitlines()[-1] if done.stdout else done.stderr


def cast_all(meeting: AssemblyMeeting, owners: list[Person]) -> float:
    """Seconds that the writers take: processes, as behind a web server; checkpoints aside."""
    connection.close()  # a connection is no heirloom
    took, share = 0.0, len(owners) // CHECKPOINTS + 1
    with ProcessPoolExecutor(WRITERS, mp_context=get_context("fork")) as writers:
        for start in range(0, len(owners), share):
            lots = [owners[start : start + share][n::WRITERS] for n in range(WRITERS)]
            began = perf_counter()
            list(writers.map(cast_share, repeat(meeting), lots))
            took += perf_counter() - began
            assert meeting.stream
            publish_checkpoint(meeting.stream, at=timezone.now(), occasion=Occasion.SIX_HOURS)
    return took


def cast_share(meeting: AssemblyMeeting, owners: list[Person]) -> None:
    for owner in owners:
        cast_on_web(meeting, choices={"q1": ["agree"]}, by=owner, at=timezone.now())


def plain_inserts(count: int, folder: Path) -> float:
    """How many rows as wide as a ballot's line pgbench commits in a second, each alone."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (id bigserial PRIMARY KEY, line text NOT NULL)")
    script = folder / "plain.sql"
    script.write_text(f"INSERT INTO plain (line) VALUES (repeat('x', {WIDTH}));")
    to = connection.get_connection_params()
    place = [f"--{name}={to[key]}" for name, key in PLACE.items() if to.get(key)]
    many = [f"--client={WRITERS}", "--jobs=2", f"--transactions={count // WRITERS + 1}"]
    command = [POSTGRESQL.binary("pgbench"), "-n", *place, *many, f"--file={script}", to["dbname"]]
    secret = {"PGPASSWORD": to.get("password", "")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=secret)
    return float(done.stdout.split("tps = ")[1].split()[0])


def opened(rights: int) -> tuple[AssemblyMeeting, list[Person]]:
    """A vote that was noticed 25 days ago and has been open for five, and its owners."""
    at = timezone.now() - 25 * DAY
    add = Organization.objects.add_child
    district = Organization(name="测速区", kind=OrganizationKind.DISTRICT)
    above = Organization.objects.add_root(instance=district)
    for kind in (OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH):
        above = add(above, {"name": f"测速{kind.label}", "kind": kind})
    compound = Compound.objects.create(
        code="BENCH", name="测速小区", branch=above, households=rights
    )
    committee = add(above, {"name": "业主委员会", "kind": OrganizationKind.OWNERS_COMMITTEE})
    chair = Person.objects.create_person(phone="13900000000", name="主任", password=None)
    owners = register_owners(rights)
    roll = settled_roll(compound, owners, by=chair, at=at - 30 * DAY)
    meeting = draft_meeting(
        compound,
        convener=committee,
        title="测速表决",
        kind="regular",
        opens_at=at + 20 * DAY,
        closes_at=at + 30 * DAY,
        roll=roll,
        by=chair,
        at=at,
        key=uuid4(),
    )
    put_motion(
        meeting,
        position=None,
        item=Item.OTHER,
        kind=Question.APPROVAL,
        title="测速",
        text="测速。",
        seats=1,
        is_dismissal=False,
        labels=[],
    )
    notice_meeting(meeting, by=chair, at=at)
    for n in range(WITNESSES_NEEDED):
        told = {"name": f"见证人{n}", "email": f"{n}@example.org", "role": WitnessRole.COMMUNITY}
        name_witness(meeting, by=chair, at=at, **told)
    sweep_meetings(at=at + 20 * DAY)
    return AssemblyMeeting.objects.for_list().get(pk=meeting.pk), owners


def register_owners(count: int) -> list[Person]:
    phones = [f"137{n:08}" for n in range(count)]
    people = [Person(name="业主", phone=one, phone_key=keyed_hash(one)) for one in phones]
    return Person.objects.bulk_create(people, batch_size=1000)


def settled_roll(compound: Compound, owners: list[Person], *, by: Person, at: datetime) -> Roll:
    """Posted and frozen, one right with one unit for each owner."""
    building = Building.objects.create(compound=compound, name="1栋", position=1)
    entrance = Entrance.objects.create(
        building=building, name="1单元", position=1, token=new_token()
    )
    roll = Roll.objects.create(
        compound=compound,
        cut_off_on=at.date(),
        profile=LocalityProfile.objects.in_force(at.date()),
        by=by,
        at=at,
        posted_at=at,
        posted_until=(at + 15 * DAY).date(),
    )
    numbered = enumerate(owners, start=1)
    rights = VotingRight.objects.bulk_create(
        [
            VotingRight(roll=roll, number=n, voter=one, name="业主", area=AREA)
            for n, one in numbered
        ],
        batch_size=1000,
    )
    rooms = [f"{n:05}" for n in range(len(owners))]
    place = {"entrance": entrance, "floor": 1, "exclusive_area": AREA}
    units = OwnedUnit.objects.bulk_create(
        [OwnedUnit(room=room, **place) for room in rooms], batch_size=1000
    )
    RightUnit.objects.bulk_create(
        [
            RightUnit(roll=roll, right=right, unit=unit, area=AREA, area_basis=unit.area_basis)
            for right, unit in zip(rights, units, strict=True)
        ],
        batch_size=1000,
    )
    sums = {"heads": len(owners), "area": len(owners) * AREA}
    Roll.objects.filter(pk=roll.pk).update(frozen_at=at + 16 * DAY, sha256="0" * 64, **sums)
    roll.refresh_from_db()
    return roll
