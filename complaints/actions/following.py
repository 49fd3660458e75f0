"""我也遇到了: one more resident waits for the same matter, and is told what its reporter is told."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from complaints.actions.history import lock
from complaints.models import Concern, Follow, Ticket
from complaints.models.follows import who_is
from complaints.rules.repeats import check_following
from compounds.accounts.actions import allow
from compounds.models import Person
from compounds.rules import Refused

FOLLOWS_PER_TEN_MINUTES, TEN_MINUTES = 10, timedelta(minutes=10)


@transaction.atomic
def follow_ticket(
    ticket: Ticket,
    *,
    by: Person | None,
    phone: str = "",
    key: uuid.UUID,
    address: str,
    at: datetime,
) -> Follow:
    """One follow for one person, however often they tap; a merged ticket is followed where it went."""
    ticket = lock(ticket.merged_into or ticket)
    check_following(ticket.state)
    who = who_is(by.pk if by else None, phone, key)
    known = Follow.objects.filter(ticket=ticket, who=who).first()
    if known:
        return known
    if not allow("follow", address, limit=FOLLOWS_PER_TEN_MINUTES, per=TEN_MINUTES, at=at):
        raise Refused("这里刚刚点得太多了，请过十分钟再试，或者继续提交您自己的问题。")
    given = {"person": by, "phone": "" if by else phone, "at": at, "submission_key": key}
    follow = Follow.objects.create(ticket=ticket, who=who, **given)
    count_followers(ticket)
    return follow


@transaction.atomic
def leave_phone(follow: Follow, *, phone: str) -> Follow:
    """A follower by code alone wants to be told by SMS."""
    ticket = lock(follow.ticket.merged_into or follow.ticket)
    who = who_is(None, phone, follow.submission_key)
    if Follow.objects.of(ticket).filter(who=who).exclude(pk=follow.pk).exists():
        raise Refused("这个手机号已经在跟着这件事了，有进展会发短信，不用再留。")
    follow.phone, follow.who = phone, who
    follow.save(update_fields=["phone", "who"])
    count_followers(ticket)
    return follow


def count_followers(ticket: Ticket) -> None:
    """How many others wait for a locked ticket: each person once, and not its own reporters."""
    own = {concern.who for concern in ticket.concerns.all()}
    waiting = {concern.who for concern in Concern.objects.of(ticket)}
    waiting |= {follow.who for follow in Follow.objects.of(ticket)}
    ticket.follower_count = len(waiting - own)
    ticket.save(update_fields=["follower_count"])
