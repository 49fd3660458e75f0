"""Long lists of tickets. A page costs the same however many tickets there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from complaints.access.desk import strands_waiting_for
from complaints.access.posts import TREE_STANDINGS, UNIT_ROLES
from complaints.access.reading import strands_of
from complaints.models import SavedView, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Order
from compounds.access import User, active_posts, holds, scope_paths
from compounds.models import STEP, Compound, Organization
from compounds.terms import OrganizationKind

AREAS = {OrganizationKind.STREET, OrganizationKind.COMMUNITY}
BODIES = {
    OrganizationKind.BRANCH,
    OrganizationKind.PROPERTY_COMPANY,
    OrganizationKind.OWNERS_COMMITTEE,
}


@dataclass(frozen=True)
class Scope:
    """What stands in the trees of somebody's posts, for their lists to be narrowed to."""

    compounds: list[Compound] = field(default_factory=list)
    areas: list[Organization] = field(default_factory=list)
    units: list[Organization] = field(default_factory=list)  # those that may lead a ticket
    is_one_place: bool = False  # every post is in the one compound

    def within(self, area: Organization) -> list[int]:
        return [one.pk for one in self.compounds if one.branch.path.startswith(area.path)]


def scope_of(user: User) -> Scope:
    """One query a request; nothing for those whose posts have no tree."""
    scope: Scope | None = getattr(user, "_scope", None)
    if scope is None:
        scope = _scope_of(user)
        user._scope = scope  # type: ignore[union-attr]
    return scope


def _scope_of(user: User) -> Scope:
    paths = scope_paths(user, *TREE_STANDINGS)
    if not paths:
        return Scope()
    is_narrow = all(len(path) > 2 * STEP for path in paths)
    kinds = AREAS | BODIES if is_narrow else AREAS | {OrganizationKind.BRANCH}
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path, kind__in=kinds)
    found = list(
        Organization.objects.filter(below | Q(kind=OrganizationKind.DEPARTMENT))
        .select_related("compound")
        .order_by("path")
    )
    branches = [one for one in found if one.kind == OrganizationKind.BRANCH]
    lead = {OrganizationKind.DEPARTMENT, OrganizationKind.COMMUNITY} | (
        BODIES if is_narrow else set()
    )
    compounds = [branch.compound for branch in branches if hasattr(branch, "compound")]
    places = {post.organization.path[: 4 * STEP] for post in active_posts(user)}
    return Scope(
        compounds=compounds,
        areas=[one for one in found if one.kind in AREAS],
        units=[one for one in found if one.kind in lead],
        is_one_place=len(compounds) == 1 == len(places),
    )


def may_export(user: User) -> bool:
    """Whoever has an office; heads of stairs are residents, and read on the page alone."""
    return holds(user, *TREE_STANDINGS, *UNIT_ROLES)


def scope_to_export(user: User) -> Scope:
    if not may_export(user):
        raise PermissionDenied
    return scope_of(user)


def my_views(user: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(person=user.pk).order_by("pk")


def view_to_change(user: User, pk: int) -> SavedView:
    view = my_views(user).filter(pk=pk).first()
    if view is None:
        raise Http404
    return view


def tickets_chosen(user: User, codes: list[str]) -> list[Ticket]:
    """Those of the numbers that the user may read."""
    compounds = [one.pk for one in scope_of(user).compounds]
    reach = Q(pk__in=[])
    for strand in strands_of(user, compounds):
        reach |= strand
    found = Ticket.objects.filter(reach, code__in=codes)
    return list(found.for_list().select_related("compound__branch").order_by("pk"))


def page_to_read(
    user: User, tickets: TicketQuerySet, *, order: str, after: str = "", count: int
) -> list[Ticket]:
    """The first tickets, in that order and behind that key, of those that the user may see.

    The compounds are given as numbers and not as a subquery, for then PostgreSQL knows how many
    tickets they have.
    """
    return page_of(_strands_to_read(user, tickets), order=order, after=after, count=count)


def count_to_read(user: User, tickets: TicketQuerySet) -> int:
    """How many they are in all: as dear as they are many, so for a job and not for a page."""
    parts = [strand.order_by().values("pk") for strand in _strands_to_read(user, tickets)]
    return parts[0].union(*parts[1:]).count() if parts else 0


def _strands_to_read(user: User, tickets: TicketQuerySet) -> list[TicketQuerySet]:
    compounds = [compound.pk for compound in scope_of(user).compounds]
    return [tickets.filter(strand) for strand in strands_of(user, compounds)]


def page_waiting_for(user: User, *, at: datetime, after: str = "", count: int) -> list[Ticket]:
    """待我处理, the least time left first."""
    return page_of(strands_waiting_for(user, at), order=Order.TERM, after=after, count=count)


def page_of(strands: list[TicketQuerySet], *, order: str, after: str, count: int) -> list[Ticket]:
    """The first of all that any strand holds.

    Each strand is read in the order of its own index, and no further than a page is long; what
    they have in common stands there once.
    """
    parts = [strand.listed(order, after).values("pk")[:count] for strand in strands]
    if not parts:
        return []
    found = Ticket.objects.filter(pk__in=parts[0].union(*parts[1:], all=True))
    return list(found.for_list().listed(order)[:count])
