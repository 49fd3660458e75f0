"""What secretaries, communities, dispatchers and units do to a ticket on its way."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from complaints.access.rights import dispatch_level
from complaints.actions.history import lock, move
from complaints.actions.picturing import hang_photos, store_photos
from complaints.actions.telling import (
    branch_desk,
    community_desk,
    street,
    tell,
    tell_reporters,
    unit_staff,
)
from complaints.models import (
    CatalogueVersion,
    Concern,
    Pairing,
    PolicyVersion,
    Ticket,
    TicketSupport,
)
from complaints.rules.moves import check_reply, check_whistle
from complaints.rules.routing import why_lead
from complaints.terms import (
    ClockKind,
    DeclineReason,
    Kind,
    Lane,
    Resolution,
    Support,
    Verb,
)
from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.models import Organization, Person
from compounds.rules import Refused
from compounds.terms import Role


@transaction.atomic
def accept_ticket(
    ticket: Ticket,
    *,
    category: str,
    kind: Kind,
    lane: str = "",
    note: str = "",
    by: Person,
    at: datetime,
) -> Ticket:
    """受理: the compound takes the matter on, and says what it is and how urgent.

    No lane: the one that the rules give the category; a danger stays one.
    """
    ticket = lock(ticket)
    if not lane and ticket.lane != Lane.URGENT:
        lane = PolicyVersion.objects.in_force(at).policy.lane_for(category)
    lane = lane or ticket.lane
    move(ticket, Verb.ACCEPTED, by=by, at=at, text=note, category=category, kind=kind, lane=lane)
    tell_reporters(
        ticket,
        event="ticket_accepted",
        title="您反映的问题已受理",
        body=f"{ticket.title}：小区党支部已受理。",
        key="accepted",
        at=at,
    )
    return ticket


@transaction.atomic
def decline_ticket(
    ticket: Ticket, *, reason: DeclineReason, channel: str, by: Person, at: datetime
) -> Ticket:
    """不予受理: with the reason and the channel that the law provides instead."""
    ticket = lock(ticket)
    move(ticket, Verb.DECLINED, by=by, at=at, text=channel, decline_reason=reason)
    tell_reporters(
        ticket,
        event="ticket_declined",
        title="您反映的事情我们办不了",
        body=f"{DeclineReason(reason).label}。{channel}",
        key="declined",
        at=at,
    )
    return ticket


@transaction.atomic
def take_by_compound(
    ticket: Ticket, *, handler: Organization, note: str, by: Person, at: datetime
) -> Ticket:
    """小区自办: the compound tries first, and says who."""
    ticket = lock(ticket)
    move(
        ticket, Verb.TAKEN_BY_COMPOUND, by=by, at=at, text=note, organization=handler, lead=handler
    )
    tell(
        unit_staff(handler),
        ticket,
        event="ticket_given",
        title=f"请处理：{ticket.title}",
        body=f"{ticket.where}。{note}",
        key=f"taken:{handler.pk}",
        at=at,
    )
    return ticket


@transaction.atomic
def blow_whistle(
    ticket: Ticket, *, reason: str, needs_enforcement: bool, by: Person, at: datetime
) -> Ticket:
    """吹哨: the compound cannot solve it and calls those above. The paired department joins."""
    ticket = lock(ticket)
    own = ticket.clocks.filter(round=ticket.round, kind=ClockKind.COMPOUND).last()
    check_whistle(
        ticket.lane,
        own_due_at=own.due_at if own else None,
        needs_enforcement=needs_enforcement,
        at=at,
    )
    move(ticket, Verb.WHISTLED, by=by, at=at, text=reason, lead=None, assignee=None)
    wanted = community_desk(ticket) | street(ticket, Role.DISPATCHER)
    pairing = (
        Pairing.objects.active(at)
        .filter(compound=ticket.compound)
        .select_related("department")
        .first()
    )
    if pairing:
        add_support(ticket, [pairing.department], Support.COORDINATOR)
        wanted |= unit_staff(pairing.department)
    tell(
        wanted,
        ticket,
        event="ticket_whistled",
        title=f"小区吹哨：{ticket.title}",
        body=f"{ticket.where}。小区说：{reason}",
        key=f"whistled:{ticket.round}:{at.isoformat()}",
        at=at,
    )
    return ticket


def add_support(ticket: Ticket, units: Iterable[Organization], kind: Support) -> None:
    rows = [TicketSupport(ticket=ticket, organization=unit, kind=kind) for unit in units]
    TicketSupport.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def refuse_whistle(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> Ticket:
    """驳回哨: the compound can do this itself; its own clock begins again."""
    ticket = lock(ticket)
    move(ticket, Verb.WHISTLE_REFUSED, by=by, at=at, text=reason)
    tell(
        branch_desk(ticket),
        ticket,
        event="whistle_refused",
        title=f"哨被驳回：{ticket.title}",
        body=reason,
        key=f"refused:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def dispatch_ticket(
    ticket: Ticket,
    *,
    to: Organization,
    co_units: Iterable[Organization] = (),
    lane: str = "",
    note: str = "",
    by: Person,
    at: datetime,
) -> Ticket:
    """派单: one unit leads and its clocks start now; the others support it."""
    ticket = lock(ticket)
    lane = lane or ticket.lane
    if lane == Lane.COMPLEX and lane != ticket.lane and not note:
        raise Refused("定为复杂事项（U4）时，请写明理由。")
    supporting = [unit for unit in co_units if unit != to]
    policy = PolicyVersion.objects.in_force(at)
    catalogue, suggested = CatalogueVersion.objects.suggested(
        category=ticket.category,
        level=dispatch_level(by, ticket),
        branch=ticket.compound.branch,
        at=at,
    )
    why = why_lead(
        category=ticket.get_category_display(),
        version=str(catalogue or ""),
        suggested=str(suggested or ""),
        chosen=str(to),
    )
    move(
        ticket,
        Verb.DISPATCHED,
        by=by,
        at=at,
        text=note,
        organization=to,
        lead=to,
        lane=lane,
        policy=policy,
        catalogue=catalogue,
        why_lead=why,
    )
    add_support(ticket, supporting, Support.CO_UNIT)
    wanted = unit_staff(to)
    for unit in supporting:
        wanted |= unit_staff(unit)
    tell(
        wanted,
        ticket,
        event="ticket_dispatched",
        title=f"部门报到：{ticket.title}",
        links=[("去签收", ticket.deed_url("sign"))],
        body=f"{ticket.where}。主办：{to}。{note}",
        key=f"dispatched:{at.isoformat()}",
        at=at,
    )
    tell_reporters(
        ticket,
        event="ticket_dispatched",
        title="已请部门来办",
        body=f"{ticket.title}：已请{to}来办。",
        key=f"dispatched:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def sign_ticket(ticket: Ticket, *, note: str = "", by: Person, at: datetime) -> Ticket:
    """签收报到: the unit has arrived, and a name answers for it."""
    ticket = lock(ticket)
    move(ticket, Verb.SIGNED, by=by, at=at, text=note, organization=ticket.lead)
    return ticket


@transaction.atomic
def record_contact(
    ticket: Ticket, *, note: str, photos: Sequence[UploadedFile] = (), by: Person, at: datetime
) -> Ticket:
    """联系居民: the first word with the resident, or the first look at the place, as it was."""
    files = store_photos(photos, by=by, at=at)
    ticket = lock(ticket)
    event = move(ticket, Verb.CONTACTED, by=by, at=at, text=note, organization=ticket.lead)
    hang_photos(files, event)
    return ticket


@transaction.atomic
def reply_to_ticket(
    ticket: Ticket,
    *,
    text: str,
    resolution: Resolution,
    promised_on: date | None = None,
    photos: Sequence[UploadedFile] = (),
    by: Person,
    at: datetime,
) -> Ticket:
    """反馈: what was done and how it stands; the branch looks at it before the resident is asked."""
    files = store_photos(photos, by=by, at=at)
    ticket = lock(ticket)
    letters = ticket.policy.policy.number("reply_letters")
    check_reply(text, resolution, has_date=promised_on is not None, letters=letters)
    event = move(
        ticket,
        Verb.REPLIED,
        by=by,
        at=at,
        text=text,
        organization=ticket.lead,
        resolution=resolution,
        promised_on=promised_on,
    )
    hang_photos(files, event)
    tell(
        branch_desk(ticket),
        ticket,
        event="ticket_replied",
        title=f"已反馈，请核对：{ticket.title}",
        body=text,
        key=f"replied:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def send_back(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> Ticket:
    """退回重改: the reply does not answer; its clock goes on as if it had never been given."""
    ticket = lock(ticket)
    move(ticket, Verb.SENT_BACK, by=by, at=at, text=reason, organization=ticket.lead)
    assert ticket.lead is not None  # the database keeps a lead for every ticket in work
    tell(
        unit_staff(ticket.lead),
        ticket,
        event="ticket_sent_back",
        title=f"答复被退回：{ticket.title}",
        body=reason,
        key=f"sent_back:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def reveal_contact(ticket: Ticket, *, reason: str, by: Person, at: datetime) -> list[Concern]:
    """查看联系方式: with a reason, which the secretary and the reporters can read for ever."""
    ticket = lock(ticket)
    move(ticket, Verb.REVEALED, by=by, at=at, text=reason)
    record(by, AuditVerb.REVEALED, ticket, at=at, reason=reason)
    return list(Concern.objects.of(ticket).order_by("pk").select_related("reporter"))
