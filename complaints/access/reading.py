"""Which tickets a person sees at all. Out of scope is 404."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404

from complaints.access.posts import HEADS, TREE_STANDINGS, UNIT_ROLES
from complaints.models import (
    Callback,
    Concern,
    Escalation,
    ExternalNumber,
    Part,
    Photo,
    Ticket,
    TicketSupport,
)
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Visibility
from compounds.access import User, active_posts, scope_paths
from compounds.models import Compound, Post
from compounds.models.places import CompoundQuerySet
from compounds.terms import Role

# A picture as pages show it.
PICTURE = {
    "verb": "event__verb",
    "token": "file__token",
    "width": "file__width",
    "height": "file__height",
}


def strands_of(user: User, compounds: Iterable[int] | CompoundQuerySet) -> list[Q]:
    """What the posts let their holder see, part by part; each part has an index of its own.

    `compounds` are those that stand in the trees of the posts.
    """
    posts = active_posts(user)
    trees = [post for post in posts if post.role in TREE_STANDINGS]
    units = {post.organization_id for post in posts if post.role in UNIT_ROLES} | {
        post.organization_id for post in trees
    }
    found = [Q(compound__in=compounds)] if trees else []
    if units:
        supported = TicketSupport.objects.filter(organization__in=units).values("ticket")
        found += [Q(lead__in=units), Q(pk__in=supported)]
    heads = [post for post in posts if post.role in HEADS]
    return found + [_stairs(post) & ~Q(visibility=Visibility.SECRET) for post in heads]


def _stairs(post: Post) -> Q:
    if post.role == Role.GROUP_LEADER:
        return Q(building__group=post.organization_id)
    if post.role == Role.BUILDING_HEAD:
        return Q(building=post.building_id)
    return Q(entrance=post.entrance_id)


def visible_tickets(user: User) -> TicketQuerySet:
    compounds = Compound.objects.within_paths(scope_paths(user, *TREE_STANDINGS))
    reach = Q(pk__in=[])
    for strand in strands_of(user, compounds):
        reach |= strand
    return Ticket.objects.filter(reach)


def ticket_to_read(user: User, code: str) -> Ticket:
    """The ticket, or 404: a stranger must not learn that the code exists."""
    return _only(visible_tickets(user), code)


def ticket_to_look_at(user: User, code: str) -> Ticket:
    """The same with what stands around it, in its own row, so that its page asks little more."""
    here = {"ticket": OuterRef("pk")}
    supports = TicketSupport.objects.filter(**here).order_by("pk")
    photos = Photo.objects.filter(**here).order_by("pk")
    answers = Callback.objects.filter(**here, answered_at__isnull=False).order_by("round")
    levels = Escalation.objects.filter(**here).order_by("at", "level")
    concerns = Concern.objects.filter(**here).order_by("pk")
    numbers = ExternalNumber.objects.filter(**here).order_by("pk")
    parts = Part.objects.filter(Q(whole=OuterRef("pk")) | Q(whole=OuterRef("part__whole")))
    told_with = {"code": "ticket__code", "title": "ticket__title", "state": "ticket__state"}
    merged = Ticket.objects.filter(merged_into=OuterRef("pk")).order_by("pk")
    around = visible_tickets(user).annotate(
        supporting=_rows(supports, "kind", unit="organization__name"),
        pictures=_rows(photos, **PICTURE),
        told=_rows(concerns, "channel", by="entered_by__name"),
        known_as=_rows(numbers, "platform", "number"),
        reached=_rows(levels, "level", "clock", "at"),
        joined=_rows(merged, "code", "filed_at", "text", "visibility"),
        split=_rows(parts.order_by("pk"), **told_with),
        answers=_rows(answers, "round", "solved", "satisfaction", "comment"),
    )
    return _only(around.select_related("part__whole"), code)


def _rows(found: QuerySet[Any], *fields: str, **named: str) -> ArraySubquery:
    """Each row as a dictionary, in an array of the ticket's row."""
    columns = {name: name for name in fields} | named
    return ArraySubquery(found.values(row=JSONObject(**columns)))


def _only(tickets: TicketQuerySet, code: str) -> Ticket:
    found = tickets.select_related("compound__branch", "policy", "assignee").for_list()
    ticket = found.filter(code=code).first()
    if ticket is None:
        raise Http404
    return ticket


def pictures_of(ticket: Ticket) -> list[dict[str, Any]]:
    named = {name: F(column) for name, column in PICTURE.items()}
    found = Photo.objects.filter(ticket=ticket).order_by("pk").values(**named)
    return [dict(one) for one in found]


def photo_to_read(user: User, code: str, token: str) -> Photo:
    ticket = ticket_to_read(user, code)
    return photo_of(ticket, token)


def photo_of(ticket: Ticket, token: str) -> Photo:
    photo = Photo.objects.filter(ticket=ticket, file__token=token).select_related("file").first()
    if photo is None:
        raise Http404
    return photo
