"""回访: the resident is asked, answers, and thereby closes the ticket or opens it again."""

from datetime import datetime

from django.db import transaction

from complaints.access.reporters import tap_links
from complaints.access.rights import standing_for
from complaints.actions.escalation import lift
from complaints.actions.history import keep_original, lock, move
from complaints.actions.telling import (
    branch_desk,
    street,
    tell,
    tell_followers,
    tell_own_reporters,
    unit_staff,
)
from complaints.models import Callback, Ticket
from complaints.rules.moves import (
    check_reopening,
    check_second_opinion,
    check_withdrawal,
    demands_redo,
    state_after,
)
from complaints.rules.requests import is_problem
from complaints.terms import ClockKind, Level, Resolution, Satisfaction, Solved, Verb
from compounds.models import Person
from compounds.rules import Conflict, masked_text
from compounds.terms import Role

REPORTER = "反映人"


@transaction.atomic
def ask_callback(ticket: Ticket, *, by: Person | None, at: datetime) -> Ticket:
    """请居民评价: three questions, by signed link or code."""
    ticket = lock(ticket)
    move(ticket, Verb.CALLBACK_ASKED, by=by, at=at)
    Callback.objects.create(ticket=ticket, round=ticket.round, asked_at=at)
    tell_own_reporters(
        ticket,
        event="callback_asked",
        title="问题解决了吗？请您评价",
        body=f"{ticket.title}：已有答复，请说说解决得怎么样，只要三个选择。",
        key=f"callback:{ticket.round}",
        links=tap_links(ticket),
        at=at,
    )
    tell_followers(
        ticket,
        event="ticket_replied_to",
        title="您也遇到的事有了答复",
        body=f"{ticket.title}：已有答复。还没解决，请再报一次。",
        key=f"answered:{ticket.round}",
        at=at,
    )
    return ticket


@transaction.atomic
def answer_callback(
    ticket: Ticket,
    *,
    was_contacted: bool,
    solved: Solved,
    satisfaction: Satisfaction,
    comment: str = "",
    by: Person | None,
    at: datetime,
) -> Ticket:
    """居民评价. Not solved or dissatisfied: done again once by itself, then it climbs to level 3."""
    ticket = lock(ticket)
    words = f"{Solved(solved).label}，{Satisfaction(satisfaction).label}"
    move(ticket, Verb.ANSWERED, by=by, at=at, role="" if by else REPORTER, text=words)
    answered = Callback.objects.open().filter(ticket=ticket, round=ticket.round)
    written = answered.update(
        answered_at=at,
        was_contacted=was_contacted,
        solved=solved,
        satisfaction=satisfaction,
        comment=masked_text(comment),
        by=by,
    )
    if not written:
        raise Conflict("这次评价已经提交过了，谢谢您。")
    keep_original(ticket, comment)
    if not demands_redo(solved, satisfaction) or ticket.resolution == Resolution.UNREASONABLE:
        return close_ticket(ticket, at=at)
    again = ticket.callbacks.dissatisfied().exclude(round=ticket.round).exists()
    return reopen_ticket(ticket, reason=comment or words, by=None, at=at, lift_it=again)


@transaction.atomic
def close_ticket(ticket: Ticket, *, at: datetime) -> Ticket:
    """办结: after the answer, or after silence, which is never counted as consent."""
    ticket = lock(ticket)
    move(ticket, Verb.CLOSED, by=None, at=at, closed_at=at, level=None)
    return ticket


@transaction.atomic
def reopen_ticket(
    ticket: Ticket,
    *,
    reason: str,
    by: Person | None,
    at: datetime,
    role: str = "",
    lift_it: bool = False,
) -> Ticket:
    """重办: another round with half the time, to the same lead and its leader."""
    ticket = lock(ticket)
    check_reopening(ticket.closed_at, at=at, days=ticket.policy.policy.number("reopen_days"))
    move(
        ticket,
        Verb.REOPENED,
        by=by,
        at=at,
        role=role,
        text=reason,
        organization=ticket.lead,
        round=ticket.round + 1,
        closed_at=None,
    )
    assert ticket.lead is not None  # the database keeps a lead for every ticket in work
    leaders = street(ticket, Role.DISPATCHER) | branch_desk(ticket)
    tell(
        unit_staff(ticket.lead) | leaders,
        ticket,
        event="ticket_reopened",
        title=f"要求重办：{ticket.title}",
        body=reason,
        key=f"reopened:{ticket.round}",
        at=at,
    )
    if lift_it or is_problem(redos=ticket.round - 1, units=0, policy=ticket.policy.policy):
        lift(ticket, ClockKind.FINISH, Level.STREET_LEADER, at=at)
    return ticket


@transaction.atomic
def withdraw_ticket(ticket: Ticket, *, reason: str, by: Person | None, at: datetime) -> Ticket:
    """撤回 by the resident; never where life is at stake, nor where others wait too."""
    ticket = lock(ticket)
    check_withdrawal(ticket.lane, followers=ticket.follower_count)
    move(ticket, Verb.WITHDRAWN, by=by, at=at, role=REPORTER, text=reason, level=None)
    return ticket


@transaction.atomic
def remind_of_callback(ticket: Ticket, *, at: datetime) -> Ticket:
    """One reminder, and no second."""
    ticket = lock(ticket)
    move(ticket, Verb.REMINDED, by=None, at=at)
    tell_own_reporters(
        ticket,
        event="callback_reminder",
        title="还等着您的评价",
        body=f"{ticket.title}：解决了吗？没解决可以要求重办。",
        key=f"reminder:{ticket.round}",
        links=tap_links(ticket),
        at=at,
    )
    return ticket


@transaction.atomic
def call_unreasonable(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> Ticket:
    """提出认定不合理: a first person says why, after a reply; a second of another house decides."""
    ticket = lock(ticket)
    state_after(Verb.CALLED_UNREASONABLE, ticket.state)
    post = standing_for(by, ticket, Verb.CALLED_UNREASONABLE)
    move(
        ticket,
        Verb.CALLED_UNREASONABLE,
        by=by,
        at=at,
        text=reason,
        organization=post.organization if post else None,
    )
    return ticket


@transaction.atomic
def find_unreasonable(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> Ticket:
    """认定不合理. It stays counted and listed, and the resident reads why."""
    ticket = lock(ticket)
    state_after(Verb.FOUND_UNREASONABLE, ticket.state)
    post = standing_for(by, ticket, Verb.FOUND_UNREASONABLE)
    house = post.organization if post else None
    of_this_round = ticket.events.filter(at__gte=_round_began(ticket))
    called = of_this_round.filter(verb=Verb.CALLED_UNREASONABLE).last()
    check_second_opinion(
        (called.by_id, called.organization_id) if called else None,
        (by.pk, house.pk if house else None),
    )
    move(
        ticket,
        Verb.FOUND_UNREASONABLE,
        by=by,
        at=at,
        text=reason,
        organization=house,
        resolution=Resolution.UNREASONABLE,
    )
    return ticket


def _round_began(ticket: Ticket) -> datetime:
    again = ticket.events.filter(verb=Verb.REOPENED).last()
    return again.at if again else ticket.filed_at
