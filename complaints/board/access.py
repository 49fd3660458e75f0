"""What anybody may see of a compound's matters, and who may word or hide a line of it."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.http import Http404

from complaints.board.models import Entry
from complaints.board.rules.rates import Counts
from complaints.board.terms import ON_BOARD
from complaints.models import Callback, Ticket, TicketClock
from complaints.models.tickets import TicketQuerySet
from complaints.terms import ClockKind, Resolution, Satisfaction, Solved, State, Visibility
from compounds.access import User, compound_to_read, holds, posts_in
from compounds.models import STEP, Compound, Organization, Post
from compounds.rules import masked_text, midnight
from compounds.terms import OrganizationKind, Role

KEEPERS = [Role.BRANCH_SECRETARY, Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF]
PUBLIC_KINDS = [
    OrganizationKind.DISTRICT,
    OrganizationKind.STREET,
    OrganizationKind.COMMUNITY,
    OrganizationKind.BRANCH,
]


IS_SHOWN = ~Q(visibility=Visibility.SECRET) & Q(board_entry__hidden_at__isnull=True)


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
    """Those whose last word was spoken in the month."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tickets.filter(closed_at__gte=midnight(month), closed_at__lt=midnight(following))


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
    path = ticket.compound.branch.path
    for post in posts_in(user, *KEEPERS):
        if path.startswith(post.organization.path):
            return post
    raise PermissionDenied


def hidden_count(compound: Compound) -> int:
    hidden = Q(board_entry__hidden_at__isnull=False)
    return tickets_to_keep(compound).filter(hidden).count()


# --- The figures of a month --------------------------------------------------------------------


def counts_within(organization: Organization, month: date) -> dict[str, Counts]:
    """By the path of each child (of a branch, its own): three queries, however wide it is."""
    is_leaf = organization.kind == OrganizationKind.BRANCH
    depth = len(organization.path) + (0 if is_leaf else STEP)
    closed = closed_in(Ticket.objects.filter(state=State.CLOSED).within(organization), month)
    answered = Callback.objects.filter(ticket__in=closed, answered_at__isnull=False)
    parts = [
        _grouped(closed, "", depth, closed=Count("pk"), public=Count("pk", filter=IS_SHOWN)),
        _grouped(
            TicketClock.objects.filter(kind=ClockKind.CONTACT, ticket__in=closed),
            "ticket__",
            depth,
            due=Count("pk"),
            contacted=Count("pk", filter=Q(stopped_at__lte=F("due_at"))),
        ),
        _grouped(
            answered.exclude(ticket__resolution=Resolution.UNREASONABLE),
            "ticket__",
            depth,
            answered=Count("pk"),
            solved=Count("pk", filter=Q(solved=Solved.YES)),
            partly=Count("pk", filter=Q(solved=Solved.PARTLY)),
            satisfied=Count("pk", filter=Q(satisfaction=Satisfaction.SATISFIED)),
            basically=Count("pk", filter=Q(satisfaction=Satisfaction.BASICALLY)),
        ),
    ]
    found: dict[str, Counts] = {}
    for part in parts:
        for path, counts in part.items():
            found[path] = found.get(path, Counts()) + counts
    return found


def _grouped(rows: QuerySet[Any], prefix: str, depth: int, **counted: Count) -> dict[str, Counts]:
    by_child = rows.annotate(child=Left(f"{prefix}compound__branch__path", depth)).order_by()
    # A count called like the column it counts would take its place in the next filter.
    columns = {f"{name}_count": count for name, count in counted.items()}
    return {
        row["child"]: Counts(**{name: row[f"{name}_count"] for name in counted})
        for row in by_child.values("child").annotate(**columns)
    }
