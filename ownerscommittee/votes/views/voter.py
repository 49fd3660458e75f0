"""等您表决: what an owner does, with one thumb and without script."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from compounds.access import SignedInRequest
from compounds.rules import Conflict, Refused
from ownerscommittee.votes.access.meetings import meeting_to_read
from ownerscommittee.votes.access.voters import (
    ballot_of_voter,
    ballots_of,
    homes_on_rolls,
    meetings_of_voter,
    proxies_of,
    proxy_to_cast,
    rights_of,
    voted_in,
    waiting_for,
    why_no_voter,
)
from ownerscommittee.votes.actions.casting import cast_by_proxy, cast_on_web
from ownerscommittee.votes.actions.results import object_to_result
from ownerscommittee.votes.actions.scrutiny import receipt_for_voter, secret_of
from ownerscommittee.votes.forms.ballots import BallotForm
from ownerscommittee.votes.forms.meetings import ObjectForm
from ownerscommittee.votes.models import AssemblyMeeting, Ballot, Proxy, VotingRight
from ownerscommittee.votes.models.asking import asked_of, motions_of
from ownerscommittee.votes.rules.decisions import majority_of
from ownerscommittee.votes.rules.meetings import check_open
from ownerscommittee.votes.rules.sealing import Asked
from ownerscommittee.votes.rules.weights import amount
from ownerscommittee.votes.terms import Measure
from ownerscommittee.votes.views.arithmetic import RULE_TEXTS
from ownerscommittee.votes.views.pictures import picture_of


@login_required
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """One list for all homes: what waits, and what was."""
    waiting = list(waiting_for(request.user).for_list())
    keys = {meeting.pk for meeting in waiting}
    others = list(meetings_of_voter(request.user).exclude(pk__in=keys)[:30])
    homes = homes_on_rolls(request.user, waiting)
    voted = voted_in(request.user, others)
    page = {
        "waiting": [(meeting, homes.get(meeting.roll_id or 0, [])) for meeting in waiting],
        "others": [(meeting, meeting.pk in voted) for meeting in others],
    }
    return render(request, "votes/mine.html", page)


@login_required
@never_cache
def cast(request: SignedInRequest, code: str) -> HttpResponse:
    """The ballot of one meeting for all own rights: fill in, look it over, 已投票."""
    meeting = meeting_to_read(request.user, code)
    if refusal := why_no_voter(request.user, meeting):
        return _refused(request, meeting, refusal, status=403)
    rights = list(
        rights_of(request.user, meeting).prefetch_related("units__unit__entrance__building")
    )
    page = {"rights": rights, "whole": _whole(rights), "proxies": proxies_of(request.user, meeting)}
    return _ballot(request, meeting, None, page)


@login_required
@never_cache
def cast_for(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The same for an owner who gave the user a written proxy."""
    proxy = proxy_to_cast(request.user, code, number)
    page = {"rights": [proxy.right], "whole": _whole([proxy.right]), "proxy": proxy}
    return _ballot(request, proxy.meeting, proxy, page)


def _ballot(
    request: SignedInRequest, meeting: AssemblyMeeting, proxy: Proxy | None, page: dict[str, Any]
) -> HttpResponse:
    motions = motions_of(meeting)
    asked = [
        one
        for one in asked_of(meeting, motions)
        if proxy is None or not proxy.questions or one.ident in proxy.questions
    ]
    form = BallotForm(request.POST if request.method == "POST" else None, asked=asked)
    try:
        _check_window(meeting)
        if form.is_valid() and "confirm" in request.POST:
            return _confirmed(request, meeting, proxy, form)
    except Conflict as conflict:
        return _refused(request, meeting, str(conflict), status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    texts = {motion.ident: motion for motion in motions}
    page |= {
        "meeting": meeting,
        "form": form,
        "rows": [
            (texts[one.ident], RULE_TEXTS[majority_of(one.item)], form[one.ident]) for one in asked
        ],
    }
    is_checked = form.is_bound and form.is_valid() and "change" not in request.POST
    return render(request, f"votes/{'cast_check' if is_checked else 'cast'}.html", page)


def _check_window(meeting: AssemblyMeeting) -> None:
    if meeting.opens_at and meeting.closes_at:
        check_open(meeting.state, meeting.opens_at, meeting.closes_at, at=timezone.now())


def _confirmed(
    request: SignedInRequest, meeting: AssemblyMeeting, proxy: Proxy | None, form: BallotForm
) -> HttpResponse:
    try:
        if proxy:
            cast_by_proxy(proxy, choices=form.choices, by=request.user, at=timezone.now())
        else:
            cast_on_web(meeting, choices=form.choices, by=request.user, at=timezone.now())
    except Conflict as conflict:
        if not ballots_of(request.user, meeting):
            raise
        messages.warning(request, str(conflict))  # pressed twice, or an agent was quicker
    return redirect("votes:voted", meeting.code)


def _refused(
    request: HttpRequest, meeting: AssemblyMeeting, reason: str, *, status: int
) -> HttpResponse:
    page = {"meeting": meeting, "reason": reason}
    return render(request, "votes/refused.html", page, status=status)


def _whole(rights: list[VotingRight]) -> str:
    return amount(sum(right.area for right in rights), Measure.AREA)


@login_required
@never_cache
@require_safe
def voted(request: SignedInRequest, code: str) -> HttpResponse:
    """已投票: the number, the short code, the choices, and the receipt to keep."""
    meeting = meeting_to_read(request.user, code)
    ballots = ballots_of(request.user, meeting)
    asked = asked_of(meeting)
    page = {
        "meeting": meeting,
        "shown": [_shown(ballot, asked) for ballot in ballots],
        "waits": waiting_for(request.user).filter(pk=meeting.pk).exists(),
    }
    return render(request, "votes/voted.html", page)


def _shown(ballot: Ballot, asked: list[Asked]) -> dict[str, Any]:
    choices = secret_of(ballot)["choices"]
    compact = json.dumps(receipt_for_voter(ballot), ensure_ascii=False, separators=(",", ":"))
    return {
        "ballot": ballot,
        "rooms": "、".join(str(line.unit) for line in ballot.right.standing_units()),
        "answers": [(one.title, one.words(choices[one.ident])) for one in asked],
        "picture": picture_of(compact),
    }


@login_required
@never_cache
@require_safe
def receipt(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """回执: the voter's own copy as a file, with the nonce that proves what was chosen."""
    ballot = ballot_of_voter(request.user, code, number)
    name = f"{code}-{number}.json"
    text = json.dumps(receipt_for_voter(ballot), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


@login_required
def objection(request: SignedInRequest, code: str) -> HttpResponse:
    """提异议, within the days of the posting."""
    meeting = meeting_to_read(request.user, code)
    if refusal := why_no_voter(request.user, meeting):
        return _refused(request, meeting, refusal, status=403)
    form = ObjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = {"text": form.cleaned_data["text"], "key": form.cleaned_data["submission_key"]}
        try:
            object_to_result(meeting, **given, by=request.user, at=timezone.now())
        except Conflict as conflict:
            return _refused(request, meeting, str(conflict), status=409)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已收到您的异议，召集人必须答复，答复后会通知您。")
            return redirect(meeting)
    page = {"meeting": meeting, "form": form, "back": reverse("votes:meeting", args=[code])}
    return render(request, "votes/objection.html", page)
