"""录票: the clerks' desk for the hall, the telephone, proxies and papers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compounds.access import SignedInRequest
from compounds.rules import Conflict, Refused
from ownerscommittee.votes.access.desks import (
    form_to_receive,
    forms_to_print,
    meeting_of_form,
    paper_to_handle,
    proxy_to_end,
    right_to_enter,
    rights_found,
)
from ownerscommittee.votes.access.meetings import meeting_to_enter
from ownerscommittee.votes.actions.casting import cast_by_clerk, cast_by_proxy
from ownerscommittee.votes.actions.papers import (
    deliver_form,
    print_forms,
    read_paper,
    receive_paper,
    return_paper,
)
from ownerscommittee.votes.actions.proxies import end_proxy, record_proxy
from ownerscommittee.votes.forms.ballots import (
    BallotForm,
    DeliveryForm,
    EnterForm,
    FindRightForm,
    ProxyForm,
    ReturnForm,
    ScanForm,
)
from ownerscommittee.votes.models import PaperBallot
from ownerscommittee.votes.models.asking import asked_of, motions_of
from ownerscommittee.votes.terms import Channel, MeetingState
from ownerscommittee.votes.views.paper_pdf import forms_pdf


def conflict_page(request: HttpRequest, reason: Conflict, back: str) -> HttpResponse:
    context = {"reason": str(reason), "back": back}
    return render(request, "409.html", context, status=409)


@login_required
@require_safe
def desk(request: SignedInRequest, code: str) -> HttpResponse:
    """Find a right, see whether it voted, and what papers wait to be typed."""
    meeting = meeting_to_enter(request.user, code)
    form = FindRightForm(request.GET or None)
    sought = form.cleaned_data["q"].strip() if form.is_valid() else ""
    papers = PaperBallot.objects.waiting().filter(form__meeting=meeting)
    page = {
        "meeting": meeting,
        "form": form,
        "sought": sought,
        "rights": rights_found(meeting, sought),
        "waiting": papers.count(),
        "mine": PaperBallot.objects.to_read(request.user).filter(form__meeting=meeting).count(),
        "buildings": meeting.compound.buildings.all(),
        "is_running": meeting.state in (MeetingState.NOTICED, MeetingState.OPEN),
    }
    return render(request, "votes/desk.html", page)


# --- Hall, telephone, proxy ---------------------------------------------------------------------


@login_required
def enter(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """现场、电话、代理: written down while the voter is there."""
    meeting = meeting_to_enter(request.user, code)
    right = right_to_enter(meeting, number)
    proxy = right.proxies.filter(meeting=meeting, ended_at__isnull=True).first()
    form = EnterForm(
        request.POST if request.method == "POST" else None,
        asked=asked_of(meeting),
        has_proxy=proxy is not None,
    )
    back = reverse("votes:desk", args=[code])
    try:
        if form.is_valid():
            given = {"choices": form.choices, "note": form.cleaned_data["note"]}
            given |= {"by": request.user, "at": timezone.now()}
            channel = Channel(form.cleaned_data["channel"])
            if channel == Channel.PROXY and proxy:
                cast_by_proxy(proxy, **given)
            else:
                cast_by_clerk(meeting, right, channel=channel, **given)
            messages.success(request, f"名册第 {number} 号已登记，业主会收到通知。")
            return redirect(back)
    except Conflict as conflict:
        return conflict_page(request, conflict, back)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    page = {"meeting": meeting, "right": right, "form": form, "back": back}
    return render(request, "votes/enter.html", page)


@login_required
def proxy(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """登记委托书."""
    meeting = meeting_to_enter(request.user, code)
    right = right_to_enter(meeting, number)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProxyForm(*sent, asked=asked_of(meeting))
    back = reverse("votes:desk", args=[code])
    try:
        if form.is_valid():
            key = form.cleaned_data.pop("submission_key")
            given = form.cleaned_data
            record_proxy(meeting, right, **given, by=request.user, at=timezone.now(), key=key)
            messages.success(request, f"名册第 {number} 号的委托已登记，业主会收到通知。")
            return redirect(back)
    except Conflict as conflict:
        return conflict_page(request, conflict, back)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    page = {"meeting": meeting, "right": right, "form": form, "back": back}
    return render(request, "votes/proxy.html", page)


@login_required
@require_POST
def proxy_end(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    given, back = proxy_to_end(request.user, code, pk), reverse("votes:desk", args=[code])
    try:
        end_proxy(given, at=timezone.now())
    except Conflict as conflict:
        return conflict_page(request, conflict, back)
    messages.success(request, "委托已撤销，业主会收到通知。")
    return redirect(back)


# --- Paper --------------------------------------------------------------------------------------


@login_required
@require_POST
def papers(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The forms of one building as a PDF; a POST, for each gets its number by it."""
    meeting, rights = forms_to_print(request.user, code, pk)
    try:
        forms = print_forms(meeting, rights, by=request.user, at=timezone.now())
    except Conflict as conflict:
        return conflict_page(request, conflict, meeting.get_absolute_url())
    motions = motions_of(meeting)
    content = forms_pdf(meeting, forms, motions, asked_of(meeting, motions))
    headers = {"Content-Disposition": f'attachment; filename="{code}-{pk}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@login_required
def paper(request: SignedInRequest, code: str, token: str) -> HttpResponse:
    """What the code on a paper opens: for a clerk the upload, for everybody else the meeting."""
    paper = form_to_receive(request.user, code, token)
    if paper is None:
        return redirect(meeting_of_form(request.user, code))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ScanForm(*sent)
    try:
        if form.is_valid():
            scan, key = form.cleaned_data["scan"], form.cleaned_data["submission_key"]
            receive_paper(paper, scan=scan, by=request.user, at=timezone.now(), key=key)
            messages.success(request, "已收到，业主会收到通知。请两个人分别录入。")
            return redirect("votes:desk", code)
    except Conflict as conflict:
        return conflict_page(request, conflict, reverse("votes:desk", args=[code]))
    except Refused as refusal:
        form.add_error("scan", str(refusal))
    page = {"meeting": paper.meeting, "paper": paper, "form": form}
    return render(request, "votes/paper.html", page)


@login_required
def delivered(request: SignedInRequest, code: str, token: str) -> HttpResponse:
    """送达: with its proof."""
    meeting_to_enter(request.user, code)
    paper = form_to_receive(request.user, code, token)
    if paper is None:
        raise PermissionDenied
    form = DeliveryForm(request.POST if request.method == "POST" else None)
    back = reverse("votes:paper", args=[code, token])
    try:
        if form.is_valid():
            deliver_form(paper, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, "送达已登记。")
            return redirect(back)
    except Conflict as conflict:
        return conflict_page(request, conflict, back)
    except Refused as refusal:
        form.add_error("note", str(refusal))
    page = {"meeting": paper.meeting, "paper": paper, "form": form, "back": back}
    return render(request, "votes/delivered.html", page)


@login_required
@require_safe
def typing(request: SignedInRequest, code: str) -> HttpResponse:
    """The next paper that this person has not typed."""
    meeting = meeting_to_enter(request.user, code)
    found = PaperBallot.objects.to_read(request.user).filter(form__meeting=meeting).first()
    if found is None:
        messages.info(request, "没有等您录入的纸质票。")
        return redirect("votes:desk", code)
    return redirect("votes:read", code, found.pk)


@login_required
def read(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """录入: from the picture alone, not knowing what anybody else typed."""
    paper = paper_to_handle(request.user, code, pk)
    meeting = paper.form.meeting
    form = BallotForm(
        request.POST if request.method == "POST" else None, asked=asked_of(meeting), may_void=True
    )
    try:
        if form.is_valid():
            ballot = read_paper(paper, choices=form.choices, by=request.user, at=timezone.now())
            done = f"已登记为第 {ballot.number} 号。" if ballot else "已录入，等另一个人再录。"
            messages.success(request, done)
            return redirect("votes:typing", code)
    except Conflict as conflict:
        return conflict_page(request, conflict, reverse("votes:desk", args=[code]))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return render(request, "votes/read.html", {"meeting": meeting, "paper": paper, "form": form})


@login_required
def send_back(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """退回看不清的票: the right is free again and its owner hears why."""
    paper, back = paper_to_handle(request.user, code, pk), reverse("votes:desk", args=[code])
    form = ReturnForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            return_paper(paper, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, "已退回，业主会收到通知。")
            return redirect(back)
    except Conflict as conflict:
        return conflict_page(request, conflict, back)
    page = {"meeting": paper.form.meeting, "paper": paper, "form": form, "back": back}
    return render(request, "votes/send_back.html", page)
