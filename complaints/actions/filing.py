"""A report is written a step at a time, and filed once."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from complaints.actions.history import keep_original, write
from complaints.actions.telling import branch_desk, community_desk, street, tell
from complaints.models import Concern, Draft, Photo, PolicyVersion, Ticket, TicketEvent
from complaints.rules.words import emergency_numbers, title_from
from complaints.terms import Channel, Lane, State, Verb, Visibility
from compounds.accounts.actions import allow
from compounds.files.actions import store_photo
from compounds.models import Compound, Entrance, Person
from compounds.rules import Refused, local_day, masked_text
from compounds.terms import Role

PHOTOS_A_REPORT = 3
REPORTS_PER_TEN_MINUTES = 5
TEN_MINUTES = timedelta(minutes=10)


def begin_draft(*, at: datetime, **answers: Any) -> Draft:
    return Draft.objects.create(key=uuid.uuid4(), answers=json.dumps(answers), changed_at=at)


def answers_of(draft: Draft) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads(draft.answers)
    return answers


@transaction.atomic
def save_answers(draft: Draft, *, at: datetime, **answers: Any) -> Draft:
    """Keep what one step asked; the other steps' answers stay as they are."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    draft.answers = json.dumps(answers_of(draft) | answers)
    draft.changed_at = at
    draft.save(update_fields=["answers", "changed_at"])
    return draft


@transaction.atomic
def add_photos(
    draft: Draft, uploads: list[UploadedFile], *, by: Person | None, at: datetime
) -> None:
    """At most three a report."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.photos.count() + len(uploads) > PHOTOS_A_REPORT:
        raise Refused(f"最多放 {PHOTOS_A_REPORT} 张照片，请先删掉一张再加。")
    for upload in uploads:
        Photo.objects.create(draft=draft, file=store_photo(upload, by=by, at=at))


def remove_photo(draft: Draft, token: str) -> None:
    """The stored picture goes with the next clean-up, when nothing points to it."""
    draft.photos.filter(file__token=token, ticket__isnull=True).delete()


@transaction.atomic
def file_concern(draft: Draft, *, reporter: Person | None, address: str, at: datetime) -> Ticket:
    """提交: one ticket for one draft, however often it is sent; so many an address."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if filed := ticket_from(draft):
        return filed
    if not allow("report", address, limit=REPORTS_PER_TEN_MINUTES, per=TEN_MINUTES, at=at):
        raise Refused("十分钟内最多报 5 件事，请稍后再交，已写的不会丢。急事请直接拨打 12345。")
    return file_locked_draft(draft, reporter=reporter, at=at)


def ticket_from(draft: Draft) -> Ticket | None:
    """What the draft became, if it was sent before."""
    filed = Concern.objects.filter(submission_key=draft.key).select_related("ticket").first()
    return filed.ticket if filed else None


def file_locked_draft(
    draft: Draft,
    *,
    reporter: Person | None,
    at: datetime,
    entered_by: Person | None = None,
    role: str = "反映人",
) -> Ticket:
    """The ticket, with whoever reported it, or wrote it down for them by which role.

    The caller holds the draft and counted the attempt.
    """
    answers = answers_of(draft)
    ticket = _new_ticket(answers, at=at)
    Concern.objects.create(
        ticket=ticket,
        text=answers["text"],
        channel=answers.get("channel", Channel.WEB),
        visibility=ticket.visibility,
        reporter=reporter,
        entered_by=entered_by,
        name=answers.get("name", ""),
        phone=answers.get("phone", ""),
        email=answers.get("email", ""),
        filed_at=at,
        submission_key=draft.key,
    )
    draft.photos.update(ticket=ticket)
    event = TicketEvent(ticket=ticket, verb=Verb.FILED, role=role, at=at, to_state=State.FILED)
    if entered_by:
        event.by, event.text = entered_by, Channel(answers["channel"]).label
    write(ticket, event, changed=[])
    keep_original(ticket, answers.get("place", ""))
    tell_of_filing(ticket, at)
    return ticket


def _new_ticket(answers: dict[str, Any], *, at: datetime) -> Ticket:
    compound = Compound.objects.select_related("branch").get(code=answers["compound"])
    entrance = entrance_of(answers, compound)
    text = masked_text(answers["text"])
    return Ticket.objects.create(
        code=next_code(at),
        compound=compound,
        entrance=entrance,
        building_id=entrance.building_id if entrance else None,
        place=masked_text(answers.get("place", "")),
        title=title_from(text),
        text=text,
        visibility=answers.get("visibility", Visibility.NAMELESS),
        category=answers.get("category", ""),
        lane=Lane.URGENT if emergency_numbers(text) else Lane.GENERAL,
        policy=PolicyVersion.objects.in_force(at),
        filed_at=at,
    )


def entrance_of(answers: dict[str, Any], compound: Compound) -> Entrance | None:
    """The stairwell that was chosen, when it is one of the compound's."""
    chosen = str(answers.get("entrance", ""))
    entrances = Entrance.objects.filter(building__compound=compound).select_related("building")
    return entrances.filter(pk=chosen).first() if chosen.isdigit() else None


def next_code(at: datetime) -> str:
    """BS-2026-000173. A sequence never waits; a number lost to a rollback is no harm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('complaints_ticket_number')")
        (number,) = cursor.fetchone()
    return f"BS-{local_day(at).year}-{number:06}"


def tell_of_filing(ticket: Ticket, at: datetime) -> None:
    """急事急办: those above hear of danger at the same moment as the branch."""
    wanted = branch_desk(ticket)
    if ticket.lane == Lane.URGENT:
        wanted |= community_desk(ticket) | street(ticket, Role.DISPATCHER)
    tell(
        wanted,
        ticket,
        event="ticket_filed",
        title=f"居民反映：{ticket.title}",
        body=f"{ticket.where}。{ticket.text}",
        key="filed",
        at=at,
    )


def drop_old_drafts(*, at: datetime) -> int:
    """What was begun long ago and never sent, and what remains of what was."""
    kept = timedelta(days=PolicyVersion.objects.in_force(at).policy.number("keep_draft_days"))
    return Draft.objects.filter(changed_at__lt=at - kept).delete()[0]
