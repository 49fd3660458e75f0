"""有人报过相近的事: a page of 报问题 that comes only when there is such a one."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access.alike import alike_for_resident, first_photo, photo_alike, ticket_alike
from complaints.access.reporters import (
    code_of_follow,
    draft_to_write,
    follow_of_draft,
    following_path,
    grant_following,
    ticket_to_track,
)
from complaints.actions.filing import answers_of
from complaints.actions.following import follow_ticket, leave_phone
from complaints.forms.repeats import PhoneForm
from complaints.models import Draft, Ticket
from complaints.views.parcel import RESIDENT_STATES
from compounds.accounts.access import address_of
from compounds.files.views import send_file
from compounds.rules import Refused

MINE = "这件事就是您报的，进展在这里。"
KNOWN = "您已经在跟着这件事了，进展在这里。"


def report_alike(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    draft = draft_to_write(key)
    answers, problem = answers_of(draft), ""
    if request.method == "POST":
        ticket = ticket_alike(answers, request.POST.get("follow", ""), at=timezone.now())
        try:
            return _follow(request, draft, ticket)
        except Refused as refusal:
            problem = str(refusal)
    alike = alike_for_resident(answers, at=timezone.now())
    if not alike:
        return redirect("complaints:report-contact", draft.key)
    context = {"draft": draft, "rows": [_row(one) for one in alike], "problem": problem}
    return render(request, "complaints/report_alike.html", context, status=409 if problem else 200)


def _row(ticket: Ticket) -> dict[str, Any]:
    word, tone = RESIDENT_STATES[ticket.state]
    more = "" if ticket.text.rstrip("。！!") == ticket.title else ticket.text
    photo = first_photo(ticket)
    return {"ticket": ticket, "word": word, "tone": tone, "more": more, "photo": photo}


def _follow(request: HttpRequest, draft: Draft, ticket: Ticket) -> HttpResponse:
    """我也遇到了: one tap, and the page with number and code."""
    try:
        ticket_to_track(request, ticket.code)
    except Http404:
        person = request.user if request.user.is_authenticated else None
        follow = follow_ticket(
            ticket, by=person, key=draft.key, address=address_of(request), at=timezone.now()
        )
        grant_following(request, follow.ticket)
        if follow.submission_key == draft.key:
            return redirect("complaints:report-followed", draft.key)
        messages.info(request, KNOWN)
    else:
        messages.info(request, MINE)
    return redirect("complaints:track-ticket", ticket.code)


def report_followed(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Number and code of what is followed; a phone may be left here."""
    follow = follow_of_draft(request, key)
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        try:
            leave_phone(follow, phone=form.cleaned_data["phone"])
        except Refused as refusal:
            form.add_error("phone", str(refusal))
        else:
            messages.success(request, "记下了，有进展会短信告诉您。")
            return redirect("complaints:report-followed", key)
    context = {
        "follow": follow,
        "ticket": follow.ticket,
        "code": code_of_follow(follow),
        "link": request.build_absolute_uri(following_path(follow)),
        "form": form,
        "may_leave_phone": not follow.person_id and not follow.phone,
    }
    return render(request, "complaints/report_followed.html", context)


@require_safe
def report_alike_photo(request: HttpRequest, key: uuid.UUID, token: str) -> FileResponse:
    draft = draft_to_write(key)
    return send_file(photo_alike(answers_of(draft), token, at=timezone.now()).file)
