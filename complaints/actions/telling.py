"""Who hears of what. A notice row is the message; a sweep delivers it."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from complaints.access.reporters import following_path, tracking_path
from complaints.models import Concern, Follow, Ticket
from complaints.terms import NATURAL_LANES, ClockKind, Level
from compounds.models import STEP, Organization, Person, Post
from compounds.notices.actions import notify, notify_phone
from compounds.notices.actions.writing import Links
from compounds.rules import PHONE, masked_text
from compounds.terms import Role

UNIT_STAFF = [
    Role.LIAISON,
    Role.COMPANY_STAFF,
    Role.CHAIR,
    Role.COMMITTEE_MEMBER,
    Role.BRANCH_SECRETARY,
]
COMMUNITY = [Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF]


def _in(path: str, *roles: str) -> Q:
    return Q(organization__path=path, role__in=roles)


def branch_desk(ticket: Ticket) -> Q:
    return _in(ticket.compound.branch.path, Role.BRANCH_SECRETARY)


def community_desk(ticket: Ticket) -> Q:
    return _in(ticket.compound.branch.path[: 3 * STEP], *COMMUNITY)


def street(ticket: Ticket, *roles: str) -> Q:
    return _in(ticket.compound.branch.path[: 2 * STEP], *roles)


def supervisors(ticket: Ticket) -> Q:
    return _in(ticket.compound.branch.path[:STEP], Role.DISTRICT_SUPERVISOR)


def unit_staff(unit: Organization) -> Q:
    return Q(organization=unit, role__in=[*UNIT_STAFF, *COMMUNITY])


def lead_staff(ticket: Ticket) -> Q:
    """Whoever works on it in the unit that leads, and the person named for it."""
    if ticket.lead is None:
        return Q(pk__in=[])
    return unit_staff(ticket.lead) | Q(organization=ticket.lead, person=ticket.assignee)


def handler(ticket: Ticket, clock: str) -> Q:
    """Whose deed a clock waits for; a ticket in the pool is the dispatcher's."""
    if clock == ClockKind.DISPATCH:
        return street(ticket, Role.DISPATCHER) | community_desk(ticket)
    if clock == ClockKind.RULING:
        return street(ticket, Role.STREET_LEADER)
    if clock == ClockKind.SHELF:
        return lead_staff(ticket) | street(ticket, Role.DISPATCHER)
    if ticket.lead and clock != ClockKind.ACCEPT:
        return lead_staff(ticket)
    return branch_desk(ticket)


def superior(ticket: Ticket, clock: str) -> Q:
    """分管领导: of the unit that leads, of the pool, or of the branch."""
    if clock == ClockKind.DISPATCH:
        return street(ticket, Role.STREET_LEADER)
    if clock == ClockKind.RULING:
        return supervisors(ticket)
    if clock == ClockKind.SHELF:
        return Q(organization=ticket.lead, role=Role.LEADER) | street(ticket, Role.STREET_LEADER)
    if ticket.lead and clock != ClockKind.ACCEPT:
        return Q(organization=ticket.lead, role=Role.LEADER) | branch_desk(ticket)
    return community_desk(ticket)


def told_at(level: int, ticket: Ticket, clock: str) -> Q:
    """The ladder (tickets.md §5): each level tells those below as well."""
    told = handler(ticket, clock)
    if level >= Level.REMINDED:
        told |= superior(ticket, clock)
    if level >= Level.SUPERVISED:
        told |= street(ticket, Role.STREET_OFFICIAL, Role.DISPATCHER)
    if level >= Level.STREET_LEADER:
        told |= street(ticket, Role.STREET_LEADER)
    if level >= Level.DISTRICT:
        told |= supervisors(ticket)
    return told


def holders(wanted: Q, at: datetime) -> list[Person]:
    posts = Post.objects.active(at).filter(wanted).select_related("person")
    return list({post.person_id: post.person for post in posts}.values())


def tell(
    wanted: Q,
    ticket: Ticket,
    *,
    event: str,
    title: str,
    body: str,
    key: str,
    at: datetime,
    links: Links = (),
) -> None:
    """A notice to each holder of the posts wanted, numbers masked; urgent where the lane is."""
    notify(
        to=holders(wanted, at),
        event=event,
        title=masked_text(title),
        body=masked_text(body),
        url=ticket.get_absolute_url(),
        key=f"{ticket.code}:{key}",
        at=at,
        is_urgent=ticket.lane in NATURAL_LANES,
        links=links,
    )


def tell_reporters(
    ticket: Ticket,
    *,
    event: str,
    title: str,
    body: str,
    key: str,
    at: datetime,
    links: Links = (),
) -> None:
    """Each reporter and follower, by their account or else by phone; never by name."""
    message: dict[str, Any] = {"event": event, "title": title, "body": body, "key": key, "at": at}
    tell_own_reporters(ticket, links=links, **message)
    tell_followers(ticket, **message)


def tell_own_reporters(ticket: Ticket, *, key: str, **message: Any) -> None:
    """Those who may answer for the matter: whoever reported this very ticket."""
    for concern in ticket.concerns.select_related("reporter"):
        unique, url = f"{ticket.code}:{key}:{concern.pk}", tracking_path(ticket)
        _tell_one(concern.reporter, concern.phone, key=unique, url=url, **message)


def tell_followers(ticket: Ticket, *, key: str, **message: Any) -> None:
    """Those who met the same, and the reporters of what was merged into it; each once."""
    told = {concern.who for concern in ticket.concerns.all()}
    merged = Concern.objects.of(ticket).exclude(ticket=ticket)
    others: list[tuple[str, Person | None, str, str]] = [
        (one.who, one.reporter, one.phone, tracking_path(one.ticket))
        for one in merged.select_related("ticket", "reporter")
    ]
    follows = Follow.objects.of(ticket).select_related("person", "ticket")
    others += [(one.who, one.person, one.phone, following_path(one)) for one in follows]
    for who, person, phone, url in others:
        if who not in told:
            _tell_one(person, phone, key=f"{ticket.code}:{key}:{who}", url=url, **message)
        told.add(who)


def _tell_one(person: Person | None, phone: str, **message: Any) -> None:
    if person:
        notify(to=[person], **message)
    elif PHONE.fullmatch(phone):  # other systems also hand on what takes no SMS
        notify_phone(phone=phone, **message)
