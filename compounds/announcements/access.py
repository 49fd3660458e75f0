"""Who may announce to whom. What is announced is public: whoever has the address may read it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from compounds.access import User, posts_in
from compounds.announcements.models import Announcement, AnnouncementQuerySet
from compounds.models import STEP, Compound, Organization
from compounds.models.organizations import OrganizationQuerySet
from compounds.terms import OrganizationKind, Role

MAY_ANNOUNCE = [
    Role.STREET_OFFICIAL,
    Role.STREET_LEADER,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.BRANCH_SECRETARY,
    Role.BRANCH_COMMITTEE_MEMBER,
    Role.CHAIR,
]
SCOPES = [OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH]


def may_announce(user: User) -> bool:
    return bool(posts_in(user, *MAY_ANNOUNCE))


def speakers(user: User) -> list[Organization]:
    """The organisations in whose name the user may announce; 403 when there is none."""
    found = {post.organization_id: post.organization for post in posts_in(user, *MAY_ANNOUNCE)}
    if not found:
        raise PermissionDenied
    return list(found.values())


def audience(speaker: Organization) -> OrganizationQuerySet:
    """To whom it may speak: its own place and each part of it; a committee to its compound."""
    is_committee = speaker.kind == OrganizationKind.OWNERS_COMMITTEE
    path = speaker.path[:-STEP] if is_committee else speaker.path
    return Organization.objects.filter(path__startswith=path, is_active=True).of_kind(*SCOPES)


def announcements_to_manage(user: User) -> AnnouncementQuerySet:
    """What the user's own organisations have said."""
    return Announcement.objects.filter(organization__in=speakers(user))


def announcement_to_withdraw(user: User, token: str) -> Announcement:
    """Of one's own organisation, or of one under it; else there is nothing to be forbidden."""
    reach = Q(pk__in=[])
    for post in posts_in(user, *MAY_ANNOUNCE):
        reach |= Q(organization__path__startswith=post.organization.path)
    found = Announcement.objects.filter(reach, token=token).for_list().first()
    if found is None:
        raise Http404
    return found


def announcement_to_read(token: str) -> Announcement:
    found = Announcement.objects.filter(token=token).for_list().first()
    if found is None:
        raise Http404
    return found


def compound_to_hear(code: str) -> Compound:
    found = Compound.objects.for_list().filter(code=code).first()
    if found is None:
        raise Http404
    return found
