"""未诉先办: the list, and one proposal with the tickets behind it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints.proposals.access import (
    may_decide,
    proposal_to_decide,
    proposal_to_read,
    proposals_to_read,
)
from complaints.proposals.actions import decide_proposal
from complaints.proposals.forms import DecideForm, NarrowForm
from complaints.proposals.models import Proposal
from complaints.proposals.terms import TONES, Decision
from compounds.accounts.access import signed_in
from compounds.rules import Conflict

A_PAGE, MOST_TICKETS = 30, 100


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """The newest first, by key."""
    found = proposals_to_read(request.user)
    form = NarrowForm(request.GET)
    wanted = form.cleaned_data["decision"] if form.is_valid() else ""
    if wanted:
        found = found.filter(decision=wanted)
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__lt=int(after[:18]))
    page = list(found.order_by("-pk")[: A_PAGE + 1])
    query = request.GET.copy()
    query["after"] = str(page[A_PAGE - 1].pk) if len(page) > A_PAGE else ""
    context = {
        "form": form,
        "is_narrowed": bool(wanted),
        "rows": [(one, TONES[one.decision]) for one in page[:A_PAGE]],
        "next_url": f"?{query.urlencode()}" if len(page) > A_PAGE else "",
    }
    return render(request, "proposals/proposals.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Read by all who see the compound; decided here, once."""
    if request.method != "POST":
        return _page(request, proposal_to_read(request.user, pk), DecideForm())
    found, form = proposal_to_decide(request.user, pk), DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        decide_proposal(found, **form.cleaned_data, by=signed_in(request), at=timezone.now())
    except Conflict as refusal:
        context = {"reason": str(refusal), "back": found.get_absolute_url()}
        return render(request, "409.html", context, status=409)
    messages.success(request, "已记下，理由和结论都留着。")
    return redirect(found)


def _page(request: HttpRequest, found: Proposal, form: DecideForm) -> HttpResponse:
    is_waiting = found.decision == Decision.WAITING
    context = {
        "proposal": found,
        "tone": TONES[found.decision],
        "tickets": found.tickets.order_by("-pk").for_list()[:MOST_TICKETS],
        "form": form,
        "may_decide": is_waiting and may_decide(request.user, found),
    }
    return render(request, "proposals/proposal.html", context)
