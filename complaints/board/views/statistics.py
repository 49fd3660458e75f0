"""每月统计 for everybody: the district, a street, a community or a compound; never a person."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.board.access import (
    adjusted_within,
    closed_in,
    counts_within,
    organization_to_show,
    snapshot_of,
    summed,
    tickets_on_board,
)
from complaints.board.rules.rates import Rates, less, rates_of
from complaints.board.terms import Progress
from complaints.models import PolicyVersion, Snapshot
from complaints.rules.months import month_after, month_before, month_of, read_month
from complaints.terms import State
from compounds.models import Compound, Organization
from compounds.terms import OrganizationKind

CHILD_KINDS = [OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH]
# Compounds are compared with their like: (fewer households than, what they are called).
PEERS = [(300, "300 户以下"), (1000, "300 到 999 户"), (10**9, "1000 户以上")]
FIRST_YEAR = 2019


@dataclass(frozen=True)
class Row:
    """One child with its figures."""

    name: str
    url: str
    rates: Rates

    @property
    def printed(self) -> dict[str, str]:
        return self.rates.shown()


class MonthFigures:
    """One month of an organisation, as its snapshot has it."""

    def __init__(self, organization: Organization, month: date, at: datetime) -> None:
        self.organization, self.month = organization, month
        self.snapshot: Snapshot | None = snapshot_of(month)
        in_force = PolicyVersion.objects.in_force
        self.terms = (self.snapshot.policy if self.snapshot else in_force(at)).policy.terms
        self.counted = counts_within(organization, self.snapshot)
        self.rates = rates_of(summed(self.counted), self.terms)

    @property
    def adjusted(self) -> Rates:
        """What was opened again after the month was frozen."""
        return rates_of(adjusted_within(self.organization, self.snapshot), self.terms)

    @property
    def now(self) -> Rates:
        """As it stands with the adjustments."""
        return rates_of(less(self.rates.counts, self.adjusted.counts), self.terms)

    def of_child(self, child: Organization) -> Rates:
        return rates_of(self.counted.get(child.path, {}), self.terms)

    @property
    def answers(self) -> list[tuple[str, list[tuple[int, str, str]], int]]:
        """解决 and 满意 as pictures: (title, parts, total)."""
        rates, answered = self.rates, self.rates["answered"]
        solved, partly = rates["solved"], rates["partly"]
        satisfied, basically = rates["satisfied"], rates["basically"]
        return [
            (
                "解决了吗",
                _parts(answered, (solved, "解决了"), (partly, "部分解决"), "没解决"),
                answered,
            ),
            (
                "满意吗",
                _parts(answered, (satisfied, "满意"), (basically, "基本满意"), "不满意"),
                answered,
            ),
        ]


def _parts(
    whole: int, good: tuple[int, str], fair: tuple[int, str], bad: str
) -> list[tuple[int, str, str]]:
    rest = whole - good[0] - fair[0]
    return [(good[0], "ok", good[1]), (fair[0], "soon", fair[1]), (rest, "late", bad)]


@require_safe
def statistics(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    organization = organization_to_show(pk)
    at = timezone.now()
    month = month_asked(request, at)
    figures = MonthFigures(organization, month, at)
    above = Organization.objects.above(organization)
    running = tickets_on_board().within(organization).exclude(state=State.CLOSED)
    shown = closed_in(tickets_on_board().within(organization), month).filter(state=State.CLOSED)
    context = {
        "organization": organization,
        "name": name_of(organization),
        "crumbs": [*[(one.name, _url(one, month)) for one in above], (name_of(organization), "")],
        "figures": figures,
        "adjusted": figures.adjusted["is_closed"],
        "shown": shown.count(),
        "shown_url": _board_url(organization, progress=Progress.DONE, month=f"{month:%Y-%m}"),
        "running": running.count(),
        "running_url": _board_url(organization, progress=Progress.RUNNING),
        "groups": _groups(figures),
        **leafing(month, at),
    }
    return render(request, "board/statistics.html", context)


def month_asked(request: HttpRequest, at: datetime) -> date:
    """2026-03; nothing written is the last whole month. 404 for what is none, or not yet."""
    written, running = request.GET.get("month", ""), month_of(at)
    month = read_month(written) if written else month_before(running)
    if month is None or month > running or month.year < FIRST_YEAR:
        raise Http404
    return month


def leafing(month: date, at: datetime) -> dict[str, object]:
    """The months beside this one."""
    after = month_after(month)
    return {
        "month": month,
        "is_running": month == month_of(at),
        "before": month_link(month_before(month)),
        "after": month_link(after) if after <= month_of(at) else "",
    }


def month_link(month: date) -> str:
    return f"?month={month:%Y-%m}"


def _url(organization: Organization, month: date) -> str:
    return reverse("board:statistics-of", args=[organization.pk]) + month_link(month)


def name_of(organization: Organization) -> str:
    """A branch answers for its compound, and the compound is what people know."""
    is_branch = organization.kind == OrganizationKind.BRANCH
    return str(organization.compound) if is_branch else organization.name


def _board_url(organization: Organization, **narrowed: str) -> str:
    if organization.kind == OrganizationKind.BRANCH:
        address = reverse("board:board", args=[organization.compound.code])
    else:
        address = reverse("board:board-within", args=[organization.pk])
    return f"{address}?{urlencode(narrowed)}"


def children_of(organization: Organization) -> list[Organization]:
    children = Organization.objects.get_children(organization).of_kind(*CHILD_KINDS)
    return list(children.select_related("compound"))


def _groups(figures: MonthFigures) -> list[tuple[str, list[Row]]]:
    """The children among their like, in the order of the tree: tiers, and no places."""
    groups: dict[str, list[Row]] = {}
    for child in children_of(figures.organization):
        row = Row(name_of(child), _url(child, figures.month), figures.of_child(child))
        groups.setdefault(_peers(child), []).append(row)
    order = ["", *[words for _, words in PEERS]]
    return sorted(groups.items(), key=lambda group: order.index(group[0]))


def _peers(child: Organization) -> str:
    compound: Compound | None = getattr(child, "compound", None)
    if compound is None:
        return ""
    return next(words for below, words in PEERS if compound.households < below)
