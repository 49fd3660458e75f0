"""What stands in a person's calendar and news: composed here, for it comes from several apps.

Meetings and shifts join by one more function in SOURCES. Words leave the house with these feeds, so
they name a matter and a compound, and never a person, a room or what was written in confidence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from xml.etree import ElementTree

from django.conf import settings
from icalendar import Calendar, Event

from complaints.access.desk import tickets_waiting_for
from complaints.access.reporters import reported_by
from complaints.models import Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Visibility
from complaints.views.parcel import RESIDENT_STATES
from compounds.feeds.models import Feed
from compounds.models import Person
from compounds.rules import SHANGHAI
from compounds.templatetags.words import due

LONGEST = 200
LENGTH = timedelta(minutes=30)  # of an entry that is a moment: it ends at the deadline
ATOM = "http://www.w3.org/2005/Atom"
HOST = settings.SITE_ADDRESS.split("//")[-1].split(":")[0]


@dataclass(frozen=True)
class Occasion:
    """Something that happens, is due, or has changed."""

    key: str
    title: str
    text: str
    path: str
    changed_at: datetime
    ends_at: datetime | None = None


def deadlines(person: Person, at: datetime) -> list[Occasion]:
    """待我处理: what waits for this person's posts now, the least time left first."""
    waiting = tickets_waiting_for(person, at=at)
    return [
        Occasion(
            key=f"desk-{ticket.code}",
            title=f"{ticket.get_state_display()}：{_title(ticket)}",
            text=_text(ticket),
            path=ticket.get_absolute_url(),
            changed_at=ticket.changed_at,  # type: ignore[attr-defined]
            ends_at=ticket.due_at,
        )
        for ticket in _dated(waiting)
    ]


def reports(person: Person, at: datetime) -> list[Occasion]:
    """我的问题: how what I reported stands."""
    return [
        Occasion(
            key=f"mine-{ticket.code}",
            title=f"{RESIDENT_STATES[ticket.state][0]}：{_title(ticket)}",
            text=f"编号 {ticket.code}",
            path=f"/track/{ticket.code}/",
            changed_at=ticket.changed_at,  # type: ignore[attr-defined]
        )
        for ticket in _dated(reported_by(person))
    ]


SOURCES: list[Callable[[Person, datetime], list[Occasion]]] = [deadlines, reports]


def occasions(person: Person, at: datetime) -> list[Occasion]:
    return [one for source in SOURCES for one in source(person, at)]


def _dated(tickets: TicketQuerySet) -> list[Ticket]:
    return list(tickets.with_changed_at().for_list()[:LONGEST])


def _title(ticket: Ticket) -> str:
    """What is not public says nothing of itself on a stranger's server."""
    return "一件不公开的事" if ticket.visibility == Visibility.SECRET else ticket.title


def _text(ticket: Ticket) -> str:
    place = f"{ticket.compound.name}{ticket.building.name if ticket.building else ''}"
    term = f"，{due(ticket.due_at)} 前" if ticket.due_at else ""
    return f"{ticket.code} {place}{term}"


# --- How it is written ------------------------------------------------------------------------


def calendar_of(feed: Feed, found: list[Occasion]) -> bytes:
    """iCalendar, of what has a moment. The same occasions give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//bizhan//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "璧山小区治理")
    for one in found:
        if one.ends_at:
            calendar.add_component(_event(one, one.ends_at))
    content: bytes = calendar.to_ical()
    return content


def _event(one: Occasion, ends_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{one.key}@{HOST}")
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("dtstart", ends_at - LENGTH)
    event.add("dtend", ends_at)
    event.add("summary", one.title)
    event.add("description", one.text)
    event.add("url", f"{settings.SITE_ADDRESS}{one.path}")
    return event


def news_of(feed: Feed, found: list[Occasion]) -> bytes:
    """Atom, the last changed first."""
    ElementTree.register_namespace("", ATOM)
    latest = sorted(found, key=lambda one: one.changed_at, reverse=True)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "id", f"tag:{HOST},2026:feed-{feed.pk}")
    _add(root, "title", "璧山小区治理")
    _add(root, "updated", _written(latest[0].changed_at if latest else feed.made_at))
    _add(_add(root, "author"), "name", "璧山小区治理")
    for one in latest:
        entry = _add(root, "entry")
        _add(entry, "id", f"tag:{HOST},2026:{one.key}")
        _add(entry, "title", one.title)
        _add(entry, "updated", _written(one.changed_at))
        _add(entry, "summary", one.text)
        _add(entry, "link").set("href", f"{settings.SITE_ADDRESS}{one.path}")
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = text or None
    return child


def _written(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def tag_of(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'
