"""Pages that belong to no app: the front door, the style guide, health, and what to say on failure."""

import re
import sys
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bizhan import feeds
from bizhan.access import compounds_of, organization_to_oversee, overseen
from bizhan.context import VIEW_COOKIE, VIEWS
from bizhan.figures import Figures, dashboard_url
from bizhan.months import OverseenMonth
from bizhan.personal import data_of_person, forget_person
from bizhan.returns import returns_of
from bizhan.samples import samples
from complaints.access.desk import tickets_waiting_for
from complaints.access.personal import concerns_by
from complaints.access.reporters import reported_by
from complaints.board.views.statistics import leafing, month_asked
from complaints.forms.personal import ForgetForm
from complaints.models import PolicyVersion
from complaints.terms import Outcome
from complaints.views.parcel import RESIDENT_STATES
from compounds.access import active_posts
from compounds.accounts.access import my_homes, my_posts, signed_in
from compounds.announcements.access import may_announce
from compounds.announcements.models import Announcement
from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.feeds.access import feed_at
from compounds.feeds.actions import note_reading
from compounds.feeds.models import Feed
from compounds.feeds.terms import FeedKind
from compounds.models import Organization
from compounds.rules import Refused, local_day
from ownerscommittee.votes.access.desks import meetings_at_work
from ownerscommittee.votes.access.rolls import compounds_whose_rolls_are_kept
from ownerscommittee.votes.access.voters import waiting_for as votes_waiting_for

FeedWriter = Callable[[Feed, list[feeds.Occasion]], bytes]
ONE_YEAR = 365 * 24 * 3600
NEVER_REPEATED = re.compile("password|csrfmiddlewaretoken")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door: for a resident, what they reported stands on it."""
    at = timezone.now()
    mine = reported_by(request.user).for_list().order_by("-filed_at")[:5]
    compounds = compounds_of(request.user)
    announcements = (
        Announcement.objects.heard_in(*compounds).showing(local_day(at)).for_list()[:3]
        if compounds
        else []
    )
    context = {
        "mine": [(ticket, *RESIDENT_STATES[ticket.state]) for ticket in mine],
        "waiting": tickets_waiting_for(request.user, at=at).count()
        if active_posts(request.user)
        else None,
        "overseen": overseen(request.user)[:3],
        "compounds": compounds,
        "kept": compounds_whose_rolls_are_kept(request.user),
        "announcements": announcements,
        "may_announce": may_announce(request.user),
        "votes": votes_waiting_for(request.user).for_list()[:5],
        "meetings": meetings_at_work(request.user),
    }
    return render(request, "home.html", context)


@login_required
@require_safe
def dashboard(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """总览: open, late, by light, by community and compound; every number opens its list."""
    organization = organization_to_oversee(request.user, pk)
    at = timezone.now()
    figures = Figures(organization, at)
    above = [one for one in overseen(request.user) if organization.path.startswith(one.path)]
    widest = min((one.path for one in above), key=len)
    ancestors = Organization.objects.above(organization).filter(path__startswith=widest)
    context = {
        "organization": organization,
        "crumbs": [(one.name, dashboard_url(one)) for one in ancestors] + [(organization.name, "")],
        "lights": figures.lights,
        "rows": figures.rows,
        "states": figures.states,
        "levels": figures.levels,
        "shelved": figures.shelved,
        "at": at,
    }
    return render(request, "dashboard.html", context)


@login_required
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """我的信息: what the portal keeps of whoever is signed in, and what they may do about it."""
    person = signed_in(request)
    context = {
        "homes": my_homes(person),
        "posts": my_posts(person),
        "concerns": concerns_by(person),
        "days": PolicyVersion.objects.in_force(timezone.now()).policy.number("keep_reporter_days"),
    }
    return render(request, "my_data.html", context)


@login_required
@never_cache
@require_safe
def my_data_file(request: HttpRequest) -> JsonResponse:
    person, at = signed_in(request), timezone.now()
    data = data_of_person(person, at=at)
    record(person, AuditVerb.EXPORTED, person, at=at, reason="本人下载")
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="bizhan.json"'
    return response


@login_required
def my_data_leave(request: HttpRequest) -> HttpResponse:
    """注销账号: the way out is also the end of the session."""
    form = ForgetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            forget_person(signed_in(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            messages.success(request, "账号已注销，您的姓名和电话已经抹去。")
            return redirect("home")
    return render(request, "my_data_leave.html", {"form": form})


@login_required
@require_safe
def dashboard_month(request: HttpRequest, pk: int) -> HttpResponse:
    """每月统计: the month's figures, each with its list."""
    organization, at = organization_to_oversee(request.user, pk), timezone.now()
    month = month_asked(request, at)
    counted = OverseenMonth(organization, month, at)
    context = {
        "organization": organization,
        "back": dashboard_url(organization),
        "counted": counted,
        "figures": counted.read,
        "rows": counted.rows,
        **leafing(month, at),
    }
    return render(request, "dashboard_month.html", context)


