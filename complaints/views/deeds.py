"""Every deed at the desk is the same four beats; the tables say what differs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from complaints.access.rights import ticket_for
from complaints.actions import desk
from complaints.actions.requests import is_running
from complaints.forms import deeds as forms
from complaints.models import Ticket
from complaints.rules.moves import state_after
from complaints.terms import Verb
from complaints.views.deed import Deed
from complaints.views.note_deeds import NOTE_DEEDS
from complaints.views.number_deeds import NUMBER_DEEDS
from complaints.views.repeat_deeds import REPEAT_DEEDS
from complaints.views.request_deeds import REQUEST_DEEDS
from complaints.views.way_deeds import WAY_DEEDS
from compounds.accounts.access import signed_in
from compounds.rules import Conflict, Refused

DEEDS = {**WAY_DEEDS, **REQUEST_DEEDS, **REPEAT_DEEDS, **NOTE_DEEDS, **NUMBER_DEEDS}


@login_required
def ticket_deed(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    chosen = DEEDS[deed]
    ticket = ticket_for(request.user, code, chosen.verb)
    form = chosen.form(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        initial=request.GET.dict(),  # what a link to here suggests
        ticket=ticket,
        user=request.user,
    )
    try:
        look_before(chosen, ticket, is_asked=request.method == "POST")
        if form.is_valid():
            chosen.act(ticket, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(ticket)
    except Conflict as conflict:
        heading, back = f"现在不能{chosen.title}", ticket.get_absolute_url()
        context = {"heading": heading, "reason": str(conflict), "back": back}
        return render(request, "409.html", context, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    if request.FILES and form.is_bound and "photos" in form.fields:
        form.add_error("photos", "照片没有留下来，请重新选一次。")
    return render(
        request, "complaints/ticket_deed.html", {"ticket": ticket, "form": form, "deed": chosen}
    )


def look_before(deed: Deed, ticket: Ticket, *, is_asked: bool) -> None:
    """Raises Conflict where the ticket does not allow the deed, before a form is shown in vain."""
    state_after(deed.verb, ticket.state)
    if deed.clock and not is_running(ticket, deed.clock):
        raise Conflict("没有等您答复的申请。可能已经答复，或者已经失效，请看最新进展。")
    if deed.check and not is_asked:
        try:
            deed.check(ticket, timezone.now())
        except Refused as refusal:
            raise Conflict(str(refusal)) from refusal


@login_required
def ticket_contact_details(request: HttpRequest, code: str) -> HttpResponse:
    """查看联系方式: shown once, on the answer to this very request, and never on another page."""
    ticket = ticket_for(request.user, code, Verb.REVEALED)
    form = forms.RevealForm(
        request.POST if request.method == "POST" else None, ticket=ticket, user=request.user
    )
    context = {"ticket": ticket, "form": form}
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        context["concerns"] = desk.reveal_contact(
            ticket, reason=reason, by=signed_in(request), at=timezone.now()
        )
        context["originals"] = ticket.originals.order_by("pk")
    return render(request, "complaints/ticket_contact_details.html", context)
