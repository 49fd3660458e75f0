"""Sheets of other platforms: upload, look at what it would do, confirm."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access.entering import compounds_to_enter_for, import_to_confirm, job_of
from complaints.actions.importing import apply_tickets, compare_tickets, receive_tickets
from complaints.forms.importing import ImportForm
from complaints.terms import IMPORT_COLUMNS, IMPORT_EXAMPLE
from compounds.access import SignedInRequest
from compounds.forms import Confirmation
from compounds.rules import Refused
from compounds.views.register_sheet import workbook_response

SHOWN = 100


@login_required
def upload(request: SignedInRequest) -> HttpResponse:
    compounds = compounds_to_enter_for(request.user)
    form = ImportForm(request.POST or None, request.FILES or None, compounds=compounds)
    if form.is_valid():
        key = form.cleaned_data["submission_key"]
        return redirect(receive_tickets(form.rows, by=request.user, at=timezone.now(), key=key))
    page = {"form": form, "columns": IMPORT_COLUMNS}
    return render(request, "complaints/import.html", page)


@login_required
@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """The empty sheet, with one row as an example."""
    named = [one.name for one in compounds_to_enter_for(request.user)[:1]]
    example = [cell.format(compound="".join(named)) for cell in IMPORT_EXAMPLE]
    return workbook_response("tickets-import.xlsx", IMPORT_COLUMNS, [example], title="事项")


@login_required
def look(request: SignedInRequest, pk: int) -> HttpResponse:
    """The dry run, computed anew at each look, and the button that makes it real."""
    received = import_to_confirm(request.user, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return redirect(apply_tickets(received, by=request.user, at=timezone.now()))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    comparison = compare_tickets(received)
    page = {
        "received": received,
        "form": form,
        "new": comparison.new[:SHOWN],
        "new_count": len(comparison.new),
        "known": comparison.known[:SHOWN],
        "known_count": len(comparison.known),
        "bad_rows": [row for row in received.rows if row["errors"]][:SHOWN],
        "job": job_of(received),
    }
    return render(request, "complaints/import_look.html", page)


@login_required
@require_safe
def errors(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet as it came, with what is wrong in a column more."""
    received = import_to_confirm(request.user, pk)
    rows = [
        [*row["cells"], "；".join(f"{column}：{why}" for column, why in row["errors"])]
        for row in received.rows
    ]
    columns = [*IMPORT_COLUMNS, "错误"]
    return workbook_response("tickets-errors.xlsx", columns, rows, title="事项")
