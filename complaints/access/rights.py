"""Which deed to a ticket a person may do. In scope without the right is 403."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints.access.posts import TREE_STANDINGS, UNIT_ROLES
from complaints.access.reading import ticket_to_read
from complaints.models import Ticket
from complaints.terms import RouteLevel, Standing, Verb
from compounds.access import User, active_posts
from compounds.models import STEP, Organization, Person, Post
from compounds.terms import OrganizationKind, Role

RIGHTS: dict[str, set[Standing]] = {
    Verb.ACCEPTED: {Standing.BRANCH, Standing.COMMUNITY},
    Verb.DECLINED: {Standing.COMMUNITY},
    Verb.TAKEN_BY_COMPOUND: {Standing.BRANCH},
    Verb.WHISTLED: {Standing.BRANCH},
    Verb.WHISTLE_REFUSED: {Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.DISPATCHED: {Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.SIGNED: {Standing.LEAD},
    Verb.CONTACTED: {Standing.LEAD},
    Verb.REPLIED: {Standing.LEAD},
    Verb.SENT_BACK: {Standing.BRANCH, Standing.DISPATCHER},
    Verb.CALLBACK_ASKED: {Standing.BRANCH, Standing.DISPATCHER},
    Verb.ANSWERED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.REOPENED: {Standing.BRANCH, Standing.DISPATCHER},
    Verb.REVEALED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER, Standing.LEAD},
    Verb.ASSIGNED: {Standing.LEAD},
    Verb.TAKEN: {Standing.LEAD},
    Verb.QUESTIONED: {Standing.LEAD},
    Verb.TOLD: {Standing.LEAD, Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.OBJECTED: {Standing.LEAD},
    Verb.RULING_ASKED: {Standing.LEAD},
    Verb.RETURNED: {Standing.DISPATCHER},
    Verb.OBJECTION_REFUSED: {Standing.DISPATCHER},
    Verb.RULED: {Standing.STREET_LEADER, Standing.DISTRICT},
    Verb.REASSIGNED: {Standing.STREET_LEADER, Standing.DISTRICT},
    Verb.EXTENSION_ASKED: {Standing.LEAD},
    Verb.EXTENDED: {Standing.DISPATCHER},
    Verb.EXTENSION_REFUSED: {Standing.DISPATCHER},
    Verb.SHELVING_ASKED: {Standing.LEAD, Standing.DISPATCHER},
    Verb.SHELVED: {Standing.STREET_LEADER},
    Verb.SHELVING_REFUSED: {Standing.STREET_LEADER},
    Verb.SHELF_REVIEWED: {Standing.STREET_LEADER},
    Verb.UNSHELVED: {Standing.STREET_LEADER},
    Verb.CALLED_UNREASONABLE: {
        Standing.LEAD,
        Standing.BRANCH,
        Standing.COMMUNITY,
        Standing.DISPATCHER,
    },
    Verb.FOUND_UNREASONABLE: {Standing.COMMUNITY, Standing.DISPATCHER, Standing.STREET_LEADER},
    Verb.NOTED: set(Standing) - {Standing.REPORTER},
    Verb.CO_ANSWERED: {Standing.SUPPORT},
    Verb.MERGED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.UNMERGED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.JOINED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.NUMBERED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.SPLIT: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.SPLIT_OFF: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.PARTED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
}
# 回访 is never done by the unit that handled it, nor does it decide what it asked for itself.
NEVER_BY_LEAD = {
    Verb.SENT_BACK,
    Verb.CALLBACK_ASKED,
    Verb.ANSWERED,
    Verb.REOPENED,
    Verb.RETURNED,
    Verb.OBJECTION_REFUSED,
    Verb.RULED,
    Verb.REASSIGNED,
    Verb.EXTENDED,
    Verb.EXTENSION_REFUSED,
    Verb.SHELVED,
    Verb.SHELVING_REFUSED,
    Verb.SHELF_REVIEWED,
    Verb.UNSHELVED,
    Verb.FOUND_UNREASONABLE,
}
# A property manager once passed a complainant's number on to the accused: never again.
NO_CONTACT_FOR = {OrganizationKind.PROPERTY_COMPANY, OrganizationKind.OWNERS_COMMITTEE}


def standings(user: User, ticket: Ticket) -> dict[Standing, Post]:
    """What the user is to this ticket, each with the post that makes it so."""
    supporting: set[int] | None = None
    found: dict[Standing, Post] = {}
    for post in active_posts(user):
        standing = TREE_STANDINGS.get(post.role)
        if standing and ticket.compound.branch.path.startswith(post.organization.path):
            found.setdefault(standing, post)
        if post.role in UNIT_ROLES and post.organization_id == ticket.lead_id:
            found.setdefault(Standing.LEAD, post)
        elif post.role in {Role.LIAISON, Role.LEADER}:
            if supporting is None:
                supporting = set(ticket.supports.values_list("organization_id", flat=True))
            if post.organization_id in supporting:
                found.setdefault(Standing.SUPPORT, post)
    return found


def standing_for(user: User, ticket: Ticket, verb: str) -> Post | None:
    """The post by which the user may do the deed; None when they may not."""
    return right_among(standings(user, ticket), verb)


def right_among(held: dict[Standing, Post], verb: str) -> Post | None:
    """Which of the standings held gives the right to the deed."""
    if verb in NEVER_BY_LEAD and Standing.LEAD in held:
        return None
    allowed = [post for standing, post in held.items() if standing in RIGHTS.get(verb, set())]
    if verb == Verb.REVEALED:
        allowed = [post for post in allowed if post.organization.kind not in NO_CONTACT_FOR]
    return allowed[0] if allowed else None


def ticket_for(user: User, code: str, verb: str) -> Ticket:
    """The ticket, for one who may do this deed to it; 404 out of scope, 403 without the right."""
    ticket = ticket_to_read(user, code)
    if standing_for(user, ticket, verb) is None:
        raise PermissionDenied
    return ticket


def may_ever(user: User) -> set[str]:
    """The deeds that some ticket may let this person do; the ticket itself is asked in the end."""
    posts = active_posts(user)
    held = {TREE_STANDINGS[post.role] for post in posts if post.role in TREE_STANDINGS}
    if any(post.role in UNIT_ROLES for post in posts):
        held |= {Standing.LEAD, Standing.SUPPORT}
    return {verb for verb, allowed in RIGHTS.items() if allowed & held}


def dispatch_level(user: User, ticket: Ticket) -> RouteLevel:
    """At which level of 派单目录 this person looks."""
    is_dispatcher = Standing.DISPATCHER in standings(user, ticket)
    return RouteLevel.STREET if is_dispatcher else RouteLevel.COMMUNITY


def units_to_dispatch_to(user: User, ticket: Ticket) -> QuerySet[Organization]:
    """A community sends to its own units, the street to departments as well.

    The district supervisor rules across streets, and so names any community of the district.
    """
    held = standings(user, ticket)
    if Standing.DISTRICT in held:
        return units_around(ticket, depth=1)
    if held.keys() & {Standing.DISPATCHER, Standing.STREET_LEADER}:
        return units_around(ticket)
    return _chosen(_own_units(ticket))


def units_around(ticket: Ticket, *, depth: int = 2) -> QuerySet[Organization]:
    """The compound's own, every department, and the communities of the street, or of the district."""
    path = ticket.compound.branch.path
    departments = Q(kind=OrganizationKind.DEPARTMENT, path__startswith=path[:STEP])
    communities = Q(kind=OrganizationKind.COMMUNITY, path__startswith=path[: depth * STEP])
    return _chosen(_own_units(ticket) | departments | communities)


def _own_units(ticket: Ticket) -> Q:
    path = ticket.compound.branch.path
    bodies = [OrganizationKind.PROPERTY_COMPANY, OrganizationKind.OWNERS_COMMITTEE]
    return Q(path=path[: 3 * STEP]) | Q(path__startswith=path, kind__in=bodies)


def _chosen(units: Q) -> QuerySet[Organization]:
    return Organization.objects.filter(units, is_active=True).order_by("-kind", "path")


def colleagues(ticket: Ticket) -> QuerySet[Person]:
    """Who may be named for a ticket: the people of the unit that leads."""
    posts = Post.objects.active(timezone.now()).filter(
        organization=ticket.lead_id, role__in=UNIT_ROLES
    )
    return Person.objects.filter(pk__in=posts.values("person")).order_by("name")


def handlers_in_compound(ticket: Ticket) -> QuerySet[Organization]:
    """物业、业委会, or the branch itself with its volunteers."""
    kinds = [
        OrganizationKind.PROPERTY_COMPANY,
        OrganizationKind.OWNERS_COMMITTEE,
        OrganizationKind.BRANCH,
    ]
    return Organization.objects.within(ticket.compound.branch).filter(
        kind__in=kinds, is_active=True
    )
