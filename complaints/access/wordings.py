"""常用答复: a unit's people keep their own, the administrator those of the district."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from complaints.access.posts import UNIT_ROLES
from complaints.models import CannedReply
from complaints.models.wordings import CannedReplyQuerySet
from compounds.access import User, posts_in
from compounds.models import Organization
from compounds.terms import Role


def may_keep_replies(user: User) -> bool:
    return bool(posts_in(user, *UNIT_ROLES, Role.ADMINISTRATOR))


def keepers(user: User) -> list[Organization | None]:
    """In whose name the user keeps replies, None for the district; 403 when in nobody's."""
    units = {post.organization_id: post.organization for post in posts_in(user, *UNIT_ROLES)}
    district = [None] if posts_in(user, Role.ADMINISTRATOR) else []
    if not (units or district):
        raise PermissionDenied
    return [*units.values(), *district]


def replies_to_read(user: User) -> CannedReplyQuerySet:
    units = [unit for unit in keepers(user) if unit]
    return CannedReply.objects.filter(Q(organization__in=units) | Q(organization=None))


def reply_to_keep(user: User, pk: int) -> CannedReply:
    """One of those that the user may change."""
    found = replies_to_read(user).filter(pk=pk).select_related("organization").first()
    if found is None:
        raise Http404
    if found.organization not in keepers(user):
        raise PermissionDenied
    return found
