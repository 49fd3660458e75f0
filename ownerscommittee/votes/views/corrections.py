"""更正: four ways to mend a roll that has been posted, each with its reason."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compounds.access import SignedInRequest
from compounds.rules import Refused
from ownerscommittee.votes.access.rolls import right_to_correct, roll_to_keep
from ownerscommittee.votes.actions.corrections import (
    add_unit,
    correct_area,
    correct_owner,
    strike_unit,
)
from ownerscommittee.votes.forms.rolls import (
    AddUnitForm,
    AreaForm,
    OwnerForm,
    Reasoned,
    StrikeForm,
)
from ownerscommittee.votes.models import Roll, VotingRight
from ownerscommittee.votes.views.rolls import roll_crumbs


@login_required
def right_area(request: SignedInRequest, code: str, pk: int, number: int) -> HttpResponse:
    right = right_to_correct(request.user, code, pk, number)
    form = AreaForm(request.POST or None, lines=right.standing_units())
    return _correct(request, right.roll, form, "改面积", correct_area, right=right)


@login_required
def right_owner(request: SignedInRequest, code: str, pk: int, number: int) -> HttpResponse:
    right = right_to_correct(request.user, code, pk, number)
    form = OwnerForm(request.POST or None, initial={"name": right.name})
    return _correct(request, right.roll, form, "改业主", partial(correct_owner, right), right=right)


@login_required
def right_strike(request: SignedInRequest, code: str, pk: int, number: int) -> HttpResponse:
    """划去 one unit of the line; the last one takes the line along."""
    right = right_to_correct(request.user, code, pk, number)
    form = StrikeForm(request.POST or None, lines=right.standing_units())
    return _correct(request, right.roll, form, "划去房屋", strike_unit, right=right)


@login_required
def roll_add(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """补登 a unit that was left out."""
    roll = roll_to_keep(request.user, code, pk)
    form = AddUnitForm(request.POST or None, roll=roll, units=roll.units_left_out())
    return _correct(request, roll, form, "补登房屋", partial(add_unit, roll))


def _correct(
    request: SignedInRequest,
    roll: Roll,
    form: Reasoned,
    words: str,
    deed: Callable[..., Any],
    *,
    right: VotingRight | None = None,
) -> HttpResponse:
    """The cleaned data of the form are the arguments of the deed."""
    if form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "number"}
        key = typed.pop("submission_key")
        try:
            deed(**typed, by=request.user, at=timezone.now(), key=key)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已更正，理由和更正内容已公示。")
            return redirect(roll)
    page = {
        "roll": roll,
        "right": right,
        "form": form,
        "words": words,
        "crumbs": roll_crumbs(roll.compound, words),
    }
    return render(request, "votes/roll_correct.html", page)
