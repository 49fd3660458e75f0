"""联名提议: begun by an owner, signed with one press, counted for everybody to see."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compounds.access import SignedInRequest
from compounds.forms import Confirmation
from compounds.rules import Refused
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.access.meetings import public_compound
from ownerscommittee.votes.access.voters import petition_to_read, signs_petition
from ownerscommittee.votes.actions.petitions import begin_petition, sign_petition, weight_of
from ownerscommittee.votes.forms.meetings import PetitionForm
from ownerscommittee.votes.views.arithmetic import row_of


@login_required
def petition_new(request: SignedInRequest, code: str) -> HttpResponse:
    compound = public_compound(code)
    form = PetitionForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            key = form.cleaned_data.pop("submission_key")
            given = form.cleaned_data
            made = begin_petition(compound, **given, by=request.user, at=timezone.now(), key=key)
            messages.success(request, "联名已发起，您是第一位。请把这一页发给邻居。")
            return redirect(made)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    page = {"compound": compound, "form": form, "back": f"/compounds/{code}/votes/"}
    return render(request, "votes/petition_new.html", page)


def petition(request: HttpRequest, pk: int) -> HttpResponse:
    """How many have signed, in people and m², and what is needed; names stay inside."""
    petition = petition_to_read(pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not request.user.is_authenticated:
            return redirect(f"/sign-in/?next={petition.get_absolute_url()}")
        try:
            sign_petition(petition, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已联名。")
            return redirect(petition)
    signed, roll = weight_of(petition), petition.roll
    whole = {"heads": roll.heads, "area": roll.area}
    profile = roll.profile
    page = {
        "petition": petition,
        "form": form,
        "signed": row_of("已联名", {"heads": signed.heads, "area": signed.area}, whole),
        "percent": profile.number(LocalNumber.PETITION_PERCENT),
        "counts_area": profile.number(LocalNumber.PETITION_COUNTS_AREA).value,
        "has_signed": signs_petition(request.user, petition),
        "parts": [(signed.heads, "ok", "已联名"), (roll.heads - signed.heads, "quiet", "未联名")],
        "meetings": petition.meetings.public(),
    }
    return render(request, "votes/petition.html", page)
