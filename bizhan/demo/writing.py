"""Tickets into the tables by COPY: a story's values, row by row."""

import io
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from bizhan.demo.stories import Story
from complaints.models import (
    Callback,
    Concern,
    Escalation,
    Extension,
    ExternalNumber,
    Objection,
    Shelving,
    Ticket,
    TicketClock,
    TicketEvent,
    TicketSupport,
)
from complaints.rules.words import title_from
from complaints.terms import ENTERED, Channel, Platform, Verb
from compounds.rules import SHANGHAI, masked_text

Fields = tuple[str, ...]
_TICKET: Fields = (
    "id", "code", "compound", "building", "entrance", "place", "title", "text", "visibility",
    "category", "kind", "lane", "state", "round", "level", "lead", "policy", "catalogue",
    "why_lead", "filed_at", "warn_at",
    "due_at", "closed_at", "resolution", "promised_on", "decline_reason",
)  # fmt: skip
_CONCERN: Fields = (
    "ticket", "text", "channel", "visibility", "reporter", "entered_by", "name", "phone", "filed_at",
    "submission_key",
)  # fmt: skip
_EVENT: Fields = (
    "ticket", "verb", "by", "role", "at", "from_state", "to_state", "organization", "lane", "kind",
    "text", "until_on", "due_before", "due_after",
)  # fmt: skip
_CLOCK: Fields = (
    "ticket", "round", "kind", "run", "started_at", "warn_at", "due_at", "paused_at", "stopped_at",
    "level", "next_at", "is_estimate", "reckoned_at",
)  # fmt: skip
_ESCALATION: Fields = ("ticket", "round", "clock", "run", "level", "fell_due_at", "at", "is_told")
_CALLBACK: Fields = (
    "ticket", "round", "asked_at", "answered_at", "was_contacted", "solved", "satisfaction",
    "comment", "by",
)  # fmt: skip
_NUMBER: Fields = ("ticket", "platform", "number", "by", "added_at")
_REQUEST: Fields = (
    "ticket", "unit", "text", "by", "asked_at", "outcome", "decided_at", "decided_by", "answer",
)  # fmt: skip
_OF_REQUEST: dict[type[models.Model], Fields] = {
    Objection: ("reason", "suggested", "is_for_ruling"),
    Extension: ("until_on",),
    Shelving: ("reason", "keeper", "review_on"),
}
_SUPPORT: Fields = ("ticket", "organization", "kind")


class Sheet:
    """Rows of one table, in PostgreSQL's own text format.

    The words are ours and hold no tab, no line break and no backslash, so nothing is escaped.
    """

    def __init__(self, model: type[models.Model], fields: Fields) -> None:
        columns = [str(_field(model, name).column) for name in fields]
        self.command = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
        self.lines: list[str] = []

    def add(self, *values: Any) -> None:
        cells = [value if type(value) is str else _cell(value) for value in values]
        self.lines.append("\t".join(cells))

    def send(self, cursor: CursorWrapper) -> None:
        cursor.copy_expert(self.command, io.StringIO("\n".join([*self.lines, ""])))
        self.lines.clear()


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


@lru_cache(maxsize=100_000, typed=True)
def _cell(value: Any) -> str:
    """Most moments stand in several rows of a ticket."""
    return "\\N" if value is None else str(value)


@lru_cache(maxsize=20_000)
def _encrypted(field: str, value: str) -> str:
    return str(_field(Concern, field).get_prep_value(value))


