"""Wording and hiding a line of the board. What was reported is never touched."""

from datetime import datetime

from django.db import transaction

from complaints.board.access import post_of_keeper
from complaints.board.models import Entry, EntryEvent
from complaints.board.rules.words import check_words
from complaints.board.terms import ON_BOARD, Verb
from complaints.models import Ticket
from compounds.models import Person
from compounds.rules import Conflict, masked_text


@transaction.atomic
def word_line(ticket: Ticket, *, words: str, reason: str, by: Person, at: datetime) -> None:
    """改写公示: a short line of the branch's own; empty, and only the category stands there."""
    entry = _locked(ticket)
    if words == entry.words:
        return
    check_words(words, [concern.name for concern in ticket.concerns.all()])
    _note(ticket, Verb.WORDED, before=entry.words, after=words, reason=reason, by=by, at=at)
    entry.words = words
    entry.save(update_fields=["words"])


@transaction.atomic
def hide_line(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> None:
    """不公示: with a reason that those above can read; the board says how many were hidden."""
    entry = _locked(ticket)
    if entry.hidden_at:
        raise Conflict("这一条已经不公示了，请看最新情况。")
    reason = masked_text(reason)
    _note(ticket, Verb.HIDDEN, reason=reason, by=by, at=at)
    entry.hidden_at, entry.hidden_reason = at, reason
    entry.save(update_fields=["hidden_at", "hidden_reason"])


@transaction.atomic
def show_line(ticket: Ticket, *, by: Person, at: datetime) -> None:
    entry = _locked(ticket)
    if not entry.hidden_at:
        raise Conflict("这一条正在公示，请看最新情况。")
    _note(ticket, Verb.SHOWN, by=by, at=at)
    entry.hidden_at, entry.hidden_reason = None, ""
    entry.save(update_fields=["hidden_at", "hidden_reason"])


def _locked(ticket: Ticket) -> Entry:
    """The line's own row, made on its first change; the ticket's lock keeps it single."""
    now = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if now.state not in ON_BOARD:
        raise Conflict("这件事现在不在公示栏上，请看最新情况。")
    return Entry.objects.get_or_create(ticket=ticket)[0]


def _note(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Person,
    at: datetime,
    reason: str = "",
    before: str = "",
    after: str = "",
) -> None:
    post = post_of_keeper(by, ticket)
    EntryEvent.objects.create(
        ticket=ticket,
        verb=verb,
        by=by,
        role=f"{post.organization} {post.get_role_display()}",
        at=at,
        before=before,
        after=after,
        reason=masked_text(reason),
    )
