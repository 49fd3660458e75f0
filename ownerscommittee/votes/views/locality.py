"""地方规定 and 议事规则: public pages, dated versions, and a new one from whoever may write it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from compounds.access import SignedInRequest
from compounds.models import Compound
from compounds.rules import Refused, local_day
from ownerscommittee.actions.locality import publish_bylaws, publish_profile
from ownerscommittee.forms.locality import BylawsForm, LocalityForm, SourcedForm
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.votes.access.locality import locality_to_write, may_write_locality
from ownerscommittee.votes.access.meetings import (
    compound_to_convene,
    convening_bodies,
    public_compound,
)
from ownerscommittee.votes.views.local_numbers import numbers_of, terms_of


@require_safe
def locality(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The version in force, or an earlier one: everybody may read by what the votes go."""
    current = LocalityProfile.objects.in_force(local_day(timezone.now()))
    shown = get_object_or_404(LocalityProfile, pk=pk) if pk else current
    page = {
        "shown": shown,
        "current": current,
        "entries": numbers_of(shown).entries,
        "versions": LocalityProfile.objects.select_related("by")[:50],
        "may_write": may_write_locality(request.user),
    }
    return render(request, "votes/locality.html", page)


@login_required
def locality_new(request: SignedInRequest) -> HttpResponse:
    locality_to_write(request.user)
    current = LocalityProfile.objects.order_by("pk").last()
    assert current
    form = LocalityForm(request.POST or None, current=current)

    def publish(entries: Any, **given: Any) -> LocalityProfile:
        return publish_profile(numbers=entries, **given)

    page = {"heading": "新的地方规定", "back": reverse("votes:locality")}
    return _written(request, form, publish, page)


@require_safe
def bylaws(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """议事规则 of a compound: everybody may read them; without any, the usual terms stand."""
    compound = public_compound(code)
    current = Bylaws.objects.in_force(compound, local_day(timezone.now()))
    shown = get_object_or_404(compound.bylaws, pk=pk) if pk else current
    page = {
        "compound": compound,
        "shown": shown,
        "current": current,
        "entries": terms_of(shown),
        "versions": compound.bylaws.select_related("by", "compound")[:50],
        "may_write": bool(convening_bodies(request.user, compound)),
    }
    return render(request, "votes/bylaws.html", page)


@login_required
def bylaws_new(request: SignedInRequest, code: str) -> HttpResponse:
    compound, _ = compound_to_convene(request.user, code)
    form = BylawsForm(request.POST or None, current=_latest(compound))

    def publish(entries: Any, **given: Any) -> Bylaws:
        return publish_bylaws(compound, terms=entries, **given)

    page = {
        "heading": f"{compound}新的议事规则",
        "back": reverse("votes:bylaws", args=[code]),
        "compound": compound,
    }
    return _written(request, form, publish, page)


def _latest(compound: Compound) -> Bylaws:
    usual = Bylaws(compound=compound, in_force_on=local_day(timezone.now()), terms={})
    return compound.bylaws.order_by("pk").last() or usual


def _written(
    request: SignedInRequest, form: SourcedForm, publish: Callable[..., Any], page: dict[str, Any]
) -> HttpResponse:
    if form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("submission_key")
        try:
            made = publish(by=request.user, at=timezone.now(), key=key, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "新版本已写入。已编的名册和会议仍按原来的版本。")
            return redirect(made)
    return render(request, "votes/locality_new.html", {"form": form, **page})
