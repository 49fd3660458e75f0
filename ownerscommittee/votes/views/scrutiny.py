"""监票: who voted, when and how, each look logged; a ballot voided by two; one opened with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compounds.access import SignedInRequest
from compounds.files.views import send_file
from compounds.rules import Conflict, Refused
from ownerscommittee.votes.access.desks import ballot_to_scrutinize, scan_to_see, void_to_decide
from ownerscommittee.votes.access.meetings import meeting_to_scrutinize
from ownerscommittee.votes.actions.scrutiny import (
    ask_void,
    decide_void,
    look_at_list,
    look_at_scan,
    open_ballot,
)
from ownerscommittee.votes.forms.ballots import AskVoidForm, OpenBallotForm
from ownerscommittee.votes.models.asking import asked_of
from ownerscommittee.votes.rules.meetings import VOIDABLE
from ownerscommittee.votes.terms import CLOSED_STATES
from ownerscommittee.votes.views.entry import conflict_page

A_PAGE = 50


@login_required
@never_cache
@require_safe
def ballots(request: SignedInRequest, code: str) -> HttpResponse:
    """投票名单: number, right, channel and moment; never a choice."""
    meeting = meeting_to_scrutinize(request.user, code)
    look_at_list(meeting, by=request.user, at=timezone.now())
    after = request.GET.get("after", "")
    rows = meeting.ballots.for_list().select_related("by").order_by("pk")
    if after.isdecimal():
        rows = rows.filter(pk__gt=int(after))
    found = list(rows[: A_PAGE + 1])
    more = found[A_PAGE - 1].pk if len(found) > A_PAGE else None
    page = {
        "meeting": meeting,
        "ballots": found[:A_PAGE],
        "next_url": f"?after={more}" if more else "",
        "voids": meeting.ballots.filter(voids__decided_at__isnull=True, voids__isnull=False)
        .for_list()
        .values_list("entry__index", "voids__pk", "voids__reason"),
    }
    return render(request, "votes/ballots.html", page)


@login_required
@never_cache
def ballot(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """第 57 号: ask for its void, or open it with a reason, shown on this very answer alone."""
    found = ballot_to_scrutinize(request.user, code, number)
    asks = request.method == "POST" and "open" not in request.POST
    opens = request.method == "POST" and not asks
    void_form = AskVoidForm(request.POST if asks else None, prefix="void")
    open_form = OpenBallotForm(request.POST if opens else None, prefix="look")
    page = {"meeting": found.meeting, "ballot": found, "void_form": void_form}
    page |= {"open_form": open_form, "voids": found.voids.select_related("asked_by", "decided_by")}
    try:
        if void_form.is_valid():
            given = void_form.cleaned_data
            ask_void(found, **given, by=request.user, at=timezone.now())
            messages.success(request, "已提出，等另一位监票人决定。")
            return redirect("votes:ballots", code)
        if open_form.is_valid():
            secret = open_ballot(
                found, **open_form.cleaned_data, by=request.user, at=timezone.now()
            )
            asked = asked_of(found.meeting)
            answers = [(one.title, one.words(secret["choices"][one.ident])) for one in asked]
            page["answers"] = answers
    except Conflict as conflict:
        return conflict_page(request, conflict, found.meeting.get_absolute_url())
    except Refused as refusal:
        open_form.add_error(None, str(refusal))
    page["may_open"] = found.meeting.closed_at is not None
    page["may_void"] = found.is_standing and found.meeting.state in VOIDABLE
    return render(request, "votes/ballot.html", page)


@login_required
@require_POST
def void(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """同意或不同意作废."""
    asked = void_to_decide(request.user, code, pk)
    is_confirmed = "confirm" in request.POST
    try:
        decide_void(asked, is_confirmed=is_confirmed, by=request.user, at=timezone.now())
    except Conflict as conflict:
        return conflict_page(request, conflict, asked.ballot.meeting.get_absolute_url())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已作废，业主会收到通知。" if is_confirmed else "没有作废。")
    return redirect("votes:ballots", code)


@login_required
@never_cache
@require_safe
def scan(request: SignedInRequest, code: str, pk: int) -> FileResponse:
    """扫描件: beside the form of whoever types it, and later under the ballot that was opened."""
    paper = scan_to_see(request.user, code, pk)
    if paper.form.meeting.state in CLOSED_STATES:
        look_at_scan(paper, by=request.user, at=timezone.now())
    return send_file(paper.scan)
