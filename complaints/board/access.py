"""What anybody may see of a compound's matters, and who may word or hide a line of it."""

from collections import Counter
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Aggregate, Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left
from django.http import Http404

from complaints.board.models import Entry
from complaints.board.terms import ON_BOARD
from complaints.models import MonthRow, Snapshot, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.rules.months import FIGURES
from complaints.terms import Visibility
from compounds.access import User, compound_to_read, holds, post_over
from compounds.models import STEP, Compound, Organization, Post
from compounds.rules import masked_text
from compounds.terms import OrganizationKind, Role

KEEPERS = [Role.BRANCH_SECRETARY, Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF]
PUBLIC_KINDS = [
    OrganizationKind.DISTRICT,
    OrganizationKind.STREET,
    OrganizationKind.COMMUNITY,
    OrganizationKind.BRANCH,
]


def public_tickets() -> TicketQuerySet:
    """Never 不公开, and not hidden by whoever keeps the board."""
    hidden = Entry.objects.filter(hidden_at__isnull=False).values("ticket")
    return Ticket.objects.public().exclude(pk__in=hidden)


def tickets_on_board() -> TicketQuerySet:
    """Of these the accepted, and what became of them."""
    return public_tickets().filter(state__in=ON_BOARD)


def for_board(tickets: TicketQuerySet) -> TicketQuerySet:
    """With what a line shows; `joined` counts the reports that were merged into it."""
    joined = Ticket.objects.filter(merged_into=OuterRef("pk")).order_by().values("merged_into")
    counted = joined.annotate(count=Count("pk")).values("count")
    shown = tickets.annotate(joined=Coalesce(Subquery(counted), 0))
    return shown.select_related("building", "compound", "board_entry")


def public_words(ticket: Ticket) -> str:
    """What was reported, its numbers masked, or the words that the branch put in its place."""
    entry: Entry | None = getattr(ticket, "board_entry", None)
    return entry.words if entry and entry.words else masked_text(ticket.text)


def closed_in(tickets: TicketQuerySet, month: date) -> TicketQuerySet:
    """Those that the month counts as 办结."""
    rows = MonthRow.objects.filter(snapshot__month=month, is_closed=True)
    return tickets.filter(pk__in=rows.values("ticket"))


def compound_to_show(code: str) -> Compound:
    """Any compound: its board is for everybody."""
    compound = Compound.objects.select_related("branch").filter(code=code).first()
    if compound is None:
        raise Http404
    return compound


def organization_to_show(pk: int | None) -> Organization:
    """District, street, community or branch; without a number the district."""
    found = Organization.objects.of_kind(*PUBLIC_KINDS).filter(is_active=True).order_by("path")
    organization = found.filter(pk=pk).first() if pk else found.first()
    if organization is None:
        raise Http404
    return organization


def may_keep(user: User, compound: Compound) -> bool:
    return holds(user, *KEEPERS, organization=compound.branch)


def board_to_keep(user: User, code: str) -> Compound:
    compound = compound_to_read(user, code)
    if not may_keep(user, compound):
        raise PermissionDenied
    return compound


def tickets_to_keep(compound: Compound) -> TicketQuerySet:
    """What stands on the board, and what was hidden from it."""
    shown = Ticket.objects.filter(compound=compound, state__in=ON_BOARD)
    return shown.exclude(visibility=Visibility.SECRET)


def line_to_keep(user: User, code: str, number: str) -> Ticket:
    compound = board_to_keep(user, code)
    found = tickets_to_keep(compound).filter(code=number)
    ticket = found.select_related("board_entry", "compound__branch", "building").first()
    if ticket is None:
        raise Http404
    return ticket


def post_of_keeper(user: User, ticket: Ticket) -> Post:
    """By which post the line is changed."""
    return post_over(user, ticket.compound.branch, *KEEPERS)


def hidden_count(compound: Compound) -> int:
    hidden = Q(board_entry__hidden_at__isnull=False)
    return tickets_to_keep(compound).filter(hidden).count()


# --- The figures of a month --------------------------------------------------------------------

# Once in the denominator, though its resident answered before it came to lie on the shelf.
ALONE_ON_SHELF = Q(shelved=True, answered=False)
Counts = dict[str, int]


def snapshot_of(month: date) -> Snapshot | None:
    return Snapshot.objects.select_related("policy").filter(month=month).first()


def counts_within(organization: Organization, snapshot: Snapshot | None) -> dict[str, Counts]:
    """By the path of each child (of a branch, its own): one query, however wide it is."""
    is_leaf = organization.kind == OrganizationKind.BRANCH
    depth = len(organization.path) + (0 if is_leaf else STEP)
    rows = MonthRow.objects.within(organization).filter(snapshot=snapshot)
    by_child = rows.annotate(child=Left("compound__branch__path", depth)).values("child")
    counted = by_child.annotate(**COUNTED).values_list("child", *COUNTED).order_by()
    return {child: named(dict(zip(COUNTED, counts, strict=True))) for child, *counts in counted}


def adjusted_within(organization: Organization, snapshot: Snapshot | None) -> Counts:
    """What leaves a frozen month, because it was opened again afterwards."""
    rows = MonthRow.objects.within(organization).filter(snapshot=snapshot).adjusted()
    return named(rows.aggregate(**COUNTED))


def times_within(organization: Organization, snapshot: Snapshot | None) -> list[timedelta | None]:
    """用时 from filing to 办结: the median, and what nine of ten do not exceed."""
    rows = MonthRow.objects.within(organization).filter(snapshot=snapshot, is_closed=True)
    found = rows.aggregate(median=Percentile("took", share=0.5), most=Percentile("took", share=0.9))
    return [found["median"], found["most"]]


class Percentile(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"


# A count called like the column that it counts would take its place in the next filter.
COUNTED = {
    **{f"{figure}_count": Count("pk", filter=Q(**{figure: True})) for figure in FIGURES},
    "shelved_alone_count": Count("pk", filter=ALONE_ON_SHELF),
}


def named(row: dict[str, int]) -> Counts:
    return {name.removesuffix("_count"): count for name, count in row.items()}


def summed(counted: dict[str, Counts]) -> Counts:
    total: Counter[str] = Counter()
    for counts in counted.values():
        total.update(counts)
    return dict(total)
