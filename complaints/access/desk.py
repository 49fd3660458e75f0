"""待我处理: the open tickets on which the next deed is this person's."""

from datetime import datetime

from django.db.models import Q

from complaints.access.posts import TREE_STANDINGS, UNIT_ROLES
from complaints.models import Extension, Objection, Shelving, Ticket
from complaints.models.requests import UnitRequest
from complaints.models.tickets import TicketQuerySet
from complaints.terms import WITH_LEAD, Level, Outcome, Standing, State
from compounds.access import User, active_posts, holds
from compounds.models import Compound, Post
from compounds.terms import OrganizationKind, Role


def _waits_for(post: Post, at: datetime) -> list[Q]:
    """What waits for the holder of one post, strand by strand."""
    in_tree = Q(compound__in=Compound.objects.within(post.organization))
    asked = _asked_of(TREE_STANDINGS.get(post.role), at)
    waiting = [in_tree & one for one in asked]
    if post.role in UNIT_ROLES:
        waiting.append(Q(lead=post.organization_id, state__in=WITH_LEAD) & _hands(post, at))
    return waiting


def _asked_of(standing: Standing | None, at: datetime) -> list[Q]:
    # What the branch did itself is not for it to judge.
    by_branch = Q(state=State.REPLIED, lead__kind=OrganizationKind.BRANCH)
    match standing:
        case Standing.BRANCH:
            return [Q(state__in=[State.FILED, State.ACCEPTED, State.REPLIED]) & ~by_branch]
        case Standing.COMMUNITY:  # the pool, and what the branch lets lie
            return [Q(state=State.TO_DISPATCH), Q(state=State.FILED, due_at__lte=at)]
        case Standing.DISPATCHER:
            asked = [_asked(Objection, is_for_ruling=False), _asked(Extension)]
            return [Q(state=State.TO_DISPATCH), by_branch, *asked]
        case Standing.STREET_LEADER:
            asked = [_asked(Objection, is_for_ruling=True), _asked(Shelving)]
            return [Q(level__gte=Level.STREET_LEADER), *asked]
        case Standing.DISTRICT:
            return [Q(level__gte=Level.DISTRICT)]
    return []


def _asked(model: type[UnitRequest], **which: bool) -> Q:
    """The tickets on which a unit's request waits for its answer."""
    asked = model._default_manager.filter(outcome=Outcome.ASKED, **which)
    return Q(pk__in=asked.values("ticket"))


def _hands(post: Post, at: datetime) -> Q:
    """Nobody's of the unit yet, or this person's; whose holder has left is nobody's again."""
    if post.role == Role.LEADER:
        return Q()
    staff = Post.objects.active(at).filter(organization=post.organization_id)
    left = ~Q(assignee__in=staff.values("person"))
    return Q(assignee__isnull=True) | Q(assignee=post.person_id) | left


def strands_waiting_for(user: User, at: datetime) -> list[TicketQuerySet]:
    """Open tickets on which the next deed is this person's, and overdue reviews, part by part.

    Each strand is asked for by itself: of several joined by OR, PostgreSQL knows no way but to
    read every open ticket.
    """
    posts = active_posts(user)
    strands = [Ticket.objects.open().filter(one) for post in posts for one in _waits_for(post, at)]
    reviews = [
        Ticket.objects.review_overdue(at).within(post.organization)
        for post in posts
        if post.role == Role.STREET_LEADER
    ]
    return strands + reviews


def oversees(user: User) -> bool:
    """Whether a post reaches every ticket of a place, and what is proposed for it."""
    return holds(user, *TREE_STANDINGS)


def tickets_waiting_for(user: User, *, at: datetime) -> TicketQuerySet:
    """待我处理, to be counted or narrowed; its pages are read by `lists.page_waiting_for`."""
    strands = strands_waiting_for(user, at)
    if not strands:
        return Ticket.objects.none()
    first, *others = [strand.values("pk") for strand in strands]
    return Ticket.objects.filter(pk__in=first.union(*others))
