"""房屋登记表: upload, look at what it would do, confirm; and the same sheet back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compounds.access import SignedInRequest, compound_to_import, import_to_confirm
from compounds.actions import apply_import, compare_register, receive_register
from compounds.forms import Confirmation
from compounds.forms.register import RegisterForm
from compounds.rules import Refused
from compounds.terms import REGISTER_COLUMNS
from compounds.views.compounds import crumbs_of
from compounds.views.register_sheet import workbook_response

STEP = "房屋登记"
ERRORS_SHOWN = 100


@login_required
def register(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_import(request.user, code)
    form = RegisterForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        key = form.cleaned_data["submission_key"]
        received = receive_register(
            compound, form.rows, by=request.user, at=timezone.now(), key=key
        )
        return redirect(received)
    page = {
        "compound": compound,
        "crumbs": crumbs_of(compound, STEP),
        "form": form,
        "columns": REGISTER_COLUMNS,
        "earlier": compound.register_imports.applied().select_related("by")[:10],
    }
    return render(request, "compounds/register.html", page)


@login_required
def register_import(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The dry run, computed anew at each look, and the button that makes it real."""
    received = import_to_confirm(request.user, code, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = apply_import(received, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"已写入：新增 {len(done.new)} 套，更改 {len(done.changed)} 套。"
            )
            return redirect(received.compound)
    page = {
        "compound": received.compound,
        "crumbs": crumbs_of(received.compound, STEP),
        "received": received,
        "form": form,
        "comparison": compare_register(received),
        "bad_rows": received.bad_rows[:ERRORS_SHOWN],
    }
    return render(request, "compounds/register_import.html", page)


@login_required
def register_errors(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """The sheet as it came, with what is wrong in an eighth column."""
    received = import_to_confirm(request.user, code, pk)
    rows = [
        [*row["cells"], "；".join(f"{column}：{why}" for column, why in row["errors"])]
        for row in received.rows
    ]
    return workbook_response(f"{code}-errors.xlsx", [*REGISTER_COLUMNS, "错误"], rows)


@login_required
def register_sheet(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_import(request.user, code)
    return workbook_response(f"{code}-register.xlsx", REGISTER_COLUMNS, compound.register_rows())
