"""The public page of a meeting, the list of a compound, and the draft on the convener's desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compounds.access import SignedInRequest, User
from compounds.models import working_calendar
from compounds.rules import Conflict, Refused, local_day
from evidence.rules.moments import WITNESSES_NEEDED
from ownerscommittee.models import LocalityProfile
from ownerscommittee.votes.access.contacts import works_on_contacts
from ownerscommittee.votes.access.meetings import (
    compound_to_convene,
    convening_bodies,
    is_scrutineer,
    may_convene,
    may_enter_ballots,
    may_plan,
    meeting_to_convene,
    meeting_to_read,
    meetings_of,
    public_compound,
)
from ownerscommittee.votes.access.rolls import posted_rolls
from ownerscommittee.votes.access.voters import ballots_of, proxies_of, rights_of, waiting_for
from ownerscommittee.votes.actions.drafting import (
    draft_meeting,
    edit_meeting,
    put_motion,
    remove_motion,
)
from ownerscommittee.votes.actions.meetings import faults_of, hindrances
from ownerscommittee.votes.forms.meetings import MeetingForm, MotionForm
from ownerscommittee.votes.models import AssemblyMeeting, Motion
from ownerscommittee.votes.models.asking import bylaws_of, motions_of, profile_of
from ownerscommittee.votes.rules.decisions import majority_of
from ownerscommittee.votes.rules.meetings import COUNT_WITNESSES
from ownerscommittee.votes.rules.timetable import at_risk_until
from ownerscommittee.votes.terms import MeetingState
from ownerscommittee.votes.views.arithmetic import (
    QUORUM_TEXT,
    RULE_TEXTS,
    channels_of,
    official_of,
    questions_of,
    turnout_of,
)
from ownerscommittee.votes.views.deeds import deeds_for
from ownerscommittee.votes.views.local_numbers import OF_A_NOTICE, OF_A_RESULT, numbers_of
from ownerscommittee.votes.views.steps import steps_of, tasks_of

SHOWS_TURNOUT = [MeetingState.OPEN, MeetingState.CLOSED, MeetingState.PRELIMINARY]


@require_safe
def of_compound(request: HttpRequest, code: str) -> HttpResponse:
    """业主大会: every meeting that was posted, for everybody; drafts for those who write them."""
    compound = public_compound(code)
    page = {
        "compound": compound,
        "meetings": meetings_of(request.user, compound).for_list()[:50],
        "petitions": compound.petitions.order_by("-pk")[:20],
        "rolls": posted_rolls(compound)[:10],
        "may_draft": bool(convening_bodies(request.user, compound)),
    }
    return render(request, "votes/of_compound.html", page)


@require_safe
def meeting(request: HttpRequest, code: str) -> HttpResponse:
    """What everybody may know: the questions in full, the way, the turnout, and the result."""
    meeting, at = meeting_to_read(request.user, code), timezone.now()
    motions = motions_of(meeting)
    page = {
        "meeting": meeting,
        "tone": meeting.tone,
        "steps": steps_of(meeting, at),
        "tasks": tasks_of(meeting, at),
        "risk_until": at_risk_until(meeting.announced_at) if meeting.announced_at else None,
        "motions": [(one, RULE_TEXTS[majority_of(one.item)]) for one in motions],
        "quorum_text": QUORUM_TEXT,
        "turnout": turnout_of(meeting) if meeting.state in SHOWS_TURNOUT else None,
        "extensions": meeting.events.filter(verb="extended"),
        **_terms_of(meeting),
        **_result_of(meeting),
        **_own(request.user, meeting),
        **_desk(request.user, meeting, motions),
    }
    return render(request, "votes/meeting.html", page)


def _terms_of(meeting: AssemblyMeeting) -> dict[str, Any]:
    """The versions by which this meeting goes, which are not always the newest."""
    numbers = OF_A_NOTICE + OF_A_RESULT if meeting.closed_at else OF_A_NOTICE
    bylaws = bylaws_of(meeting)
    everywhere = reverse("votes:bylaws", args=[meeting.compound.code])
    return {
        "local": numbers_of(profile_of(meeting), numbers),
        "bylaws": bylaws,
        "bylaws_url": bylaws.get_absolute_url() if bylaws.pk else everywhere,
    }


def _result_of(meeting: AssemblyMeeting) -> dict[str, Any]:
    """The sheet as it stands, and the official one where that decides."""
    result = meeting.results.order_by("version").last() if meeting.is_counted else None
    if result is None:
        return {"result": None}
    official = getattr(meeting, "official_totals", None) if meeting.is_advisory else None
    questions = questions_of(result.sheet)
    return {
        "result": result,
        "questions": questions,
        "result_channels": channels_of(result.sheet),
        "official": official,
        "official_questions": official_of(official.totals, questions) if official else [],
        "witnesses": meeting.count_witnesses.all(),
        "objections": meeting.objections.all(),
    }


def _own(user: User, meeting: AssemblyMeeting) -> dict[str, Any]:
    """What the reader may do here as an owner or an agent."""
    return {
        "may_object": meeting.state == MeetingState.OBJECTIONS
        and rights_of(user, meeting).exists(),
        "asks_sign_in": meeting.state == MeetingState.OPEN and not user.is_authenticated,
        "waits": waiting_for(user).filter(pk=meeting.pk).exists(),
        "voted": ballots_of(user, meeting),
        "proxies": proxies_of(user, meeting) if meeting.state == MeetingState.OPEN else [],
    }


def _desk(user: User, meeting: AssemblyMeeting, motions: list[Motion]) -> dict[str, Any]:
    """What the reader may do here by a post."""
    is_convener = may_convene(user, meeting)
    is_running = meeting.state in (MeetingState.NOTICED, MeetingState.OPEN)
    page = {
        "deeds": deeds_for(meeting) if is_convener else [],
        "is_convener": is_convener,
        "writes_draft": is_convener and meeting.state == MeetingState.DRAFT,
        "may_enter": may_enter_ballots(user, meeting) and meeting.noticed_at is not None,
        "is_open": meeting.state == MeetingState.OPEN,
        "may_plan": is_running and may_plan(user, meeting),
        "works_on_contacts": is_running and works_on_contacts(user, meeting),
        "is_scrutineer": is_scrutineer(user, meeting) and meeting.noticed_at is not None,
        "faults": [],
        "hindrances": [],
        "stream_witnesses": [],
        "signed": [],
        "unsigned": 0,
        "witnesses_needed": WITNESSES_NEEDED,
    }
    if is_convener and meeting.state == MeetingState.DRAFT:
        page["faults"] = faults_of(meeting, at=timezone.now(), calendar=working_calendar())
    if is_convener and meeting.stream:
        page["stream_witnesses"] = meeting.stream.witnesses.order_by("pk")
    if is_convener and meeting.state == MeetingState.NOTICED:
        page["hindrances"] = hindrances(meeting, at=timezone.now())
    if is_convener and meeting.state == MeetingState.CLOSED:
        signed = list(meeting.count_witnesses.all())
        page |= {"signed": signed, "unsigned": max(COUNT_WITNESSES - len(signed), 0)}
    return page


# --- The draft --------------------------------------------------------------------------------


@login_required
def draft(request: SignedInRequest, code: str) -> HttpResponse:
    compound, bodies = compound_to_convene(request.user, code)
    at = timezone.now()
    form = MeetingForm(
        request.POST if request.method == "POST" else None, compound=compound, bodies=bodies
    )
    if form.is_valid():
        key: UUID = form.cleaned_data.pop("submission_key")
        given = form.cleaned_data
        made = draft_meeting(compound, **given, by=request.user, at=at, key=key)
        messages.success(request, "草稿建好了。请一项一项添加议题。")
        return redirect(made)
    page = {
        "compound": compound,
        "form": form,
        "back": f"/compounds/{code}/votes/",
        "local": numbers_of(LocalityProfile.objects.in_force(local_day(at)), OF_A_NOTICE),
    }
    return render(request, "votes/draft.html", page)


@login_required
def edit(request: SignedInRequest, code: str) -> HttpResponse:
    meeting = meeting_to_convene(request.user, code)
    bodies = convening_bodies(request.user, meeting.compound) or [meeting.convener]
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        compound=meeting.compound,
        bodies=bodies,
        initial=MeetingForm.values_of(meeting),
    )
    try:
        if form.is_valid():
            form.cleaned_data.pop("submission_key")
            edit_meeting(meeting, by=request.user, **form.cleaned_data)
            messages.success(request, "已保存。")
            return redirect(meeting)
    except Conflict as conflict:
        return _conflict(request, meeting, conflict)
    page = {
        "compound": meeting.compound,
        "form": form,
        "back": meeting.get_absolute_url(),
        "local": numbers_of(profile_of(meeting), OF_A_NOTICE),
    }
    return render(request, "votes/draft.html", page)


@login_required
def motion(request: SignedInRequest, code: str, position: int | None = None) -> HttpResponse:
    """A question, new or written anew."""
    meeting = meeting_to_convene(request.user, code)
    old = _motion(meeting, position) if position else None
    form = MotionForm(
        request.POST if request.method == "POST" else None, initial=_values_of(old) if old else None
    )
    try:
        if form.is_valid():
            put_motion(meeting, position=position, **form.cleaned_data)
            messages.success(request, "议题已保存。")
            return redirect(meeting)
    except Conflict as conflict:
        return _conflict(request, meeting, conflict)
    except Refused as refusal:
        form.add_error("labels", str(refusal))
    return render(request, "votes/motion.html", {"meeting": meeting, "form": form, "motion": old})


def _motion(meeting: AssemblyMeeting, position: int) -> Motion:
    found = meeting.motions.filter(position=position).first()
    if found is None:
        raise Http404
    return found


def _values_of(motion: Motion) -> dict[str, Any]:
    names = ["item", "kind", "title", "text", "seats", "is_dismissal"]
    labels = "\n".join(option.label for option in motion.options.order_by("position"))
    return {**{name: getattr(motion, name) for name in names}, "labels": labels}


@login_required
@require_POST
def motion_remove(request: SignedInRequest, code: str, position: int) -> HttpResponse:
    meeting = meeting_to_convene(request.user, code)
    try:
        remove_motion(_motion(meeting, position))
    except Conflict as conflict:
        return _conflict(request, meeting, conflict)
    messages.success(request, "议题已删除。")
    return redirect(meeting)


def _conflict(request: HttpRequest, meeting: AssemblyMeeting, conflict: Conflict) -> HttpResponse:
    context = {"reason": str(conflict), "back": meeting.get_absolute_url()}
    return render(request, "409.html", context, status=409)
