"""The desk: what waits for me, every ticket in my scope, and one ticket whole."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access.alike import alike_for_desk
from complaints.access.desk import oversees
from complaints.access.entering import may_enter
from complaints.access.lists import (
    may_export,
    my_views,
    page_to_read,
    page_waiting_for,
    scope_of,
)
from complaints.access.reading import photo_to_read, ticket_to_look_at, ticket_to_read
from complaints.access.rights import right_among, standings
from complaints.access.wordings import may_keep_replies
from complaints.forms.filters import TicketFilter
from complaints.models import Ticket, TicketClock, TicketEvent
from complaints.rules.clocks import ANSWERING
from complaints.rules.moves import may_follow
from complaints.terms import (
    Channel,
    ClockKind,
    Level,
    Light,
    Order,
    Platform,
    Satisfaction,
    Solved,
    State,
    Support,
    Verb,
    Visibility,
)
from complaints.views.deed import Deed
from complaints.views.deeds import DEEDS
from complaints.views.pictures import hung
from complaints.views.together import deeds_together
from compounds.access import User
from compounds.files.views import send_file

LIGHT_TONES = {Light.GREEN: "ok", Light.YELLOW: "soon", Light.RED: "late"}
A_PAGE = 50
HIDDEN = "反映人选了不公开。"


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """待我处理: the least time left first."""
    at = timezone.now()
    after = request.GET.get("after", "")
    found = page_waiting_for(request.user, at=at, after=after, count=A_PAGE + 1)
    user = request.user
    more = {
        "may_enter": may_enter(user),
        "may_keep_replies": may_keep_replies(user),
        "oversees": oversees(user),
    }
    return _list(request, found, "complaints/desk.html", Order.TERM, at=at, **more)


@login_required
@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """Every ticket in my scope, narrowed by what the address asks."""
    chosen = TicketFilter(request.GET, user=request.user, scope=scope_of(request.user))
    found = page_to_read(
        request.user,
        chosen.qs,
        order=chosen.order,
        after=request.GET.get("after", ""),
        count=A_PAGE + 1,
    )
    return _list(
        request,
        found,
        "complaints/tickets.html",
        chosen.order,
        at=timezone.now(),
        form=chosen.form,
        is_narrowed=chosen.is_narrowed,
        query=chosen.query,
        views=my_views(request.user),
        may_export=may_export(request.user),
    )


def _list(
    request: HttpRequest, found: list[Ticket], template: str, order: Order, *, at: Any, **more: Any
) -> HttpResponse:
    """A page of fifty by key: the next begins after the last one's place in the order."""
    next_url = ""
    if len(found) > A_PAGE:
        query = request.GET.copy()
        query["after"] = found[A_PAGE - 1].list_key(order)
        next_url = f"?{query.urlencode()}"
    rows = [(ticket, ticket.light(at)) for ticket in found[:A_PAGE]]
    lit = [(ticket, light.label, LIGHT_TONES[light]) for ticket, light in rows]
    context = {"rows": lit, "next_url": next_url, "order": order.label, "at": at, **more}
    context["together"] = deeds_together(request.user)
    return render(request, template, context)


@login_required
@require_safe
def ticket(request: HttpRequest, code: str) -> HttpResponse:
    found = ticket_to_look_at(request.user, code)
    if found.merged_into and "original" not in request.GET:
        with suppress(Http404):  # who reads this one may be a stranger to the other
            return redirect(ticket_to_read(request.user, found.merged_into.code))
    at = timezone.now()
    light = found.light(at)
    clocks = list(found.clocks.order_by("started_at", "pk"))
    running = {one.kind for one in clocks if not one.stopped_at and one.round == found.round}
    deeds = _deeds(request.user, found, running)
    context = {
        "ticket": found,
        "light": light.label,
        "tone": LIGHT_TONES[light],
        "facts": _facts(found),
        "clocks": [
            (clock, *_clock_state(clock, at), _limit_words(found, clock)) for clock in clocks
        ],
        "events": _events(found, with_notes=deeds["may_note"]),
        **_around(found),
        **deeds,
        "alike": alike_for_desk(request.user, found, at=at) if deeds["may_merge"] else [],
    }
    return render(request, "complaints/ticket.html", context)


def _events(found: Ticket, *, with_notes: bool) -> list[TicketEvent]:
    """The history; heads of stairs are residents, and read no notes among colleagues."""
    events = found.events.select_related("by", "organization")
    return [event for event in events if with_notes or event.verb != Verb.NOTED]


def _parts(found: Any) -> list[tuple[str, str, str]]:
    """The other matters of the same report, the first of them before all."""
    part = getattr(found, "part", None)
    whole = [(part.whole.code, part.whole.title, part.whole.state)] if part else []
    others = [(one["code"], one["title"], one["state"]) for one in found.split]
    told = [*whole, *(one for one in others if one[0] != found.code)]
    return [(code, title, State(state).label) for code, title, state in told]


