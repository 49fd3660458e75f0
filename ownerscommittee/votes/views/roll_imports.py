"""名册导入: upload, look at what it says, confirm; and the sheet to fill in."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compounds.access import SignedInRequest
from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.forms import Confirmation
from compounds.models import Compound
from compounds.rules import Refused, local_day, masked_phone
from compounds.views.register_sheet import workbook_response
from ownerscommittee.votes.access.rolls import compound_to_list_owners, import_to_confirm
from ownerscommittee.votes.actions.roll_imports import (
    Comparison,
    compare_roll,
    draw_up_imported,
    receive_roll,
)
from ownerscommittee.votes.actions.rolls import ORDER, owners_of
from ownerscommittee.votes.forms.roll_sheet import RollSheetForm
from ownerscommittee.votes.models import Roll
from ownerscommittee.votes.rules.weights import amount
from ownerscommittee.votes.terms import ROLL_COLUMNS, Measure
from ownerscommittee.votes.views.rolls import roll_crumbs

STEP = "导入名册"
SHOWN = 100


@login_required
def roll_import(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_list_owners(request.user, code)
    form = RollSheetForm(request.POST or None, request.FILES or None, compound=compound)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "sheet"}
        key = given.pop("submission_key")
        received = receive_roll(
            compound, form.rows, by=request.user, at=timezone.now(), key=key, **given
        )
        return redirect(received)
    page = {
        "compound": compound,
        "crumbs": roll_crumbs(compound, STEP),
        "form": form,
        "columns": ROLL_COLUMNS,
    }
    return render(request, "votes/roll_import.html", page)


@login_required
def roll_import_check(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The dry run, computed anew at each look, and the button that makes a roll of it."""
    received = import_to_confirm(request.user, code, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            roll = draw_up_imported(received, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "名册已编好。核对人数和面积，再公示。")
            return redirect(roll)
    if received.roll:
        return redirect(received.roll)
    comparison = compare_roll(received)
    page = {
        "compound": received.compound,
        "crumbs": roll_crumbs(received.compound, STEP),
        "received": received,
        "form": form,
        "comparison": comparison,
        "bad_rows": comparison.bad_rows[:SHOWN],
        "differences": _differences(comparison),
    }
    return render(request, "votes/roll_import_check.html", page)


def _differences(comparison: Comparison) -> list[tuple[str, int, list[str]]]:
    """(title, how many, the first of them in words), what is most likely to matter first."""
    found = [
        ("面积和房屋登记不同，以表为准", _areas(comparison)),
        ("业主和登记的产权不同，以表为准", _owners(comparison)),
        ("范围里有、表里没有的房屋，不进名册", map(str, comparison.left_out)),
        ("按用途不计入面积和人数", map(str, comparison.uncounted)),
        ("没有写由谁行使表决权，不能网上投", map(str, comparison.without_voter)),
        ("同名、没写手机号，按同一人算，请核对", _namesakes(comparison)),
    ]
    counted = [(title, list(lines)) for title, lines in found]
    return [(title, len(lines), lines[:SHOWN]) for title, lines in counted if lines]


def _areas(comparison: Comparison) -> Iterator[str]:
    for unit, registered, said in comparison.areas:
        areas = [amount(each, Measure.AREA) for each in (registered, said)]
        yield f"{unit}：登记 {areas[0]} ㎡，表里 {areas[1]} ㎡"


def _owners(comparison: Comparison) -> Iterator[str]:
    for unit, registered, said in comparison.owners:
        yield f"{unit}：登记{registered or '没有业主'}，表里{said}"


def _namesakes(comparison: Comparison) -> Iterator[str]:
    for name, rows in comparison.namesakes:
        yield f"{name}：第 {'、'.join(map(str, rows))} 行"


@login_required
@require_safe
def roll_errors(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The sheet as it came, with what is wrong in one column more."""
    received = import_to_confirm(request.user, code, pk)
    rows = [
        [*row["cells"], "；".join(f"{column}：{why}" for column, why in row["errors"])]
        for row in compare_roll(received).rows
    ]
    return workbook_response(
        f"{code}-roll-errors.xlsx", [*ROLL_COLUMNS, "错误"], rows, title="业主名册"
    )


@login_required
@require_POST
def owners_sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """What is registered today, to be completed; names are in it, so it is logged."""
    compound = compound_to_list_owners(request.user, code)
    at = timezone.now()
    record(request.user, Verb.EXPORTED, compound, at=at, reason="下载名册表填写")
    rows = _registered(compound, owners_on=local_day(at))
    return workbook_response(f"{code}-owners.xlsx", ROLL_COLUMNS, rows, title="业主名册")


def _registered(compound: Compound, *, owners_on: Any) -> Iterable[list[str]]:
    """A row for each owner of a unit, telephones masked; a unit without any has one row."""
    units = list(Roll(compound=compound).units_of_its_place().order_by(*ORDER))
    owned = owners_of(units, owners_on)
    for unit in units:
        place = [unit.entrance.building.name, unit.entrance.name, unit.room]
        area = [amount(unit.exclusive_area, Measure.AREA), unit.get_area_basis_display()]
        for each in owned.get(unit.pk, []):
            person = each.person
            yield [
                *place,
                person.name if person else each.developer,
                masked_phone(person.phone) if person else "",
                "",
                "是" if each.is_voter and person else "",
                "" if person else "是",
                *area,
            ]
        if unit.pk not in owned:
            yield [*place, "", "", "", "", "", *area]
