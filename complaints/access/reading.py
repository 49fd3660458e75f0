"""Which tickets a person sees at all. Out of scope is 404."""

from django.db.models import Q
from django.http import Http404

from complaints.access.posts import HEADS, TREE_STANDINGS, UNIT_ROLES
from complaints.models import Photo, Ticket, TicketSupport
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Visibility
from compounds.access import User, active_posts
from compounds.models import Compound, Post
from compounds.terms import Role


def _reach(post: Post) -> Q:
    """The tickets that one post lets its holder see."""
    if post.role in TREE_STANDINGS:
        return Q(compound__in=Compound.objects.within(post.organization)) | _given_to(post)
    if post.role in HEADS:
        return _stairs(post) & ~Q(visibility=Visibility.SECRET)
    if post.role in UNIT_ROLES:
        return _given_to(post)
    return Q(pk__in=[])


def _given_to(post: Post) -> Q:
    unit = post.organization_id
    supported = TicketSupport.objects.filter(organization=unit).values("ticket")
    return Q(lead=unit) | Q(pk__in=supported)


def _stairs(post: Post) -> Q:
    if post.role == Role.GROUP_LEADER:
        return Q(building__group=post.organization_id)
    if post.role == Role.BUILDING_HEAD:
        return Q(building=post.building_id)
    return Q(entrance=post.entrance_id)


def visible_tickets(user: User) -> TicketQuerySet:
    reach = Q(pk__in=[])
    for post in active_posts(user):
        reach |= _reach(post)
    return Ticket.objects.filter(reach)


def ticket_to_read(user: User, code: str) -> Ticket:
    """The ticket, or 404: a stranger must not learn that the code exists."""
    found = visible_tickets(user).select_related("compound__branch", "policy").for_list()
    ticket = found.filter(code=code).first()
    if ticket is None:
        raise Http404
    return ticket


def photo_to_read(user: User, code: str, token: str) -> Photo:
    ticket = ticket_to_read(user, code)
    return photo_of(ticket, token)


def photo_of(ticket: Ticket, token: str) -> Photo:
    photo = Photo.objects.filter(ticket=ticket, file__token=token).select_related("file").first()
    if photo is None:
        raise Http404
    return photo
