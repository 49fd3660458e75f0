"""Who may see and touch which place, organisation and post. The only door that a view may use."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone

from compounds.models import (
    Compound,
    Entrance,
    Organization,
    OwnedUnit,
    Ownership,
    Person,
    Post,
    RegisterImport,
    Residency,
)
from compounds.models.organizations import OrganizationQuerySet
from compounds.models.places import CompoundQuerySet
from compounds.rules import local_day
from compounds.terms import ROLE_KINDS, ROLES_OF_A_BRANCH, OrganizationKind, Role

User = Person | AnonymousUser


class SignedInRequest(HttpRequest):
    """What a view behind login_required is given."""

    user: Person


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
        user._active_posts = posts  # type: ignore[attr-defined]
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


def post_over(user: User, organization: Organization, *roles: str) -> Post:
    """By which post something is done there: the first with one of the roles, in it or above it."""
    for post in posts_in(user, *roles):
        if organization.path.startswith(post.organization.path):
            return post
    raise PermissionDenied


def scope_paths(user: User, *roles: str) -> list[str]:
    """The paths of the subtrees that the posts (with one of the roles, if given) reach."""
    posts = posts_in(user, *roles) if roles else active_posts(user)
    return sorted({post.organization.path for post in posts})


# --- Organisations and posts ------------------------------------------------------------------

READS_ORGANIZATIONS = {
    Role.STREET_OFFICIAL,
    Role.STREET_LEADER,
    Role.DISPATCHER,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.BRANCH_SECRETARY,
    Role.BRANCH_COMMITTEE_MEMBER,
    Role.LEADER,
    Role.DISTRICT_SUPERVISOR,
    Role.ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDITOR,
}


def reads_organizations(user: User) -> bool:
    return holds(user, *READS_ORGANIZATIONS)


def visible_organizations(user: User) -> OrganizationQuerySet:
    """The subtrees of the posts that come with the tree; 403 for everyone else."""
    if not reads_organizations(user):
        raise PermissionDenied
    return Organization.objects.within_paths(scope_paths(user, *READS_ORGANIZATIONS))


def organization_to_read(user: User, pk: int) -> Organization:
    """The organisation, or 404: out of scope there is nothing to be forbidden."""
    if not reads_organizations(user):
        raise Http404
    organization = visible_organizations(user).filter(pk=pk).first()
    if organization is None:
        raise Http404
    return organization


def may_manage(user: User, organization: Organization) -> bool:
    return holds(user, Role.ADMINISTRATOR, organization=organization)


def organization_to_manage(user: User, pk: int) -> Organization:
    organization = organization_to_read(user, pk)
    if not may_manage(user, organization):
        raise PermissionDenied
    return organization


def branch_to_record(user: User, pk: int) -> Organization:
    """A branch whose compound the user may put down or mend."""
    organization = organization_to_manage(user, pk)
    if organization.kind != OrganizationKind.BRANCH:
        raise Http404
    return organization


def roles_to_appoint(user: User, organization: Organization) -> list[Role]:
    """The roles that the user may fill there and end, in the order of Role; [] is no right.

    The administrator is not among those who may: the three offices watch each other.
    """
    fitting = ROLE_KINDS[OrganizationKind(organization.kind)]
    if not holds(user, Role.SECURITY_ADMINISTRATOR, organization=organization):
        own = holds(user, Role.BRANCH_SECRETARY, organization=organization)
        fitting = fitting & ROLES_OF_A_BRANCH if own else set()
    return [role for role in Role if role in fitting]


def posts_to_manage(user: User, pk: int) -> Organization:
    """The organisation, when at least one role there may be filled by the user."""
    organization = organization_to_read(user, pk)
    if not roles_to_appoint(user, organization):
        raise PermissionDenied
    return organization


def post_to_end(user: User, pk: int) -> Post:
    post = Post.objects.for_list().filter(pk=pk).first()
    if post is None:
        raise Http404
    organization = organization_to_read(user, post.organization_id)
    if post.role not in roles_to_appoint(user, organization):
        raise PermissionDenied
    return post


def calendar_to_manage(user: User) -> None:
    """Nothing to hand out: the calendar is one for all. 403 but for administrators."""
    if not holds(user, Role.ADMINISTRATOR):
        raise PermissionDenied


# --- Places -----------------------------------------------------------------------------------

MAY_IMPORT = {
    Role.BRANCH_SECRETARY,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.ADMINISTRATOR,
}

PRINTS_POSTERS = {
    Role.BRANCH_SECRETARY,
    Role.BRANCH_COMMITTEE_MEMBER,
    Role.SOCIAL_WORKER,
    Role.GRID_WORKER,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.ADMINISTRATOR,
}


def visible_compounds(user: User) -> CompoundQuerySet:
    """The compounds whose branch stands in a subtree of the user's, or has a body of the user's.

    A party group, an owners' committee or a property company stands under the branch.
    """
    reach = Q(
        branch__path__in={p for post in active_posts(user) for p in post.organization.paths_above()}
    )
    for path in scope_paths(user):
        reach |= Q(branch__path__startswith=path)
    return Compound.objects.filter(reach)


def compounds_to_read(user: User) -> CompoundQuerySet:
    """The list that staff work from; 403 for whoever holds no post."""
    if not active_posts(user):
        raise PermissionDenied
    return visible_compounds(user)


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


def import_to_confirm(user: User, code: str, pk: int) -> RegisterImport:
    compound = compound_to_import(user, code)
    received = RegisterImport.objects.select_related("compound").filter(pk=pk).first()
    if received is None or received.compound != compound:
        raise Http404
    return received


def may_print_posters(user: User, compound: Compound) -> bool:
    return holds(user, *PRINTS_POSTERS, organization=compound.branch)


def compound_to_print(user: User, code: str) -> Compound:
    """For the posters of its entrances."""
    compound = compound_to_read(user, code)
    if not may_print_posters(user, compound):
        raise PermissionDenied
    return compound


def entrance_to_print(user: User, token: str) -> Entrance:
    entrance = Entrance.objects.filter(token=token).select_related("building__compound").first()
    if entrance is None:
        raise Http404
    entrance.building.compound = compound_to_print(user, entrance.building.compound.code)
    return entrance


def compound_to_live_in(user: User, code: str) -> Compound:
    """The compound for those who live or own there, and for whoever may read it anyway."""
    if not homes(user).filter(entrance__building__compound__code=code).exists():
        return compound_to_read(user, code)
    return Compound.objects.for_list().get(code=code)


def homes(user: User) -> models.QuerySet[OwnedUnit]:
    """The units in which the user lives or which the user owns today."""
    if not user.is_authenticated:
        return OwnedUnit.objects.none()
    today = local_day(timezone.now())
    lives = Residency.objects.filter(running(today), person_id=user.pk)
    owns = Ownership.objects.filter(running(today), person_id=user.pk)
    units = OwnedUnit.objects.filter(Q(pk__in=lives.values("unit")) | Q(pk__in=owns.values("unit")))
    return units.select_related("entrance__building")


def running(today: date) -> Q:
    return Q(from_on__lte=today) & (Q(to_on__isnull=True) | Q(to_on__gte=today))
