"""The figures of a dashboard. Each is counted by the conditions of the list it links to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from complaints.models import Ticket
from complaints.terms import OPEN, Level, Light, State
from compounds.models import STEP, Compound, Organization
from compounds.terms import OrganizationKind

CHILD_KINDS = [OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH]
Scope = tuple[tuple[str, str], ...]  # what narrows a list to a place


@dataclass(frozen=True)
class Lights:
    """Open tickets by light, and where each number leads."""

    green: int
    yellow: int
    red: int
    scope: Scope

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


def list_url(scope: Scope, **narrowed: str) -> str:
    return whole_list_url(scope, open="yes", **narrowed)


def whole_list_url(scope: Scope, **narrowed: str) -> str:
    """Of the closed ones too."""
    return f"{reverse('complaints:tickets')}?{urlencode([*scope, *narrowed.items()])}"


def dashboard_url(organization: Organization) -> str:
    return reverse("dashboard-of", args=[organization.pk])


def scope_of(organization: Organization) -> Scope:
    if organization.kind == OrganizationKind.BRANCH:
        return (("compound", organization.compound.code),)
    return (("within", str(organization.pk)),)


@dataclass(frozen=True)
class Tally:
    """So many open tickets of one compound, one state and one level."""

    path: str  # of the compound's branch
    state: str
    level: int | None
    open: int
    red: int
    yellow: int


class Figures:
    """Everything that the dashboard of an organisation says: four queries, two of them count."""

    def __init__(self, organization: Organization, at: datetime) -> None:
        self.organization, self.scope, self.at = organization, scope_of(organization), at
        within = Compound.objects.within(organization).select_related("branch")
        self.compounds = {one.branch.path: one for one in within}
        self.tallies = tallies_of(self.compounds.values(), at)

    @property
    def lights(self) -> Lights:
        return _lights(self.tallies, self.scope)

    @cached_property
    def rows(self) -> list[Row]:
        """Each child with its lights, those with most late tickets first."""
        children = Organization.objects.get_children(self.organization).of_kind(*CHILD_KINDS)
        under: dict[str, list[Tally]] = defaultdict(list)
        for one in self.tallies:
            under[one.path[: len(self.organization.path) + STEP]].append(one)
        rows = [self._row(child, under[child.path]) for child in children]
        return sorted(rows, key=lambda row: (-row.lights.red, -row.lights.total, row.name))

    def _row(self, child: Organization, tallies: list[Tally]) -> Row:
        compound = self.compounds.get(child.path)
        scope = (("compound", compound.code),) if compound else (("within", str(child.pk)),)
        name = compound.name if compound else child.name
        return Row(name, dashboard_url(child), _lights(tallies, scope))

    @property
    def states(self) -> list[tuple[str, int, str]]:
        """(state, how many, where they are listed), in the order of the way."""
        counted: Counter[str] = Counter()
        for one in self.tallies:
            counted[one.state] += one.open
        return [
            (State(state).label, counted[state], list_url(self.scope, state=state))
            for state in OPEN
            if counted[state]
        ]

    @property
    def shelved(self) -> list[tuple[str, int, str]]:
        """挂账 stands on lines of its own, apart from what is being worked on."""
        shelf = Ticket.objects.shelved().filter(compound__in=self.compounds.values())
        counted = shelf.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lte=self.at)))
        return [
            ("挂账", counted["all"], whole_list_url(self.scope, state=State.SHELVED)),
            ("复核超期", counted["late"], whole_list_url(self.scope, review="late")),
        ]

    @property
    def levels(self) -> list[tuple[str, int, str]]:
        """(level, how many stand at it or above, where they are listed)."""
        counted: Counter[int] = Counter()
        for one in self.tallies:
            counted.update({level: one.open for level in Level if level <= (one.level or 0)})
        return [
            (level.label, counted[level], list_url(self.scope, level=str(level.value)))
            for level in reversed(Level)
            if level >= Level.REMINDED
        ]


def tallies_of(compounds: Iterable[Compound], at: datetime) -> list[Tally]:
    paths = {compound.pk: compound.branch.path for compound in compounds}
    counted = (
        Ticket.objects.open()
        .filter(compound__in=list(paths))
        .values("compound", "state", "level")
        .annotate(
            open=Count("pk"),
            red=Count("pk", filter=Q(due_at__lte=at)),
            yellow=Count("pk", filter=Q(warn_at__lte=at, due_at__gt=at)),
        )
        .values_list("compound", "state", "level", "open", "red", "yellow")
        .order_by()
    )
    return [
        Tally(paths[compound], state, level, total, red, yellow)
        for compound, state, level, total, red, yellow in counted
    ]


def _lights(tallies: list[Tally], scope: Scope) -> Lights:
    red, yellow = (sum(one.red for one in tallies), sum(one.yellow for one in tallies))
    return Lights(sum(one.open for one in tallies) - red - yellow, yellow, red, scope)
