"""The figures of a dashboard. Each is counted by the very query behind the list it links to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.urls import reverse

from complaints.models import Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import OPEN, Level, Light, State
from compounds.models import STEP, Compound, Organization
from compounds.terms import OrganizationKind


@dataclass(frozen=True)
class Lights:
    """Open tickets by light, and where each number leads."""

    green: int
    yellow: int
    red: int
    scope: tuple[tuple[str, str], ...]

    @property
    def total(self) -> int:
        return self.green + self.yellow + self.red

    @property
    def parts(self) -> list[tuple[int, str, str]]:
        return [
            (self.green, "ok", Light.GREEN.label),
            (self.yellow, "soon", Light.YELLOW.label),
            (self.red, "late", Light.RED.label),
        ]

    @property
    def url(self) -> str:
        return list_url(self.scope)

    @property
    def yellow_url(self) -> str:
        return list_url(self.scope, light=Light.YELLOW)

    @property
    def red_url(self) -> str:
        return list_url(self.scope, light=Light.RED)


@dataclass(frozen=True)
class Row:
    """One community or compound of the table; `more_url` opens its own dashboard."""

    name: str
    more_url: str
    lights: Lights


def list_url(scope: tuple[tuple[str, str], ...], **narrowed: str) -> str:
    query = urlencode([*scope, ("open", "yes"), *narrowed.items()])
    return f"{reverse('complaints:tickets')}?{query}"


def dashboard_url(organization: Organization) -> str:
    return reverse("dashboard-of", args=[organization.pk])


def scope_of(organization: Organization) -> tuple[tuple[str, str], ...]:
    if organization.kind == OrganizationKind.BRANCH:
        return (("compound", organization.compound.code),)
    return (("within", str(organization.pk)),)


def _by_light(at: datetime) -> dict[str, Count]:
    return {
        "open": Count("pk"),
        "red": Count("pk", filter=Q(due_at__lte=at)),
        "yellow": Count("pk", filter=Q(warn_at__lte=at, due_at__gt=at)),
    }


def _lights(counted: Mapping[str, Any], scope: tuple[tuple[str, str], ...]) -> Lights:
    red, yellow = counted["red"], counted["yellow"]
    return Lights(counted["open"] - red - yellow, yellow, red, scope)


def open_within(organization: Organization) -> TicketQuerySet:
    return Ticket.objects.open().within(organization)


def lights_of(organization: Organization, at: datetime) -> Lights:
    """The whole of it, in one query."""
    counted = open_within(organization).aggregate(**_by_light(at))
    return _lights(counted, scope_of(organization))


def rows_of(organization: Organization, at: datetime) -> list[Row]:
    """Each child with its lights, those with most late tickets first: two or three queries."""
    children = list(Organization.objects.get_children(organization).of_kind(*CHILD_KINDS))
    depth = STEP * (organization.depth + 1)
    found = open_within(organization).annotate(child=Left("compound__branch__path", depth))
    counted = {
        row["child"]: row for row in found.values("child").annotate(**_by_light(at)).order_by()
    }
    compounds = {one.branch_id: one for one in Compound.objects.filter(branch__in=children)}
    none = {"open": 0, "red": 0, "yellow": 0}
    rows = []
    for child in children:
        compound = compounds.get(child.pk)
        scope = (("compound", compound.code),) if compound else (("within", str(child.pk)),)
        lights = _lights(counted.get(child.path, none), scope)
        rows.append(Row(compound.name if compound else child.name, dashboard_url(child), lights))
    return sorted(rows, key=lambda row: (-row.lights.red, -row.lights.total, row.name))


CHILD_KINDS = [OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH]


def states_of(organization: Organization) -> list[tuple[str, int, str]]:
    """(state, how many, where they are listed), in the order of the way."""
    scope = scope_of(organization)
    counted = dict(open_within(organization).values_list("state").annotate(Count("pk")).order_by())
    return [
        (State(state).label, counted[state], list_url(scope, state=state))
        for state in OPEN
        if state in counted
    ]


def levels_of(organization: Organization) -> list[tuple[str, int, str]]:
    """(level, how many stand at it or above, where they are listed)."""
    scope = scope_of(organization)
    found = open_within(organization).filter(level__isnull=False)
    counted = dict(found.values_list("level").annotate(Count("pk")).order_by())
    return [
        (
            level.label,
            sum(counted.get(one, 0) for one in Level if one >= level),
            list_url(scope, level=str(level.value)),
        )
        for level in reversed(Level)
        if level >= Level.REMINDED
    ]
