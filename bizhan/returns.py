"""退单 by unit: how many matters each asked to be let off, and what became of that."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from bizhan.figures import Scope, scope_of, whole_list_url
from complaints.models import Objection
from complaints.terms import Outcome
from compounds.models import Compound, Organization


@dataclass(frozen=True)
class UnitReturns:
    """One unit: each number with the list behind it, the sum first."""

    name: str
    asked: int
    asked_url: str
    outcomes: list[tuple[str, int, str]]  # in the order of `Outcome`


def returns_of(organization: Organization) -> list[UnitReturns]:
    """Of the tickets within an organisation, the units that asked most often first: two queries."""
    scope = scope_of(organization)
    objections = Objection.objects.filter(
        ticket__compound__in=Compound.objects.within(organization)
    )
    count, by_unit = Count("ticket", distinct=True), objections.values_list("unit", "unit__name")
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for unit, outcome, number in objections.values_list("unit", "outcome").annotate(count):
        counted[unit][outcome] = number
    rows = [
        _row(scope, unit, name, asked, counted[unit])
        for unit, name, asked in by_unit.annotate(count).order_by()
    ]
    return sorted(rows, key=lambda row: (-row.asked, row.name))


def _row(scope: Scope, unit: int, name: str, asked: int, outcomes: dict[str, int]) -> UnitReturns:
    listed = [
        (
            outcome.label,
            outcomes.get(outcome, 0),
            whole_list_url(scope, returns=f"{unit}-{outcome.value}"),
        )
        for outcome in Outcome
    ]
    return UnitReturns(name, asked, whole_list_url(scope, returns=str(unit)), listed)
