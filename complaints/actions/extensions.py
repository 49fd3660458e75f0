"""延期: more time, asked for before the end and granted by the dispatcher, told to the resident."""

from datetime import date, datetime

from django.db import transaction

from complaints.actions.history import lock, move, played
from complaints.actions.requests import decide, is_running, open_request
from complaints.actions.telling import lead_staff, street, tell, tell_reporters
from complaints.models import Extension, Ticket
from complaints.rules import requests as rules
from complaints.rules.clocks import Clock, end_of
from complaints.rules.moves import state_after
from complaints.terms import ClockKind, Outcome, Verb
from compounds.models import Person, working_calendar
from compounds.rules import Conflict
from compounds.templatetags.words import due
from compounds.terms import Role


def check_early(ticket: Ticket, at: datetime) -> Clock:
    """Whether the term may still be moved. Gives the clock of the answer."""
    replay = played(ticket)
    clock = replay.current(replay.answering)
    return rules.check_early(ticket.lane, clock, policy=ticket.policy.policy, at=at)


def check(ticket: Ticket, until_on: date, *, at: datetime) -> datetime:
    """Whether the term may be moved to the day. Gives its end as it is."""
    clock = check_early(ticket, at)
    policy = ticket.policy.policy
    rules.check_new_day(until_on, clock, policy=policy, calendar=working_calendar())
    return clock.due_at


@transaction.atomic
def ask_extension(
    ticket: Ticket, *, until_on: date, text: str, by: Person, at: datetime
) -> Extension:
    """申请延期, with the reason that the resident will read."""
    ticket = lock(ticket)
    state_after(Verb.EXTENSION_ASKED, ticket.state)
    ends_at = check(ticket, until_on, at=at)
    extension = open_request(Extension, ticket, text=text, by=by, at=at, until_on=until_on)
    move(
        ticket,
        Verb.EXTENSION_ASKED,
        by=by,
        at=at,
        organization=ticket.lead,
        text=text,
        until_on=until_on,
    )
    tell(
        street(ticket, Role.DISPATCHER),
        ticket,
        event="extension_asked",
        title=f"申请延期：{ticket.title}",
        body=f"{ticket.lead}申请延期。{moved_words(ends_at, until_on)}{text}",
        key=f"extension_asked:{at.isoformat()}",
        at=at,
    )
    return extension


@transaction.atomic
def answer_extension(
    ticket: Ticket, *, grants: bool, answer: str, by: Person, at: datetime
) -> Ticket:
    """答复延期申请: granted, the term moves, and the resident reads the old day, the new one and why."""
    ticket = lock(ticket)
    state_after(Verb.EXTENDED, ticket.state)
    if not is_running(ticket, ClockKind.EXTENSION):
        raise Conflict("没有等您答复的延期申请。可能已经答复，或者已经失效。")
    outcome = Outcome.GRANTED if grants else Outcome.REFUSED
    extension = decide(Extension, ticket, outcome, answer, by=by, at=at)
    if grants:
        extend(ticket, extension, by=by, at=at)
    else:
        move(ticket, Verb.EXTENSION_REFUSED, by=by, at=at, text=answer, organization=ticket.lead)
    tell(
        lead_staff(ticket),
        ticket,
        event="extension_answered",
        title=f"{'同意' if grants else '不同意'}延期：{ticket.title}",
        body=answer,
        key=f"extension:{at.isoformat()}",
        at=at,
    )
    return ticket


def extend(ticket: Ticket, extension: Extension, *, by: Person, at: datetime) -> None:
    words = moved_words(check(ticket, extension.until_on, at=at), extension.until_on)
    text = f"{words}{extension.text}"
    move(
        ticket,
        Verb.EXTENDED,
        by=by,
        at=at,
        text=text,
        organization=ticket.lead,
        until_on=extension.until_on,
    )
    tell_reporters(
        ticket,
        event="ticket_extended",
        title="答复时间要晚几天",
        body=f"{ticket.title}：{text}",
        key=f"extended:{at.isoformat()}",
        at=at,
    )


def moved_words(ended_at: datetime, until_on: date) -> str:
    """The old day and the new one, as the resident reads them."""
    return f"原定 {due(ended_at)} 前答复。改到 {due(end_of(until_on))} 前。"


@transaction.atomic
def lapse_extension(ticket: Ticket, *, at: datetime) -> Ticket:
    """Nobody answered in time: the term stands."""
    ticket = lock(ticket)
    move(ticket, Verb.EXTENSION_LAPSED, by=None, at=at, organization=ticket.lead)
    tell(
        lead_staff(ticket),
        ticket,
        event="extension_answered",
        title=f"延期申请失效：{ticket.title}",
        body="没有在期限内答复，仍按原来的期限办。",
        key=f"extension:{at.isoformat()}",
        at=at,
    )
    return ticket
