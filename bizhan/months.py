"""每月统计 for those who answer for a place: every number opens exactly the tickets behind it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from bizhan.figures import Scope, scope_of, whole_list_url
from complaints.board.access import times_within
from complaints.board.rules.rates import Rates
from complaints.board.views.statistics import MonthFigures, children_of, month_link, name_of
from complaints.rules.months import ADJUSTED, FIGURES
from compounds.models import Organization

Figure = tuple[str, int, str]  # what is counted, how many, where they are listed
IN_TABLE = ["is_closed", "answered", "solved", "satisfied", "shelved"]


def month_url(organization: Organization, month: date | None = None) -> str:
    address = reverse("dashboard-month", args=[organization.pk])
    return address + month_link(month) if month else address


@dataclass(frozen=True)
class ChildMonth:
    """One child of the table, each number with its list."""

    name: str
    url: str
    figures: list[Figure]
    rates: Rates

    @property
    def printed(self) -> dict[str, str]:
        return self.rates.shown()


class OverseenMonth:
    """One month of an organisation."""

    def __init__(self, organization: Organization, month: date, at: datetime) -> None:
        self.organization, self.month = organization, month
        self.read = MonthFigures(organization, month, at)

    def _listed(self, scope: Scope, rates: Rates, names: list[str]) -> list[Figure]:
        written = f"{self.month:%Y-%m}"
        return [
            (FIGURES[name], rates[name], whole_list_url(scope, counted=f"{written}-{name}"))
            for name in names
        ]

    @property
    def figures(self) -> list[Figure]:
        return self._listed(scope_of(self.organization), self.read.rates, list(FIGURES))

    @property
    def adjusted(self) -> Figure:
        url = whole_list_url(scope_of(self.organization), counted=f"{self.month:%Y-%m}-{ADJUSTED}")
        return "定稿后又重办", self.read.adjusted["is_closed"], url

    @property
    def times(self) -> list[tuple[str, str]]:
        """Median and 90th percentile, from filing to 办结."""
        median, most = times_within(self.organization, self.read.snapshot)
        return [
            (label, f"{took.days} 天 {took.seconds // 3600} 小时" if took is not None else "—")
            for label, took in [("用时中位数", median), ("九成不超过", most)]
        ]

    @property
    def heads(self) -> list[str]:
        return [FIGURES[name] for name in IN_TABLE]

    @property
    def rows(self) -> list[ChildMonth]:
        """In the order of the tree, for nobody is ranked."""
        return [
            ChildMonth(
                name_of(child),
                month_url(child, self.month),
                self._listed(scope_of(child), self.read.of_child(child), IN_TABLE),
                self.read.of_child(child),
            )
            for child in children_of(self.organization)
        ]
