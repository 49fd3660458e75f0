"""Who may read the log: auditors, and nobody else."""

from django.core.exceptions import PermissionDenied

from compounds.access import User, holds
from compounds.audit.models import AuditEntry, AuditEntryQuerySet
from compounds.terms import Role


def entries_to_read(user: User) -> AuditEntryQuerySet:
    if not holds(user, Role.AUDITOR):
        raise PermissionDenied
    return AuditEntry.objects.all()
