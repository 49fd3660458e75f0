"""公告: what is said to a compound, one announcement, and the pages of those who announce."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compounds.access import SignedInRequest
from compounds.announcements.access import (
    announcement_to_read,
    announcement_to_withdraw,
    announcements_to_manage,
    compound_to_hear,
    may_announce,
    speakers,
)
from compounds.announcements.actions import announce, count_reader, withdraw_announcement
from compounds.announcements.forms import AnnounceForm, WithdrawForm
from compounds.announcements.models import Announcement
from compounds.models import Organization
from compounds.rules import Conflict, Refused, local_day

A_PAGE = 50
STATES = {
    "withdrawn": ("已撤下", "quiet"),
    "ended": ("已过期", "quiet"),
    "coming": ("还没开始", "soon"),
    "showing": ("正在公告", "ok"),
}
READER_COOKIE, KNOWN_FOR = "reader", timedelta(days=365)


@require_safe
def of_compound(request: HttpRequest, code: str) -> HttpResponse:
    """What is said to those who live here, by branch, community and street."""
    compound = compound_to_hear(code)
    heard = Announcement.objects.heard_in(compound).showing(local_day(timezone.now()))
    context = {
        "compound": compound,
        "announcements": heard.for_list()[:A_PAGE],
        "may_announce": may_announce(request.user),
    }
    return render(request, "announcements/of_compound.html", context)


@require_safe
def announcement(request: HttpRequest, token: str) -> HttpResponse:
    """One of them. Reading is counted once a person or a browser, and nobody is written down."""
    found = announcement_to_read(token)
    reader = _reader(request)
    if found.withdrawn_at is None:
        count_reader(found, reader)
    context = {"announcement": found, "readers": found.readings.count()}
    response = render(request, "announcements/announcement.html", context)
    if not request.user.is_authenticated:
        response.set_cookie(
            READER_COOKIE,
            reader,
            KNOWN_FOR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _reader(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"person {request.user.pk}"
    return request.COOKIES.get(READER_COOKIE, "")[:40] or uuid4().hex


@login_required
@require_safe
def announcements(request: SignedInRequest) -> HttpResponse:
    """What my organisations have said, and how many have read it."""
    said = announcements_to_manage(request.user).counted().for_list()[:A_PAGE]
    today = local_day(timezone.now())
    context = {
        "rows": [(one, *STATES[one.state(today)]) for one in said],
        "speakers": speakers(request.user),
    }
    return render(request, "announcements/announcements.html", context)


@login_required
def announcement_new(request: SignedInRequest, pk: int) -> HttpResponse:
    speaker = _speaker(request, pk)
    form = AnnounceForm(request.POST or None, speaker=speaker)
    if form.is_valid():
        try:
            said = announce(
                organization=speaker, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            messages.success(request, "公告已发布。")
            return redirect(said)
    context = {"form": form, "speaker": speaker}
    return render(request, "announcements/announcement_new.html", context)


def _speaker(request: SignedInRequest, pk: int) -> Organization:
    found = [one for one in speakers(request.user) if one.pk == pk]
    if not found:
        raise Http404
    return found[0]


@login_required
def announcement_withdraw(request: SignedInRequest, token: str) -> HttpResponse:
    found = announcement_to_withdraw(request.user, token)
    form = WithdrawForm(request.POST or None)
    try:
        if form.is_valid():
            withdraw_announcement(found, reason=form.cleaned_data["reason"], at=timezone.now())
            messages.success(request, "公告已撤下。")
            return redirect("announcements:announcements")
    except Conflict as conflict:
        said = {"reason": str(conflict), "back": found.get_absolute_url()}
        return render(request, "409.html", said, status=409)
    context = {"form": form, "announcement": found}
    return render(request, "announcements/announcement_withdraw.html", context)
