"""What the convener does to a meeting: each deed is the same four beats, the table says what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from compounds.access import SignedInRequest
from compounds.rules import Conflict, Refused
from compounds.views.register_sheet import workbook_response
from ownerscommittee.votes.access.meetings import meeting_to_convene
from ownerscommittee.votes.actions import counting, drafting, meetings, results
from ownerscommittee.votes.forms import meetings as forms
from ownerscommittee.votes.forms.official import COLUMNS, OfficialForm
from ownerscommittee.votes.models import AssemblyMeeting, FollowUp, ResultObjection
from ownerscommittee.votes.rules.meetings import may_follow
from ownerscommittee.votes.terms import MeetingState, MeetingVerb

S = MeetingState


@dataclass(frozen=True)
class Deed:
    """One deed: when, asked how, done by what, and what to say afterwards."""

    states: tuple[MeetingState, ...]
    form: type[forms.DeedForm]
    act: Callable[..., object]
    title: str
    button: str
    done: str
    verb: MeetingVerb | None = None
    lead: str = ""
    is_danger: bool = False
    is_aside: bool = False  # not a step of the way; shown as a plain button
    sheet: str = ""  # the name of the address of a sheet to fill in


DEEDS = {
    "notice": Deed(
        (S.DRAFT,),
        forms.PlainForm,
        meetings.notice_meeting,
        "公告",
        "公告",
        "已公告，业主会收到通知。接着请登记三位见证人。",
        MeetingVerb.NOTICED,
        "公告以后，议题、名册和开始时间都不能再改。",
    ),
    "witness": Deed(
        (S.NOTICED, S.OPEN),
        forms.WitnessForm,
        meetings.name_witness,
        "登记存证见证人",
        "登记",
        "已登记。每次公布的存证都会寄给他。",
        lead="见证人保存每次公布的存证，谁也没法事后改票。",
        is_aside=True,
    ),
    "scrutineer": Deed(
        (S.DRAFT, S.NOTICED, S.OPEN, S.CLOSED),
        forms.ScrutineerForm,
        drafting.name_scrutineer,
        "指定监票人",
        "指定",
        "已指定。",
        is_aside=True,
    ),
    "count-witness": Deed(
        (S.CLOSED,),
        forms.CountWitnessForm,
        counting.name_count_witness,
        "登记计票见证人",
        "登记",
        "已登记。",
        lead="计票时在场的人签字后，拍下计票单。",
    ),
    "official": Deed(
        (S.CLOSED,),
        OfficialForm,
        counting.import_official,
        "录入官方结果",
        "录入",
        "已录入。",
        lead="政府系统公布的数字，照公告抄写。没有的留空。录入以后不能再改。",
        is_aside=True,
        sheet="votes:official-sheet",
    ),
    "count": Deed(
        (S.CLOSED, S.PRELIMINARY, S.OBJECTIONS),
        forms.CountForm,
        counting.count_meeting,
        "计票",
        "打开票并计票",
        "已计票。核对后请公示。",
        MeetingVerb.COUNTED,
        "系统打开所有有效票，逐票核对存证后相加。",
    ),
    "post": Deed(
        (S.PRELIMINARY,),
        forms.PlainForm,
        results.post_result,
        "公示初步结果",
        "公示",
        "已公示，异议期开始。",
        MeetingVerb.POSTED,
    ),
    "announce": Deed(
        (S.OBJECTIONS,),
        forms.PlainForm,
        results.announce_result,
        "公告结果",
        "公告",
        "已公告。后续事项和期限列在页面上。",
        MeetingVerb.ANNOUNCED,
        "公告后三天自动定案，此后谁也不能再改。",
    ),
    "cancel": Deed(
        (S.DRAFT, S.NOTICED, S.OPEN),
        forms.CancelForm,
        meetings.cancel_meeting,
        "取消会议",
        "取消会议",
        "已取消。",
        MeetingVerb.CANCELLED,
        is_danger=True,
    ),
}


def deeds_for(meeting: AssemblyMeeting) -> list[tuple[str, Deed]]:
    """(address, deed) of what may be done now."""
    return [
        (reverse(f"votes:{name}", args=[meeting.code]), deed)
        for name, deed in DEEDS.items()
        if meeting.state in deed.states and (name != "official" or meeting.is_advisory)
    ]


@login_required
def deed(request: SignedInRequest, code: str, deed: str) -> HttpResponse:
    chosen, meeting = DEEDS[deed], meeting_to_convene(request.user, code)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = chosen.form(*sent, meeting=meeting)
    try:
        _check(chosen, meeting)
        if form.is_valid():
            chosen.act(meeting, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(meeting)
    except Conflict as conflict:
        context = {"reason": str(conflict), "back": meeting.get_absolute_url()}
        return render(request, "409.html", context, status=409)
    except Refused as refusal:
        for sentence in str(refusal).split("\n"):
            form.add_error(None, sentence)
    page = {"meeting": meeting, "form": form, "deed": chosen}
    return render(request, "votes/deed.html", page)


def _check(chosen: Deed, meeting: AssemblyMeeting) -> None:
    """The question is not even asked where the deed has no place."""
    allowed = meeting.state in chosen.states
    if chosen.verb and allowed:
        allowed = may_follow(chosen.verb, meeting.state)
    if not allowed:
        raise Conflict(f"这次会议现在是「{S(meeting.state).label}」，不能{chosen.title}。")


@login_required
@require_safe
def official_sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """Every number that the notice may give, to be filled in and uploaded."""
    meeting = meeting_to_convene(request.user, code)
    rows = [[label, ""] for label in OfficialForm(meeting=meeting).by_label]
    return workbook_response(f"{code}-official.xlsx", COLUMNS, rows, title="官方结果")


# --- Objections and what follows ----------------------------------------------------------------


@login_required
def reply(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """答复一条异议."""
    meeting = meeting_to_convene(request.user, code)
    objection = ResultObjection.objects.filter(meeting=meeting, number=number).first()
    if objection is None:
        raise Http404
    form = forms.ReplyForm(request.POST if request.method == "POST" else None)
    page = {"meeting": meeting, "objection": objection, "form": form}
    return _answered(
        request, meeting, form, results.reply_to_objection, objection, "votes/reply.html", page
    )


@login_required
def follow_up(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """一件后续事项办好了."""
    meeting = meeting_to_convene(request.user, code)
    task = FollowUp.objects.filter(meeting=meeting, pk=pk).first()
    if task is None:
        raise Http404
    form = forms.DoneForm(request.POST if request.method == "POST" else None)
    page = {"meeting": meeting, "task": task, "form": form}
    return _answered(
        request, meeting, form, results.do_follow_up, task, "votes/follow_up.html", page
    )


def _answered(
    request: SignedInRequest,
    meeting: AssemblyMeeting,
    form: Any,
    act: Callable[..., object],
    thing: object,
    template: str,
    page: dict[str, Any],
) -> HttpResponse:
    try:
        if form.is_valid():
            act(thing, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "已登记。")
            return redirect(meeting)
    except Conflict as conflict:
        context = {"reason": str(conflict), "back": meeting.get_absolute_url()}
        return render(request, "409.html", context, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return render(request, template, page)
