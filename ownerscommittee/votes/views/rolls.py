"""业主名册: drawing up, posting, freezing; the posted roll as everybody reads it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compounds.access import SignedInRequest
from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.forms import Confirmation
from compounds.models import Compound
from compounds.rules import Conflict, Refused, masked_phone
from compounds.views.compounds import crumbs_of
from compounds.views.register_sheet import csv_response, workbook_response
from ownerscommittee.votes.access.rolls import (
    compound_of_rolls,
    compound_to_list_owners,
    may_keep_rolls,
    may_object,
    objection_to_answer,
    own_rights,
    posted_roll,
    roll_to_keep,
    roll_to_read,
)
from ownerscommittee.votes.actions.rolls import (
    answer_objection,
    draw_up_roll,
    freeze_roll,
    object_to_roll,
    post_roll,
)
from ownerscommittee.votes.forms.rolls import ObjectionForm, ReplyForm
from ownerscommittee.votes.forms.scopes import RollForm
from ownerscommittee.votes.models import Roll
from ownerscommittee.votes.rules.weights import amount
from ownerscommittee.votes.terms import Measure
from ownerscommittee.votes.views.local_numbers import OF_A_ROLL, numbers_of

STEP = "业主名册"
A_PAGE = 100
SHEET = ["序号", "房屋", "业主", "手机号", "人数", "面积(㎡)"]


def roll_crumbs(compound: Compound, *steps: str) -> list[tuple[str, str]]:
    if not steps:
        return crumbs_of(compound, STEP)
    rolls = reverse("votes:rolls", args=[compound.code])
    return [*crumbs_of(compound, STEP)[:-1], (STEP, rolls), (steps[0], "")]


@login_required
@require_safe
def rolls(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_of_rolls(request.user, code)
    page = {
        "compound": compound,
        "crumbs": roll_crumbs(compound),
        "rolls": compound.rolls.for_list()[:50],
        "may_keep": may_keep_rolls(request.user, compound),
    }
    return render(request, "votes/rolls.html", page)


@login_required
def roll_new(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_list_owners(request.user, code)
    form = RollForm(request.POST or None, compound=compound)
    if form.is_valid():
        given = dict(form.cleaned_data)
        key = given.pop("submission_key")
        try:
            roll = draw_up_roll(compound, by=request.user, at=timezone.now(), key=key, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "名册已编好。核对人数和面积，再公示。")
            return redirect(roll)
    page = {"compound": compound, "crumbs": roll_crumbs(compound, "编制"), "form": form}
    return render(request, "votes/roll_new.html", page)


@login_required
@require_safe
def roll(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The whole roll with its names, for those who keep it or supervise."""
    roll = roll_to_read(request.user, code, pk)
    return _show(request, roll, Confirmation())


@login_required
@require_POST
def roll_post(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    return _do(request, roll_to_keep(request.user, code, pk), post_roll, "已开始公示。")


@login_required
@require_POST
def roll_freeze(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    roll = roll_to_keep(request.user, code, pk)
    return _do(request, roll, freeze_roll, "名册已确定，可以用来表决。")


def _do(request: SignedInRequest, roll: Roll, deed: Callable[..., Roll], done: str) -> HttpResponse:
    """A deed with nothing to fill in; what is refused comes back to the page of the roll."""
    form = Confirmation(request.POST)
    try:
        deed(roll, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, roll, form, status=409 if isinstance(refusal, Conflict) else 200)
    messages.success(request, done)
    return redirect(roll)


def _show(
    request: SignedInRequest, roll: Roll, form: Confirmation, *, status: int = 200
) -> HttpResponse:
    register_area = roll.register_area
    page: dict[str, Any] = {
        "roll": roll,
        "form": form,
        "register_area": register_area,
        "gap": register_area != roll.area,
        "local": numbers_of(roll.profile, OF_A_ROLL),
        "shared": roll.rights.sharing_a_voter()[:50],
        "crumbs": roll_crumbs(roll.compound, str(roll.cut_off_on)),
        "may_keep": may_keep_rolls(request.user, roll.compound),
        "objections": roll.objections.select_related("unit__entrance__building", "by")[:100],
        "corrections": roll.corrections.select_related("by").order_by("-pk")[:100],
        **_lines(request, roll),
    }
    return render(request, "votes/roll.html", page, status=status)


def _lines(request: HttpRequest, roll: Roll) -> dict[str, Any]:
    """A page of rights, by number."""
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    rights = list(roll.rights.for_list().filter(number__gt=after)[: A_PAGE + 1])
    return {
        "rights": rights[:A_PAGE],
        "next_after": rights[A_PAGE - 1].number if len(rights) > A_PAGE else "",
    }


@login_required
@require_POST
def roll_sheet(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """导出, logged: telephones stay masked."""
    roll = _exported(request, code, pk)
    return workbook_response(f"{code}-roll-{pk}.xlsx", SHEET, _sheet_rows(roll), title=STEP)


@login_required
@require_POST
def roll_csv(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    roll = _exported(request, code, pk)
    return csv_response(f"{code}-roll-{pk}.csv", SHEET, _sheet_rows(roll))


def _exported(request: SignedInRequest, code: str, pk: int) -> Roll:
    roll = roll_to_keep(request.user, code, pk)
    record(request.user, Verb.EXPORTED, roll, at=timezone.now(), reason="核对业主名册")
    return roll


def _sheet_rows(roll: Roll) -> Iterator[list[str]]:
    for right in roll.rights.counted().for_list():
        yield [
            str(right.number),
            right.rooms,
            right.name,
            masked_phone(right.phone) if right.phone else "",
            str(right.heads),
            amount(right.area, Measure.AREA),
        ]


@login_required
def objection_reply(request: SignedInRequest, code: str, pk: int, number: int) -> HttpResponse:
    objection = objection_to_answer(request.user, code, pk, number)
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        try:
            answer_objection(objection, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已答复，会公示在名册下面。")
            return redirect(objection.roll)
    page = {
        "objection": objection,
        "form": form,
        "crumbs": roll_crumbs(objection.roll.compound, "答复异议"),
    }
    return render(request, "votes/roll_objection.html", page)


# --- As it hangs on the wall ------------------------------------------------------------------


@require_safe
def roll_posted(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    return _show_posted(request, posted_roll(code, pk), ObjectionForm())


@login_required
@require_POST
def roll_object(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """异议, by whoever lives or owns there."""
    roll = posted_roll(code, pk)
    form = ObjectionForm(request.POST)
    if not may_object(request.user, roll):
        form.add_error(None, "只有本小区的业主和住户能提异议。")
    if form.is_valid():
        given = {"text": form.cleaned_data["text"], "key": form.cleaned_data["submission_key"]}
        try:
            object_to_roll(roll, unit=None, by=request.user, at=timezone.now(), **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已收到您的异议，答复会公示在这里。")
            return redirect(roll.posted_url)
    return _show_posted(request, roll, form)


def _show_posted(request: HttpRequest, roll: Roll, form: ObjectionForm) -> HttpResponse:
    page = {
        "roll": roll,
        "form": form,
        "local": numbers_of(roll.profile, OF_A_ROLL),
        "own": own_rights(request.user, roll),
        "may_object": roll.is_open_to_objections and may_object(request.user, roll),
        "objections": roll.objections.order_by("-pk")[:50],
        "corrections": roll.corrections.order_by("-pk")[:50],
        **_lines(request, roll),
    }
    return render(request, "votes/roll_posted.html", page)
