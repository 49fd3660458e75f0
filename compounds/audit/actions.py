"""What is written into the log by name; what the database writes itself stands in models."""

from datetime import datetime
from typing import Any

from django.db import models

from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from compounds.models import Person, keyed_hash
from compounds.rules import Refused, masked_text


def record(
    by: Person | None,
    verb: Verb,
    target: models.Model | str | None,
    *,
    at: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    address: str = "",
) -> AuditEntry:
    """Add one line. The target is a row, or words where there is none.

    No phone, code or password belongs into any part of it; the address is kept as a keyed hash.
    """
    kind, key = "", ""
    if isinstance(target, models.Model):
        kind, key = target._meta.model_name or "", str(target.pk)
    return AuditEntry.objects.create(
        at=at,
        by=by,
        verb=verb,
        target_kind=kind,
        target_id=key,
        target_words=str(target or "")[:200],
        reason=masked_text(reason)[:200],
        address_hash=keyed_hash(address) if address else "",
        detail=detail or {},
    )


def reveal_phone(person: Person, *, by: Person, reason: str, at: datetime) -> str:
    """The whole phone, to somebody who says why; the log remembers who, whose and why."""
    reason = reason.strip()
    if not reason:
        raise Refused("请先写明为什么要看手机号，再点查看。")
    record(by, Verb.REVEALED, person, at=at, reason=reason)
    return person.phone
