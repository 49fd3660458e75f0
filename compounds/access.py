"""Who may see and touch which place, organisation and post. The only door that a view may use."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from compounds.models import Compound, Organization, Person, Post
from compounds.models.places import CompoundQuerySet
from compounds.terms import Role

User = Person | AnonymousUser


# --- What a person's posts say; every other app asks here -------------------------------------


def active_posts(user: User) -> list[Post]:
    """The posts held now, with organisation, building and entrance: one query a request.

    Remembered on the user object, which lives as long as the request: a changed right acts on
    the next one.
    """
    if not user.is_authenticated:
        return []
    posts: list[Post] | None = getattr(user, "_active_posts", None)
    if posts is None:
        held = Post.objects.filter(person_id=user.pk).active(timezone.now())
        posts = list(held.select_related("organization", "building", "entrance__building"))
        user._active_posts = posts  # type: ignore[union-attr]
    return posts


def posts_in(user: User, *roles: str) -> list[Post]:
    """The active posts with one of the roles."""
    return [post for post in active_posts(user) if post.role in roles]


def holds(user: User, *roles: str, organization: Organization | None = None) -> bool:
    """Whether one of the roles is held: anywhere, or in the organisation or above it."""
    posts = posts_in(user, *roles)
    if organization is None:
        return bool(posts)
    return any(organization.path.startswith(post.organization.path) for post in posts)


def scope_paths(user: User, *roles: str) -> list[str]:
    """The paths of the subtrees that the posts (with one of the roles, if given) reach."""
    posts = posts_in(user, *roles) if roles else active_posts(user)
    return sorted({post.organization.path for post in posts})


# --- Places -----------------------------------------------------------------------------------

MAY_IMPORT = {
    Role.BRANCH_SECRETARY,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.ADMINISTRATOR,
}


def visible_compounds(user: User) -> CompoundQuerySet:
    """The compounds whose branch stands in a subtree of the user's, or has a body of the user's.

    A party group, an owners' committee or a property company stands under the branch.
    """
    reach = Q(pk__in=[])
    for path in scope_paths(user):
        reach |= Q(branch__path__startswith=path)
    above = {path for post in active_posts(user) for path in post.organization.paths_above()}
    return Compound.objects.filter(reach | Q(branch__path__in=above))


def compound_to_read(user: User, code: str) -> Compound:
    """The compound, or 404: a stranger must not learn what stands there."""
    compound = visible_compounds(user).for_list().filter(code=code).first()
    if compound is None:
        raise Http404
    return compound


def may_import(user: User, compound: Compound) -> bool:
    return holds(user, *MAY_IMPORT, organization=compound.branch)


def compound_to_import(user: User, code: str) -> Compound:
    compound = compound_to_read(user, code)
    if not may_import(user, compound):
        raise PermissionDenied
    return compound