def _around(found: Any) -> dict[str, Any]:
    """What came with the row of the ticket, in words."""
    return {
        "photos": hung(found.pictures),
        "parts": _parts(found),
        "merged": [
            (
                one["code"],
                datetime.fromisoformat(one["filed_at"]),
                HIDDEN if one["visibility"] == Visibility.SECRET else one["text"],
            )
            for one in found.joined
        ],
        "climbs": [
            (
                f"{Level(one['level']).label} · {ClockKind(one['clock']).label}",
                datetime.fromisoformat(one["at"]),
            )
            for one in found.reached
        ],
        "answers": [
            (
                one["round"],
                f"{Solved(one['solved']).label}，{Satisfaction(one['satisfaction']).label}",
                one["comment"],
            )
            for one in found.answers
        ],
    }


def _deeds(user: User, found: Ticket, running: set[str]) -> dict[str, Any]:
    """The deeds that this person may do now, the dangerous and the rare ones apart."""
    held = standings(user, found)
    possible: list[tuple[str, Deed]] = [
        (found.deed_url(slug), deed)
        for slug, deed in DEEDS.items()
        if may_follow(deed.verb, found.state)
        and deed.is_for(found, running)
        and right_among(held, deed.verb)
    ]
    aside = [(url, deed) for url, deed in possible if deed.is_aside]
    return {
        "deeds": [(url, deed) for url, deed in possible if not (deed.is_danger or deed.is_aside)],
        "may_note": bool(right_among(held, Verb.NOTED)),
        "may_split": bool(right_among(held, Verb.SPLIT)),
        "may_unmerge": bool(right_among(held, Verb.UNMERGED)),
        "may_merge": any(deed.verb == Verb.MERGED for _, deed in possible),
        "dangers": [(url, deed) for url, deed in possible if deed.is_danger],
        "asides": aside,
        "may_reveal": bool(right_among(held, Verb.REVEALED))
        and may_follow(Verb.REVEALED, found.state),
    }


def _clock_state(clock: TicketClock, at: Any) -> tuple[str, str]:
    """A clock in a word and its tone."""
    if clock.stopped_at:
        late = clock.stopped_at > clock.due_at
        return ("超期完成", "late") if late else ("按时完成", "ok")
    if clock.paused_at:
        return "暂停", "quiet"
    if clock.due_at <= at:
        return "超期", "late"
    return ("快到期", "soon") if clock.warn_at <= at else ("正常", "ok")


def _limit_words(found: Ticket, clock: TicketClock) -> str:
    """How long the rules of this ticket allow; a re-do has half of it."""
    limit = found.policy.policy.limit(clock.kind, found.lane, found.kind)
    if limit is None:
        return ""
    is_redo = clock.round > 1 and clock.kind in ANSWERING
    return str(limit.halved() if is_redo else limit)


def _facts(found: Any) -> list[tuple[str, str]]:
    supports = [f"{one['unit']}（{Support(one['kind']).label}）" for one in found.supporting]
    return [
        *_name(found),
        ("地点", found.where),
        ("类别", f"{found.get_category_display() or '未定'} · {found.get_kind_display()}"),
        ("紧急程度", found.get_lane_display()),
        ("主办", str(found.lead or "未定")),
        *([("为什么是这个单位", found.why_lead)] if found.why_lead and found.lead else []),
        ("经办人", str(found.assignee or "未定")),
        ("协办", "、".join(supports) or "无"),
        ("公开程度", found.get_visibility_display()),
        ("轮次", f"第 {found.round} 轮"),
        ("来源", "、".join(_source(one) for one in found.told)),
        *[(Platform(one["platform"]).label, one["number"]) for one in found.known_as],
        ("也遇到", f"另有 {found.follower_count} 人" if found.follower_count else "没有别人"),
    ]


def _source(told: dict[str, str]) -> str:
    """「电话代录（李文秀登记）」, or how the resident came."""
    channel = Channel(told["channel"]).label
    return f"{channel}（{told['by']}登记）" if told["by"] else channel


def _name(found: Ticket) -> list[tuple[str, str]]:
    """Only of whoever chose 公开，写上我的姓名; never the telephone."""
    if found.visibility != Visibility.NAMED:
        return []
    names = [concern.name for concern in found.concerns.filter(visibility=Visibility.NAMED)]
    return [("反映人", "、".join(filter(None, names)) or "没有留")]


@login_required
@require_safe
def ticket_photo(request: HttpRequest, code: str, token: str) -> FileResponse:
    return send_file(photo_to_read(request.user, code, token).file)
