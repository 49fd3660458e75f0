"""待我处理: the open tickets on which the next deed is this person's."""

from datetime import datetime

from django.db.models import Q

from complaints.access.posts import TREE_STANDINGS, UNIT_ROLES
from complaints.models import Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import WITH_LEAD, Level, Standing, State
from compounds.access import User, active_posts
from compounds.models import Compound, Post
from compounds.terms import OrganizationKind


def _waits_for(post: Post, at: datetime) -> list[Q]:
    """What waits for the holder of one post, strand by strand."""
    in_tree = Q(compound__in=Compound.objects.within(post.organization))
    asked = _asked_of(TREE_STANDINGS.get(post.role), at)
    waiting = [in_tree & one for one in asked]
    if post.role in UNIT_ROLES:
        waiting.append(Q(lead=post.organization_id, state__in=WITH_LEAD))
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
            return [Q(state=State.TO_DISPATCH), by_branch]
        case Standing.STREET_LEADER:
            return [Q(level__gte=Level.STREET_LEADER)]
        case Standing.DISTRICT:
            return [Q(level__gte=Level.DISTRICT)]
    return []


def tickets_waiting_for(user: User, *, at: datetime) -> TicketQuerySet:
    """待我处理: the open tickets on which the next deed is this person's.

    Each strand is asked for by itself: of several joined by OR, PostgreSQL knows no way but to
    read every open ticket.
    """
    strands = [strand for post in active_posts(user) for strand in _waits_for(post, at)]
    if not strands:
        return Ticket.objects.none()
    first, *others = [Ticket.objects.open().filter(one).values("pk") for one in strands]
    return Ticket.objects.open().filter(pk__in=first.union(*others))
