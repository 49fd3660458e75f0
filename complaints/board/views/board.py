"""公示栏: how the matters of a compound are getting on, for everybody and without a name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints.board.access import (
    board_to_keep,
    closed_in,
    compound_to_show,
    for_board,
    hidden_count,
    line_to_keep,
    may_keep,
    organization_to_show,
    tickets_on_board,
    tickets_to_keep,
)
from complaints.board.actions import hide_line, show_line, word_line
from complaints.board.forms import HideForm, NarrowForm, WordForm
from complaints.board.terms import Progress
from complaints.forms.report import CompoundSearchForm
from complaints.models import Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Order, State
from complaints.views.parcel import RESIDENT_STATES
from complaints.views.report import compounds_by_street
from compounds.accounts.access import signed_in
from compounds.announcements.models import Announcement
from compounds.models import Compound
from compounds.rules import Refused, local_day, midnight

A_PAGE, FEW = 30, 3
WAITS_FOR_THE_RESIDENT = ("等居民评价", "soon")


@dataclass(frozen=True)
class Line:
    """One matter as the board tells it."""

    what: str
    where: str
    word: str
    tone: str
    days: str
    result: str
    others: int  # neighbours who met it too
    joined: int  # reports of the same matter that go on with it


def line_of(ticket: Ticket, *, at: datetime, has_compound: bool = False) -> Line:
    entry = getattr(ticket, "board_entry", None)
    what = entry.words if entry and entry.words else ticket.get_category_display()
    where = str(ticket.building or "公共区域")
    is_closed = ticket.state == State.CLOSED
    word, tone = RESIDENT_STATES[ticket.state]
    if ticket.state == State.CALLBACK:
        word, tone = WAITS_FOR_THE_RESIDENT
    ended = ticket.closed_at if is_closed and ticket.closed_at else at
    days = (local_day(ended) - local_day(ticket.filed_at)).days
    result = ticket.get_resolution_display() if is_closed else ""
    if is_closed and ticket.promised_on:
        result += f"，{midnight(ticket.promised_on):%Y-%m-%d} 前"
    category = ticket.get_category_display()
    return Line(
        what=category if what == category else f"{category}：{what}",
        where=f"{ticket.compound} {where}" if has_compound else where,
        word=word,
        tone=tone,
        days=_days(days, is_closed=is_closed),
        result=result,
        others=ticket.follower_count,
        joined=getattr(ticket, "joined", 0),
    )


def _days(days: int, *, is_closed: bool) -> str:
    if is_closed:
        return f"用了 {days} 天" if days else "当天办结"
    return f"第 {days + 1} 天"


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """Which compound: found by its name, or by its street."""
    form = CompoundSearchForm(request.GET or None)
    wanted = form.cleaned_data["q"].strip() if form.is_valid() else ""
    compounds = list(Compound.objects.for_list().filter(name__contains=wanted))
    context = {"form": form, "wanted": wanted, "streets": compounds_by_street(compounds)}
    return render(request, "board/boards.html", context)


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    compound = compound_to_show(code)
    at = timezone.now()
    heard = Announcement.objects.heard_in(compound).showing(local_day(at))
    mine = tickets_on_board().filter(compound=compound)
    request.helpline = compound.branch.telephone  # type: ignore[attr-defined]
    context = {
        "compound": compound,
        "announcements": heard.for_list()[:FEW],
        "hidden": hidden_count(compound),
        "may_keep": may_keep(request.user, compound),
        **_page(request, mine, at=at, has_compound=False),
    }
    return render(request, "board/board.html", context)


@require_safe
def board_within(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a community, a street or the district: where a figure leads."""
    organization = organization_to_show(pk)
    at = timezone.now()
    found = tickets_on_board().within(organization)
    context = {"organization": organization, **_page(request, found, at=at, has_compound=True)}
    return render(request, "board/board_within.html", context)


def _page(
    request: HttpRequest, found: TicketQuerySet, *, at: datetime, has_compound: bool
) -> dict[str, object]:
    """A page by key, the newest first."""
    form = NarrowForm(request.GET)
    found = narrowed(found, form)
    after = request.GET.get("after", "")
    shown = for_board(found.listed(Order.NEWEST, after))
    page = list(shown[: A_PAGE + 1])
    query = request.GET.copy()
    query["after"] = str(page[A_PAGE - 1].pk) if len(page) > A_PAGE else ""
    return {
        "form": form,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "lines": [line_of(one, at=at, has_compound=has_compound) for one in page[:A_PAGE]],
        "next_url": f"?{query.urlencode()}" if len(page) > A_PAGE else "",
        "at": at,
    }


def narrowed(found: TicketQuerySet, form: NarrowForm) -> TicketQuerySet:
    """None while the form is wrong, so that nobody misreads the list."""
    if not form.is_valid():
        return found.none()
    asked = form.cleaned_data
    if asked["category"]:
        found = found.filter(category=asked["category"])
    if asked["progress"] == Progress.RUNNING:
        found = found.exclude(state=State.CLOSED)
    if asked["progress"] == Progress.DONE:
        found = found.filter(state=State.CLOSED)
    return closed_in(found, asked["month"]) if asked["month"] else found


@login_required
@require_safe
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """公示管理: every line, hidden ones too."""
    compound = board_to_keep(request.user, code)
    found = tickets_to_keep(compound).listed(Order.NEWEST, request.GET.get("after", ""))
    page = list(for_board(found)[: A_PAGE + 1])
    at = timezone.now()
    context = {
        "compound": compound,
        "rows": [(one, line_of(one, at=at)) for one in page[:A_PAGE]],
        "next_url": f"?after={page[A_PAGE - 1].pk}" if len(page) > A_PAGE else "",
    }
    return render(request, "board/keep.html", context)


@login_required
def line(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One line: how it is worded, or why it is hidden; the report itself stands beside it."""
    ticket = line_to_keep(request.user, code, number)
    entry = getattr(ticket, "board_entry", None)
    sent = request.POST if request.method == "POST" else None
    form = WordForm(sent, initial={"words": entry.words if entry else ""})
    if form.is_valid():
        try:
            word_line(ticket, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, "公示用语已保存，马上生效。")
            return redirect("board:keep", code)
    return _line(request, ticket, form, HideForm())


@login_required
@require_POST
def line_hide(request: HttpRequest, code: str, number: str) -> HttpResponse:
    ticket = line_to_keep(request.user, code, number)
    form = HideForm(request.POST)
    if not form.is_valid():
        return _line(request, ticket, WordForm(), form)
    reason = form.cleaned_data["reason"]
    return _changed(request, ticket, lambda **how: hide_line(ticket, reason=reason, **how))


@login_required
@require_POST
def line_show(request: HttpRequest, code: str, number: str) -> HttpResponse:
    ticket = line_to_keep(request.user, code, number)
    return _changed(request, ticket, lambda **how: show_line(ticket, **how))


def _line(request: HttpRequest, ticket: Ticket, form: WordForm, hiding: HideForm) -> HttpResponse:
    context = {
        "ticket": ticket,
        "form": form,
        "hiding": hiding,
        "entry": getattr(ticket, "board_entry", None),
        "line": line_of(ticket, at=timezone.now()),
        "events": ticket.board_events.select_related("by"),
    }
    return render(request, "board/line.html", context)


def _changed(request: HttpRequest, ticket: Ticket, act: Callable[..., None]) -> HttpResponse:
    back = reverse("board:keep", args=[ticket.compound.code])
    try:
        act(by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return render(request, "409.html", {"reason": str(refusal), "back": back}, status=409)
    messages.success(request, "已改好，公示栏马上生效。")
    return redirect(back)
