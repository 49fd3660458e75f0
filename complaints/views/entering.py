"""代录: a resident's report written down by staff, and the slip that is handed over."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access.entering import (
    compounds_to_enter_for,
    concern_to_hand_over,
    post_to_enter_by,
)
from complaints.actions.entering import enter_concern
from complaints.forms.entering import EntryForm
from complaints.views.report import slip_of
from compounds.access import SignedInRequest
from compounds.rules import Refused


@login_required
def enter(request: SignedInRequest) -> HttpResponse:
    form = EntryForm(request.POST or None, compounds=compounds_to_enter_for(request.user))
    if form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("submission_key")
        post = post_to_enter_by(request.user, form.compounds[given["compound"]])
        role = f"{post.organization} {post.get_role_display()}"
        try:
            enter_concern(key=key, role=role, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            form.add_error("number", str(refusal))
        else:
            return redirect("complaints:entered", key)
    return render(request, "complaints/enter.html", {"form": form})


@login_required
@require_safe
def entered(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Number and code, to be printed or read out."""
    concern = concern_to_hand_over(request.user, key, at=timezone.now())
    return render(request, "complaints/entered.html", slip_of(request, concern))
