"""并单: two reports of one matter go on as one, and come apart again when that was wrong."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from complaints.actions.following import count_followers
from complaints.actions.history import lock_all, move
from complaints.actions.telling import tell_reporters
from complaints.models import Ticket
from complaints.rules.repeats import check_merge
from complaints.terms import Verb
from compounds.models import Person
from compounds.rules import Conflict


@transaction.atomic
def merge_ticket(ticket: Ticket, *, into: Ticket, by: Person, at: datetime) -> Ticket:
    """并单: its clocks stop, its number leads to the other, and its reporters follow that one."""
    is_same = ticket.pk == into.pk
    ticket, target = lock_all(ticket, into)
    check_merge(
        is_same=is_same,
        in_one_compound=ticket.compound_id == target.compound_id,
        target_state=target.state,
        target_visibility=target.visibility,
        has_merged=ticket.merged.exists(),
    )
    text = f"并入 {target.code} {target.title}"
    move(ticket, Verb.MERGED, by=by, at=at, text=text, merged_into=target, level=None)
    # The other's readers may not all read this one: its number says enough.
    move(target, Verb.JOINED, by=by, at=at, text=f"{ticket.code} 并入")
    count_followers(target)
    tell_reporters(
        ticket,
        event="ticket_merged",
        title="您反映的事和另一件一起办",
        body=f"{ticket.title}：和 {target.code} 是同一件事，已并到一起办。进展照样告诉您。",
        key=f"merged:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def unmerge_ticket(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> Ticket:
    """撤销并单: back to where it stood, with its clocks as if they had never stopped."""
    if ticket.merged_into is None:
        raise Conflict("这件事已经分开了，请看最新进展。")
    ticket, target = lock_all(ticket, ticket.merged_into)
    if ticket.merged_into_id != target.pk:
        raise Conflict("这件事刚刚有人处理过，请看最新进展。")
    merged = ticket.events.filter(verb=Verb.MERGED).last()
    level = ticket.escalations.filter(round=ticket.round).aggregate(highest=Max("level"))
    move(
        ticket,
        Verb.UNMERGED,
        by=by,
        at=at,
        text=reason,
        before=merged.from_state if merged else "",
        merged_into=None,
        level=level["highest"],
    )
    move(target, Verb.PARTED, by=by, at=at, text=f"{ticket.code} 分出")
    count_followers(target)
    tell_reporters(
        ticket,
        event="ticket_unmerged",
        title="您反映的事分开单独办",
        body=f"{ticket.title}：看过以后不是同一件事，重新单独办。",
        key=f"unmerged:{at.isoformat()}",
        at=at,
    )
    return ticket
