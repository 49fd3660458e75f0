"""Who writes 地方规定; everybody reads it. Bylaws are the conveners' (`access.meetings`)."""

from django.core.exceptions import PermissionDenied

from compounds.access import User, holds
from compounds.terms import Role


def may_write_locality(user: User) -> bool:
    return holds(user, Role.ADMINISTRATOR)


def locality_to_write(user: User) -> None:
    """Nothing to hand out: the numbers are one for all. 403 but for the district's administrator."""
    if not may_write_locality(user):
        raise PermissionDenied
