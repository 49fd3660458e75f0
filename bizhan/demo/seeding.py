"""The whole demonstration district, the same for the same seed and moment."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection, connections, transaction

from bizhan.demo.announcing import write_announcements
from bizhan.demo.assemblies import hold_assemblies
from bizhan.demo.district import COMPOUNDS, REGISTERS, District, Site, build_district
from bizhan.demo.epilogue import tell_the_rest
from bizhan.demo.exhibits import enact
from bizhan.demo.habits import live
from bizhan.demo.handling import show_handling
from bizhan.demo.inbox import fill_inboxes
from bizhan.demo.outside import open_doors
from bizhan.demo.people import FIRST_PHONE, People, appoint_everyone
from bizhan.demo.planning import Planned, plan_tickets
from bizhan.demo.quick import QuickCalendar, QuickPolicy
from bizhan.demo.register import Register, fill_register
from bizhan.demo.routing import write_catalogues
from bizhan.demo.stories import Scene, Story
from bizhan.demo.texts import person_name, reports
from bizhan.demo.writing import Writer, count_on_from, new_keys
from complaints.models import CatalogueVersion, PolicyVersion
from complaints.terms import Channel, Visibility
from compounds.models import Organization, Person, working_calendar
from compounds.rules import SHANGHAI, Refused

TICKETS = 3000
CHUNK = 5000
AT_ONCE = 20_000  # more are written by several processes
CONTACTS = 400  # invented reporters without an account
CHANNELS = {
    Channel.WEB: 42,
    Channel.CODE: 34,
    Channel.PHONE: 14,
    Channel.VISIT: 7,
    Channel.PAPER: 3,
    Channel.API: 4,
}
Contact = tuple[str, str, str]  # channel, name, phone


@dataclass
class Seeded:
    district: District
    people: People
    tickets: int
    open311_key: str


def seed(
    *,
    at: datetime,
    tickets: int = TICKETS,
    seed_text: str = "璧山",
    compounds: int = COMPOUNDS,
    registers: int = REGISTERS,
    assemblies: bool = True,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Seeded:
    """Fill an empty database, in one transaction unless it is a large one. `tell` hears how far."""
    at = at.astimezone(SHANGHAI)
    with transaction.atomic():
        seeding = _found(seed_text, at, compounds=compounds, registers=registers)
        tell(f"{compounds} compounds, {len(seeding.people.persons)} people.")
        planned = seeding.plan(tickets)
        if tickets:
            count_on_from(tickets)
        if tickets <= AT_ONCE:
            seeding.write(planned, _starts(tickets), tell)
    if tickets > AT_ONCE:
        seeding.write_side_by_side(planned, _starts(tickets), tell)
    with transaction.atomic():
        if registers and assemblies:
            hold_assemblies(seeding.district, seeding.people, seed_text, at=at)
            tell("The owners' votes: written.")
        show_handling(seeding.district, seeding.people, at=at)
        fill_inboxes(seeding.district, seeding.people, at=at)
        tell_the_rest(seeding.district.home, seeding.people, at=at)
        key = open_doors(seeding.district, seeding.people, at=at)
    return Seeded(seeding.district, seeding.people, tickets, key)


def _starts(tickets: int) -> Sequence[int]:
    return range(0, tickets, CHUNK)


def _found(seed_text: str, at: datetime, *, compounds: int, registers: int) -> "Seeding":
    """Everything but the tickets."""
    if Organization.objects.exists():
        raise Refused("数据库里已有组织。演示数据只能放进空数据库：请先运行 make reset。")
    district = build_district(Random(f"{seed_text} places"), compounds=compounds, at=at)
    people = People(Random(f"{seed_text} people"), at=at)
    appoint_everyone(district, people)
    register = fill_register(district, people, compounds=registers)
    people.save()
    register.save()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    write_catalogues(district, people.signed_in["administrator"], at)
    write_announcements(Random(f"{seed_text} announcements"), district, people, at)
    return Seeding(district, people, register, seed_text, at)


class Seeding:
    """The tickets of one seeding, chunk by chunk."""

    def __init__(
        self, district: District, people: People, register: Register, seed_text: str, now: datetime
    ) -> None:
        version = PolicyVersion.objects.in_force(now)
        self.district, self.people, self.register = district, people, register
        self.seed_text, self.now = seed_text, now
        policy = QuickPolicy(version.policy.terms)
        self.calendar = QuickCalendar(**vars(working_calendar()))
        catalogues = list(CatalogueVersion.objects.order_by("in_force_at"))
        self.scene = Scene(policy, self.calendar, people, district.departments, catalogues)
        self.writer = Writer(policy=version.pk, now=now)
        self.reports = reports()
        self.weights = list(accumulate(report.weight for report in self.reports))
        self.contacts = self._invent_contacts()

    def _invent_contacts(self) -> list[tuple[str, str]]:
        rng, first = Random(f"{self.seed_text} contacts"), FIRST_PHONE + 50_000_000
        return [(person_name(rng), str(first + number)) for number in range(CONTACTS)]

    def plan(self, tickets: int) -> list[Planned]:
        return plan_tickets(
            Random(f"{self.seed_text} tickets"),
            tickets=tickets,
            compounds=len(self.district.sites),
            now=self.now,
            calendar=self.calendar,
        )

    def write_side_by_side(
        self, planned: list[Planned], starts: Sequence[int], tell: Callable[[str], None]
    ) -> None:
        """A process for each core, each with its own connection and its own share of the chunks."""
        connections.close_all()
        count, fork = os.cpu_count() or 1, get_context("fork")
        workers = [
            fork.Process(target=self.write, args=(planned, starts[share::count], tell))
            for share in range(count)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if any(worker.exitcode for worker in workers):
            raise Refused("演示数据没有写完，请运行 make reset 后重来。")

    def write(
        self, planned: list[Planned], starts: Sequence[int], tell: Callable[[str], None]
    ) -> None:
        for start in starts:
            with transaction.atomic():
                self._write_chunk(planned[start : start + CHUNK], start)
            tell(f"{start + 1} to {min(start + CHUNK, len(planned))}: written.")

    def _write_chunk(self, planned: list[Planned], start: int) -> None:
        rng = Random(f"{self.seed_text} chunk {start}")
        keys = new_keys(len(planned))
        for number, (key, ticket) in enumerate(zip(keys, planned, strict=True), start=start + 1):
            story = self._tell_story(rng, ticket)
            self.writer.add(key, number, story, self._contact(rng, story))
        self.writer.send()

    def _tell_story(self, rng: Random, planned: Planned) -> Story:
        site, exhibit = self.district.sites[planned.rank], planned.exhibit
        if exhibit is None:
            (report,) = rng.choices(self.reports, cum_weights=self.weights)
            story = Story(
                self.scene, rng, site, report, planned.filed_at, self._reporter(rng, site)
            )
            live(story, until=self.now)
            return story
        reporter = self.people.signed_in["resident"] if exhibit.is_residents else None
        story = Story(self.scene, rng, site, exhibit.report, planned.filed_at, reporter)
        if exhibit.is_public:
            story.visibility = Visibility.NAMELESS
        enact(story, exhibit, now=self.now)
        return story

    def _reporter(self, rng: Random, site: Site) -> Person | None:
        """Where a register stands some have an account; elsewhere nobody needs one."""
        dwellers = self.register.dwellers.get(site.compound.code)
        return rng.choice(dwellers) if dwellers and rng.random() < 0.25 else None

    def _contact(self, rng: Random, story: Story) -> Contact:
        if story.reporter:
            return rng.choice([Channel.WEB, Channel.CODE]), "", ""
        (channel,) = rng.choices(list(CHANNELS), list(CHANNELS.values()))
        if rng.random() < 0.25:
            return channel, "", ""
        return channel, *rng.choice(self.contacts)


def write_sign_ins(people: People, path: Path) -> None:
    """What the portal announces; passwords, so for the owner's eyes."""
    write_for_owner(people.sign_ins(), path)


def write_for_owner(content: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