@login_required
@require_safe
def dashboard_returns(request: HttpRequest, pk: int) -> HttpResponse:
    """退单 by unit; every number opens its list."""
    organization = organization_to_oversee(request.user, pk)
    context = {
        "organization": organization,
        "back": dashboard_url(organization),
        "units": returns_of(organization),
        "outcomes": Outcome.labels,
        "at": timezone.now(),
    }
    return render(request, "dashboard_returns.html", context)


@require_safe
def feed_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Deadlines for a telephone's calendar, read by whoever knows the private address."""
    return _feed(request, token, FeedKind.CALENDAR, feeds.calendar_of, "text/calendar")


@require_safe
def feed_news(request: HttpRequest, token: str) -> HttpResponse:
    return _feed(request, token, FeedKind.NEWS, feeds.news_of, "application/atom+xml")


def _feed(
    request: HttpRequest, token: str, kind: FeedKind, write: FeedWriter, media_type: str
) -> HttpResponse:
    """Rights are asked anew at each reading; what did not change is not sent again (304)."""
    at = timezone.now()
    feed = feed_at(token, kind)
    note_reading(feed, at=at)
    found = feeds.occasions(feed.person, at)
    content = write(feed, found)
    changed_at = max((one.changed_at for one in found), default=feed.made_at)
    response = HttpResponse(content, content_type=f"{media_type}; charset=utf-8")
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-cache", "noindex"
    response["ETag"] = tag = feeds.tag_of(content)
    response["Last-Modified"] = http_date(changed_at.timestamp())
    answer = get_conditional_response(request, etag=tag, response=response)
    assert isinstance(answer, HttpResponse)
    return answer


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part of the visual language on one page, for those who write templates."""
    return render(request, "styleguide.html", samples())


@require_POST
def switch_view(request: HttpRequest) -> HttpResponse:
    """长辈版: the same pages in large type, remembered by a cookie for a year."""
    response = redirect(_safe_next(request))
    view = request.POST.get("view", "")
    if view in VIEWS:
        response.set_cookie(
            VIEW_COOKIE, view, ONE_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    return wanted if url_has_allowed_host_and_scheme(wanted, hosts, require_https=secure) else "/"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """For the load balancer: does the one thing we cannot do without answer?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page went stale, or a stranger sent it. What was typed on our own page is kept."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    kept = [
        (name, value)
        for name, values in (request.POST.lists() if ours else [])
        for value in values
        if not NEVER_REPEATED.search(name)
    ]
    context = {"kept": kept, "had_files": bool(ours and request.FILES)}
    return render(request, "403_csrf.html", context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """No database: 503, soon back. Anything else: 500. Neither page asks for a context."""
    if isinstance(sys.exc_info()[1], OperationalError):
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": "30"})
    return HttpResponse(render_to_string("500.html"), status=500)


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """What keeps the desk readable without a network; at the root, since it is for every page."""
    return render(request, "worker.js", content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")
