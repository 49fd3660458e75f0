"""疑似重复: reports of the same compound whose words are alike. A person decides."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404

from complaints.access.reading import visible_tickets
from complaints.models import Photo, PolicyVersion, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.rules.limits import Policy
from complaints.rules.words import emergency_numbers
from complaints.terms import Visibility
from compounds.access import User
from compounds.models import Compound

MOST = 3


def alike_for_resident(answers: dict[str, Any], *, at: datetime) -> list[Ticket]:
    """What a report being written may be the same as; nothing secret, and nothing while in danger."""
    words = answers.get("text", "")
    if emergency_numbers(words):
        return []
    policy = PolicyVersion.objects.in_force(at).policy
    # Asked for by its number, so that each part of `fresh` is read from its own index.
    home = Compound.objects.filter(code=answers["compound"]).values("pk")[:1]
    theirs = Ticket.objects.filter(compound=home)
    found = _alike(theirs.exclude(visibility=Visibility.SECRET), words, policy, at)
    return list(found[:MOST])


def _alike(tickets: TicketQuerySet, words: str, policy: Policy, at: datetime) -> TicketQuerySet:
    fresh = tickets.fresh(at, policy.number("alike_days"))
    found = fresh.alike(words, policy.number("alike_percent"))
    return found.select_related("compound", "entrance__building", "building")


def ticket_alike(answers: dict[str, Any], code: str, *, at: datetime) -> Ticket:
    """One of those shown beside a report being written."""
    for ticket in alike_for_resident(answers, at=at):
        if ticket.code == code:
            return ticket
    raise Http404


def first_photo(ticket: Ticket) -> Photo | None:
    """What the reporter saw; a unit's own pictures are not for everybody."""
    photos = ticket.photos.filter(event__isnull=True).select_related("file")
    return photos.order_by("pk").first()


def photo_alike(answers: dict[str, Any], token: str, *, at: datetime) -> Photo:
    for ticket in alike_for_resident(answers, at=at):
        photo = first_photo(ticket)
        if photo and photo.file.token == token:
            return photo
    raise Http404


def targets_of_merge(user: User, ticket: Ticket) -> TicketQuerySet:
    """What this ticket may be merged into by this person."""
    others = visible_tickets(user).open().filter(compound=ticket.compound).exclude(pk=ticket.pk)
    return others.exclude(visibility=Visibility.SECRET)


def alike_for_desk(user: User, ticket: Ticket, *, at: datetime) -> list[Ticket]:
    """The open tickets that this one looks like; of its category, where both have one."""
    same = targets_of_merge(user, ticket)
    if ticket.category:
        same = same.filter(Q(category=ticket.category) | Q(category=""))
    return list(_alike(same, ticket.text, ticket.policy.policy, at)[:MOST])
