"""公开统计: a month of the district, a street, a community or a compound; never a person."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.board.access import counts_within, organization_to_show, tickets_on_board
from complaints.board.rules.rates import Counts, Rates, rates_of
from complaints.board.terms import Progress
from complaints.models import PolicyVersion
from complaints.terms import State
from compounds.models import Compound, Organization
from compounds.rules import local_day, midnight
from compounds.terms import OrganizationKind

CHILD_KINDS = [OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH]
# Compounds are compared with their like: (fewer households than, what they are called).
PEERS = [(300, "300 户以下"), (1000, "300 到 999 户"), (10**9, "1000 户以上")]


@dataclass(frozen=True)
class Row:
    """One child with its figures; `shown_url` lists exactly the matters behind 公示."""

    name: str
    url: str
    shown_url: str
    rates: Rates

    @property
    def printed(self) -> dict[str, str]:
        return self.rates.shown()


@require_safe
def statistics(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    organization = organization_to_show(pk)
    today = local_day(timezone.now())
    month = _month(request.GET.get("month", ""), today)
    policy = PolicyVersion.objects.in_force(midnight(_after(month)) - timedelta(seconds=1)).policy
    counted = counts_within(organization, month)
    rates = rates_of(sum(counted.values(), Counts()), policy.terms)
    above = Organization.objects.above(organization)
    running = tickets_on_board().within(organization).exclude(state=State.CLOSED)
    context = {
        "organization": organization,
        "name": _name(organization),
        "crumbs": [*[(one.name, _url(one, month)) for one in above], (_name(organization), "")],
        "month": month,
        "is_running": month == today.replace(day=1),
        "before": _link(_before(month)),
        "after": _link(_after(month)) if _after(month) <= today else "",
        "rates": rates,
        "printed": rates.shown(),
        "shown_url": _shown_url(organization, month),
        "running": running.count(),
        "running_url": _board_url(organization, progress=Progress.RUNNING),
        "groups": _groups(organization, month, counted, policy.terms),
        "terms": policy.terms["rates"],
    }
    return render(request, "board/statistics.html", context)


def _month(written: str, today: date) -> date:
    """2026-03; nothing written is the last whole month. 404 for what is none, or not yet."""
    if not written:
        return _before(today.replace(day=1))
    try:
        month = date.fromisoformat(f"{written}-01")
    except ValueError:
        raise Http404 from None
    if month > today or month.year < 2019:
        raise Http404
    return month


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _link(month: date) -> str:
    return f"?month={month:%Y-%m}"


def _url(organization: Organization, month: date) -> str:
    return reverse("board:statistics-of", args=[organization.pk]) + _link(month)


def _name(organization: Organization) -> str:
    """A branch answers for its compound, and the compound is what people know."""
    is_branch = organization.kind == OrganizationKind.BRANCH
    return str(organization.compound) if is_branch else organization.name


def _board_url(organization: Organization, **narrowed: str) -> str:
    if organization.kind == OrganizationKind.BRANCH:
        address = reverse("board:board", args=[organization.compound.code])
    else:
        address = reverse("board:board-within", args=[organization.pk])
    return f"{address}?{urlencode(narrowed)}"


def _shown_url(organization: Organization, month: date) -> str:
    return _board_url(organization, progress=Progress.DONE, month=f"{month:%Y-%m}")


def _groups(
    organization: Organization, month: date, counted: dict[str, Counts], terms: dict[str, Any]
) -> list[tuple[str, list[Row]]]:
    """The children among their like, in the order of the tree: tiers, and no places."""
    children = Organization.objects.get_children(organization).of_kind(*CHILD_KINDS)
    groups: dict[str, list[Row]] = {}
    for child in children.select_related("compound"):
        rates = rates_of(counted.get(child.path, Counts()), terms)
        row = Row(_name(child), _url(child, month), _shown_url(child, month), rates)
        groups.setdefault(_peers(child), []).append(row)
    order = ["", *[words for _, words in PEERS]]
    return sorted(groups.items(), key=lambda group: order.index(group[0]))


def _peers(child: Organization) -> str:
    compound: Compound | None = getattr(child, "compound", None)
    if compound is None:
        return ""
    return next(words for below, words in PEERS if compound.households < below)
