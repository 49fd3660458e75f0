"""A new version of 派单目录 or of 期限规则, and beforehand what it would change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints.models import CatalogueVersion, PolicyVersion, Route, Ticket
from complaints.rules.checking import check_terms
from complaints.rules.limits import Policy
from complaints.rules.routing import Line, line_for
from complaints.terms import ClockKind, RouteLevel
from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.models import Organization, Person
from compounds.rules import Refused

SHOWN = 50
OF_DISPATCH = [ClockKind.SIGN, ClockKind.CONTACT, ClockKind.FINISH]


def _not_in_the_past(in_force_at: datetime, at: datetime) -> None:
    if in_force_at < at:
        raise Refused(
            "生效时间不能早于现在：已经派出的单不能倒过来改。请改成今天以后，或留空立即生效。"
        )


@transaction.atomic
def publish_catalogue(
    routes: Sequence[Route],
    *,
    in_force_at: datetime,
    note: str,
    submission_key: UUID,
    by: Person,
    at: datetime,
) -> CatalogueVersion:
    """A whole new 派单目录; sent twice it is still one. Tickets already dispatched keep theirs."""
    _not_in_the_past(in_force_at, at)
    version, is_new = CatalogueVersion.objects.get_or_create(
        submission_key=submission_key,
        defaults={"in_force_at": in_force_at, "note": note, "by": by, "written_at": at},
    )
    if is_new:
        for route in routes:
            route.version = version
        Route.objects.bulk_create(routes)
        record(by, AuditVerb.ROW_ADDED, version, at=at, reason=note)
    return version


@transaction.atomic
def publish_policy(
    terms: dict[str, Any],
    *,
    in_force_at: datetime,
    note: str,
    submission_key: UUID,
    by: Person,
    at: datetime,
) -> PolicyVersion:
    """A new version of 期限与升级规则, for what is filed or dispatched from then on."""
    _not_in_the_past(in_force_at, at)
    check_terms(terms)
    version, is_new = PolicyVersion.objects.get_or_create(
        submission_key=submission_key,
        defaults={"in_force_at": in_force_at, "terms": terms, "note": note, "by": by},
    )
    if is_new:
        record(by, AuditVerb.ROW_ADDED, version, at=at, reason=note)
    return version


# --- 试算: what would change ---------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One open ticket, not yet dispatched, for which a new version says something else."""

    ticket: Ticket
    before: str
    after: str


@dataclass(frozen=True)
class DryRun:
    """How many open tickets would change, the first of them, and how many keep their version."""

    count: int
    changes: list[Change]
    kept: int


def try_catalogue(lines: list[Line], *, at: datetime) -> DryRun:
    """Which open tickets a new catalogue would send elsewhere."""
    current = CatalogueVersion.objects.in_force(at)
    old = current.lines() if current else []
    names = dict(Organization.objects.values_list("pk", "name"))

    def unit(lines: list[Line], ticket: Ticket) -> str:
        path = ticket.compound.branch.path
        found = line_for(lines, category=ticket.category, level=RouteLevel.STREET, path=path)
        return names.get(found.unit, "各小区自己的单位") if found else "没有写"

    return _tried(lambda ticket: (unit(old, ticket), unit(lines, ticket)))


def try_policy(terms: dict[str, Any], *, at: datetime) -> DryRun:
    """For which open tickets a new version would give other limits at dispatch."""
    old, new = PolicyVersion.objects.in_force(at).policy, PolicyVersion(terms=terms).policy

    def limits(policy: Policy, ticket: Ticket) -> str:
        found = [policy.limit(clock, ticket.lane, ticket.kind) for clock in OF_DISPATCH]
        return " / ".join(str(limit) for limit in found if limit)

    return _tried(lambda ticket: (limits(old, ticket), limits(new, ticket)))


def _tried(judge: Callable[[Ticket], tuple[str, str]]) -> DryRun:
    waiting = Ticket.objects.undispatched().select_related("compound__branch").order_by("pk")
    count, changes = 0, list[Change]()
    for ticket in waiting.iterator():
        before, after = judge(ticket)
        if before != after:
            count += 1
            if len(changes) < SHOWN:
                changes.append(Change(ticket, before, after))
    kept = Ticket.objects.open().count() - waiting.count()
    return DryRun(count, changes, kept)
