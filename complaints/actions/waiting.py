"""等居民: a question to the resident; the clock of the answer rests until they say, or three days."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from complaints.actions.history import lock, move, played
from complaints.actions.picturing import hang_photos
from complaints.actions.requests import is_running
from complaints.actions.telling import branch_desk, lead_staff, tell, tell_own_reporters
from complaints.models import Ticket, TicketEvent
from complaints.rules.moves import may_follow, state_after
from complaints.rules.requests import check_wait
from complaints.terms import ClockKind, Verb
from compounds.files.models import StoredFile
from compounds.models import Person
from compounds.rules import Conflict


def check(ticket: Ticket, at: datetime) -> None:
    """Whether the clock of the answer may rest for the resident now."""
    replay = played(ticket)
    clock = replay.current(replay.answering)
    check_wait(ticket.lane, clock, replay.waits(), ticket.policy.policy)


@transaction.atomic
def ask_resident(ticket: Ticket, *, question: str, by: Person, at: datetime) -> Ticket:
    """请居民补充: what the unit must know before it can go on."""
    ticket = lock(ticket)
    state_after(Verb.QUESTIONED, ticket.state)
    check(ticket, at)
    move(ticket, Verb.QUESTIONED, by=by, at=at, organization=ticket.lead, text=question)
    tell_own_reporters(
        ticket,
        event="resident_asked",
        title="办事的人有件事要问您",
        body=f"{ticket.title}：{question}",
        key=f"asked:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def answer_question(
    ticket: Ticket, *, text: str, by: Person | None, at: datetime, role: str = ""
) -> Ticket:
    """居民补充, by the resident or written down by staff: the clock goes on from here."""
    ticket = lock(ticket)
    state_after(Verb.TOLD, ticket.state)
    if not is_running(ticket, ClockKind.WAIT):
        raise Conflict("这个问题已经回答过，或者等的时间已经过了。")
    move(ticket, Verb.TOLD, by=by, at=at, role=role, text=text)
    tell(
        lead_staff(ticket),
        ticket,
        event="resident_told",
        title=f"居民回话了：{ticket.title}",
        body=text,
        key=f"told:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def end_wait(ticket: Ticket, *, at: datetime) -> Ticket:
    """等候期满: no answer came, and the unit goes on with what it knows."""
    ticket = lock(ticket)
    move(ticket, Verb.WAIT_ENDED, by=None, at=at)
    tell(
        lead_staff(ticket),
        ticket,
        event="resident_told",
        title=f"居民没有回话，请继续办：{ticket.title}",
        body="等候期满，答复期限继续计算。",
        key=f"wait_ended:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def add_words(
    ticket: Ticket, *, text: str, files: Iterable[StoredFile] = (), role: str, at: datetime
) -> TicketEvent:
    """补充情况, handed on by another system; where the unit asked something, this is the answer."""
    ticket = lock(ticket)
    is_asked = may_follow(Verb.TOLD, ticket.state) and is_running(ticket, ClockKind.WAIT)
    verb = Verb.TOLD if is_asked else Verb.ADDED
    event = move(ticket, verb, by=None, at=at, role=role, text=text)
    hang_photos(files, event)
    tell(
        lead_staff(ticket) if ticket.lead else branch_desk(ticket),
        ticket,
        event="resident_told" if is_asked else "ticket_added_to",
        title=f"居民补充：{ticket.title}",
        body=text,
        key=f"added:{event.pk}",
        at=at,
    )
    return event
