"""拆分: a report that tells of several matters becomes a ticket for each (sample C47)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from complaints.actions.filing import next_code, tell_of_filing
from complaints.actions.following import count_followers
from complaints.actions.history import keep_original, lock, move, write
from complaints.actions.telling import tell_reporters
from complaints.models import Concern, Follow, Part, Photo, Ticket, TicketEvent, TicketSupport
from complaints.models.parts import whole_of
from complaints.rules.moves import state_after
from complaints.rules.repeats import Matter, check_split
from complaints.rules.words import title_from
from complaints.terms import State, Verb
from compounds.models import Person
from compounds.rules import masked_text

# By which deeds a ticket came to where it may be split.
WAYS: dict[str, list[Verb]] = {
    State.FILED: [],
    State.ACCEPTED: [Verb.ACCEPTED],
    State.TO_DISPATCH: [Verb.ACCEPTED, Verb.WHISTLED],
}


@transaction.atomic
def split_ticket(
    ticket: Ticket, *, matters: Sequence[Matter], submission_key: UUID, by: Person, at: datetime
) -> Ticket:
    """The first matter stays with the ticket, its number and its history; each other gets its own."""
    ticket = lock(ticket)
    if Part.objects.filter(submission_key=submission_key).exists():
        return ticket
    state_after(Verb.SPLIT, ticket.state)
    check_split(len(matters))
    first, *others = matters
    parts = []
    for position, matter in enumerate(others, start=2):
        part = _part_of(ticket, matter, by=by, at=at)
        Part.objects.create(
            ticket=part,
            whole=whole_of(ticket),
            at=at,
            submission_key=submission_key,
            position=position,
        )
        _same_people(ticket, part, matter, key=uuid5(submission_key, str(position)))
        tell_of_filing(part, at)
        parts.append(part)
    title = title_from(masked_text(first.text))
    lines = [
        f"拆成 {len(matters)} 件。本件：{title}",
        *(f"{one.code} {one.title}" for one in parts),
    ]
    changes: dict[str, Any] = {"title": title, "category": first.category, "lane": first.lane}
    move(ticket, Verb.SPLIT, by=by, at=at, text="\n".join(lines), **changes)
    tell_reporters(
        ticket,
        event="ticket_split",
        title="您一起说的几件事分开办",
        body=f"一共 {len(matters)} 件，都在 {ticket.code} 的进度里看。",
        key=f"split:{submission_key}",
        at=at,
    )
    return ticket


def _part_of(ticket: Ticket, matter: Matter, *, by: Person, at: datetime) -> Ticket:
    """A ticket that stands where the whole stands, with what was sent along."""
    text = masked_text(matter.text)
    part = Ticket.objects.create(
        code=next_code(at),
        compound=ticket.compound,
        building_id=ticket.building_id,
        entrance_id=ticket.entrance_id,
        place=ticket.place,
        title=title_from(text),
        text=text,
        visibility=ticket.visibility,
        category=matter.category,
        kind=ticket.kind,
        lane=matter.lane,
        policy=ticket.policy,
        filed_at=ticket.filed_at,
    )
    keep_original(part, matter.text)
    for photo in ticket.photos.filter(event=None):
        Photo.objects.create(ticket=part, file_id=photo.file_id)
    for support in ticket.supports.all():
        TicketSupport.objects.create(
            ticket=part, organization_id=support.organization_id, kind=support.kind
        )
    _lead_along(part, list(ticket.events.all()))
    move(part, Verb.SPLIT_OFF, by=by, at=at, text=f"从 {ticket.code} 拆出")
    return part


def _lead_along(part: Ticket, history: list[TicketEvent]) -> None:
    """The way of the whole, at the moments when it went: a split gives nobody more time."""
    first, state = history[0], history[-1].to_state
    filed = TicketEvent(ticket=part, verb=Verb.FILED, at=first.at, to_state=State.FILED)
    filed.by, filed.role, filed.text = first.by, first.role, first.text
    write(part, filed, changed=[])
    for verb in WAYS[state]:
        done = [event for event in history if event.verb == verb][-1]
        came = [
            event.at
            for event in history
            if event.to_state == done.to_state != event.from_state and event.verb != Verb.UNMERGED
        ]
        move(part, verb, by=done.by, role=done.role, at=came[-1], text=done.text)


def _same_people(ticket: Ticket, part: Ticket, matter: Matter, *, key: UUID) -> None:
    """Its reporters are the part's, who know it by the same code; its followers follow it too."""
    own = list(ticket.concerns.order_by("pk"))
    followers: dict[str, Follow] = {}
    for concern in Concern.objects.of(ticket).exclude(ticket=ticket):
        given = {"person_id": concern.reporter_id, "phone": concern.phone, "at": concern.filed_at}
        followers[concern.who] = Follow(who=concern.who, **given)
    for follow in Follow.objects.of(ticket):
        given = {"person_id": follow.person_id, "phone": follow.phone, "at": follow.at}
        followers[follow.who] = Follow(who=follow.who, **given)
    for who, follow in followers.items():
        if who not in {concern.who for concern in own}:
            follow.ticket, follow.submission_key = part, uuid5(key, who)
            follow.save(force_insert=True)
    for concern in own:
        concern.submission_key = uuid5(key, str(concern.pk))
        concern.pk, concern.ticket, concern.text = None, part, matter.text
        concern.save(force_insert=True)
    count_followers(part)
