"""Whose figures a person may see: those of the subtrees that their posts answer for."""

from django.http import Http404

from complaints.access.posts import TREE_STANDINGS
from compounds.access import User, homes, posts_in
from compounds.models import Compound, Organization
from compounds.terms import OrganizationKind

OVERSEEN = [
    OrganizationKind.DISTRICT,
    OrganizationKind.STREET,
    OrganizationKind.COMMUNITY,
    OrganizationKind.BRANCH,
]


def overseen(user: User) -> list[Organization]:
    """The organisations whose tickets the user's posts reach, the widest first."""
    held = {post.organization.path: post.organization for post in posts_in(user, *TREE_STANDINGS)}
    return [held[path] for path in sorted(held)]


def organization_to_oversee(user: User, pk: int | None) -> Organization:
    """One of them, or what stands under it; without a number the widest. Else 404."""
    mine = overseen(user)
    if pk is None and mine:
        return mine[0]
    found = Organization.objects.of_kind(*OVERSEEN).filter(pk=pk).first()
    if found is None or not any(found.path.startswith(one.path) for one in mine):
        raise Http404
    return found


def compounds_of(user: User) -> list[Compound]:
    """我的小区: where the user owns or lives."""
    if not user.is_authenticated:
        return []
    return list(Compound.objects.filter(buildings__entrances__units__in=homes(user)).distinct()[:5])