class Writer:
    """Collects stories and writes them, parents first."""

    def __init__(self, *, policy: int, now: datetime) -> None:
        self.policy, self.now = policy, now
        self.tickets = Sheet(Ticket, _TICKET)
        self.concerns = Sheet(Concern, _CONCERN)
        self.events = Sheet(TicketEvent, _EVENT)
        self.clocks = Sheet(TicketClock, _CLOCK)
        self.escalations = Sheet(Escalation, _ESCALATION)
        self.callbacks = Sheet(Callback, _CALLBACK)
        self.supports = Sheet(TicketSupport, _SUPPORT)
        self.numbers = Sheet(ExternalNumber, _NUMBER)
        self.requests = {
            model: Sheet(model, _REQUEST + more) for model, more in _OF_REQUEST.items()
        }

    def add(self, pk: int, number: int, story: Story, contact: tuple[str, str, str]) -> None:
        channel, life = contact[0], story.life
        self._add_ticket(pk, number, story)
        clerk = self._enter(pk, number, story, channel) if channel in ENTERED else None
        self._add_concern(pk, story, clerk, *contact)
        for event in life.events:
            self.events.add(pk, *event)
        for row in life.reached:
            self.escalations.add(pk, *row)
        for unit, kind in life.supports.items():
            self.supports.add(pk, unit, kind)
        for asked in life.callbacks:
            self.callbacks.add(pk, *vars(asked).values())
        for request in life.requests:
            values = vars(request).copy()
            model, more = values.pop("model"), values.pop("more")
            self.requests[model].add(pk, *values.values(), *more)
        for clock in life.replay.clocks.values():
            self.clocks.add(
                pk,
                clock.round,
                clock.kind.value,
                clock.run,
                clock.started_at,
                clock.warn_at,
                clock.due_at,
                clock.paused_at,
                clock.stopped_at,
                life.levels.get(clock.key, -1),
                life.next_at(clock),
                clock.is_estimate,
                self.now,
            )

    def _add_ticket(self, pk: int, number: int, story: Story) -> None:
        life, text = story.life, masked_text(story.text)
        year = life.filed_at.astimezone(SHANGHAI).year
        self.tickets.add(
            pk,
            f"BS-{year}-{number:06}",
            story.site.compound.pk,
            story.building.pk,
            story.entrance.pk,
            story.place,
            title_from(text),
            text,
            story.visibility,
            life.category,
            life.kind,
            life.lane,
            life.state,
            life.round,
            life.level,
            life.lead,
            self.policy,
            story.catalogue.pk if story.catalogue else None,
            story.why_lead,
            life.filed_at,
            life.warn_at,
            life.due_at,
            life.closed_at,
            life.resolution,
            life.promised_on,
            life.decline_reason,
        )

    def _enter(self, pk: int, number: int, story: Story, channel: str) -> int | None:
        """代录: the secretary wrote it down; what was said by telephone came from the hotline."""
        hand, filed = story.secretary, story.life.events[0]
        story.life.events[0] = filed._replace(
            by=hand.person, role=hand.role, text=Channel(channel).label
        )
        if channel == Channel.PHONE:
            hotline = Platform.HOTLINE
            known_as = f"CQ{filed.at:%Y%m%d}{number:07}"
            self.numbers.add(pk, hotline.value, known_as, hand.person, filed.at)
            numbered = story.life.events[0]._replace(
                verb=Verb.NUMBERED.value,
                from_state=filed.to_state,
                text=hotline.label,
                due_before=filed.due_after,
            )
            story.life.events.insert(1, numbered)
        return hand.person

    def _add_concern(
        self, pk: int, story: Story, clerk: int | None, channel: str, name: str, phone: str
    ) -> None:
        self.concerns.add(
            pk,
            _encrypted("text", story.text),
            channel,
            story.visibility,
            story.reporter.pk if story.reporter else None,
            clerk,
            _encrypted("name", name),
            _encrypted("phone", phone),
            story.life.filed_at,
            uuid.UUID(int=story.rng.getrandbits(128), version=4),
        )

    def send(self) -> None:
        """Write what was collected, and have its references checked now, not all at the end."""
        sheets = [
            self.tickets, self.concerns, self.events, self.clocks, self.escalations,
            self.callbacks, self.supports, self.numbers, *self.requests.values(),
        ]  # fmt: skip
        with connection.cursor() as cursor:
            for sheet in sheets:
                sheet.send(cursor)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def new_keys(count: int) -> Sequence[int]:
    """Primary keys for so many tickets, taken from the sequence that gives them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Ticket._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def count_on_from(number: int) -> None:
    """The next ticket filed takes the next number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('complaints_ticket_number', %s)", [number])
