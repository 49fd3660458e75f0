"""延长: why, until when, and how it will read, each on a short page; nothing is kept in between."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compounds.access import SignedInRequest
from compounds.rules import Conflict, Refused
from ownerscommittee.votes.access.meetings import meeting_to_convene
from ownerscommittee.votes.actions.extending import (
    extend_meeting,
    extension_room,
    why_not_extended,
)
from ownerscommittee.votes.forms.extending import UntilForm, WhyForm
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.rules.meetings import state_after
from ownerscommittee.votes.terms import MeetingVerb
from ownerscommittee.votes.views.entry import conflict_page


@login_required
def extend(request: SignedInRequest, code: str) -> HttpResponse:
    """What was answered travels with the form; the last page alone does the deed."""
    meeting = meeting_to_convene(request.user, code)
    sent = request.POST if request.method == "POST" else None
    why, until = WhyForm(sent), UntilForm(_answered(sent, "until"), meeting=meeting)
    try:
        state_after(MeetingVerb.EXTENDED, meeting.state)
        if reason := why_not_extended(meeting, at=timezone.now()):
            return _page(request, meeting, "no", reason=reason)
        if not why.is_valid() or _goes_back(request, "why"):
            return _page(request, meeting, "why", form=why)
        if not until.is_valid() or _goes_back(request, "until"):
            return _page(request, meeting, "until", form=until, why=why)
        if "confirm" in request.POST:
            given = why.cleaned_data | until.cleaned_data
            extend_meeting(meeting, by=request.user, at=timezone.now(), **given)
            messages.success(request, "已延长，业主会收到通知。")
            return redirect(meeting)
    except Conflict as conflict:
        return conflict_page(request, conflict, meeting.get_absolute_url())
    except Refused as refusal:
        until.add_error(None, str(refusal))
        return _page(request, meeting, "until", form=until, why=why)
    return _page(request, meeting, "check", form=until, why=why)


def _answered(sent: Any, name: str) -> Any:
    """The form of a later page is not filled in wrongly while it has not been shown."""
    return sent if sent and name in sent.get("shown", "") else None


def _goes_back(request: SignedInRequest, name: str) -> bool:
    return request.POST.get("back") == name


def _page(
    request: SignedInRequest, meeting: AssemblyMeeting, step: str, **more: Any
) -> HttpResponse:
    page = {"meeting": meeting, "room": extension_room(meeting), **more}
    return render(request, f"votes/extend_{step}.html", page)
