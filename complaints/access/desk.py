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

DESK_STATES: dict[Standing, list[State]] = {
    Standing.BRANCH: [State.FILED, State.ACCEPTED, State.REPLIED],
    Standing.COMMUNITY: [State.TO_DISPATCH],
    Standing.DISPATCHER: [State.TO_DISPATCH],
}


def _waits_for(post: Post, at: datetime) -> Q:
    waiting = Q(pk__in=[])
    standing = TREE_STANDINGS.get(post.role)
    in_tree = Q(compound__in=Compound.objects.within(post.organization))
    if standing in DESK_STATES:
        waiting |= in_tree & Q(state__in=DESK_STATES[standing])
    by_branch = Q(state=State.REPLIED, lead__kind=OrganizationKind.BRANCH)
    if standing == Standing.BRANCH:  # what the branch did itself is not for it to judge
        waiting &= ~by_branch
    if standing == Standing.DISPATCHER:
        waiting |= in_tree & by_branch
    if standing == Standing.COMMUNITY:  # what the branch lets lie
        waiting |= in_tree & Q(state=State.FILED, due_at__lte=at)
    if standing == Standing.STREET_LEADER:
        waiting |= in_tree & Q(level__gte=Level.STREET_LEADER)
    if standing == Standing.DISTRICT:
        waiting |= in_tree & Q(level__gte=Level.DISTRICT)
    if post.role in UNIT_ROLES:
        waiting |= Q(lead=post.organization_id, state__in=WITH_LEAD)
    return waiting


def tickets_waiting_for(user: User, *, at: datetime) -> TicketQuerySet:
    """待我处理: the open tickets on which the next deed is this person's."""
    waiting = Q(pk__in=[])
    for post in active_posts(user):
        waiting |= _waits_for(post, at)
    return Ticket.objects.open().filter(waiting)
