"""派单目录 and 期限规则: everybody with a post reads them, the district's administrator writes them."""

from django.core.exceptions import PermissionDenied

from compounds.access import User, active_posts, holds
from compounds.terms import Role


def rules_to_read(user: User) -> None:
    """403 for whoever holds no post: residents are told in their own words."""
    if not active_posts(user):
        raise PermissionDenied


def may_write_rules(user: User) -> bool:
    return holds(user, Role.ADMINISTRATOR)


def rules_to_write(user: User) -> None:
    if not may_write_rules(user):
        raise PermissionDenied
