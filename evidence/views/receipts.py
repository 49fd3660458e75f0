"""核对回执 by the portal, for a browser that runs no script; nothing of it is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from evidence.access.keys import known_keys
from evidence.access.logs import entry_at, is_voided
from evidence.forms import ReceiptForm
from evidence.rules.receipts import faults_of


@sensitive_post_parameters()
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    is_asked = request.method == "POST"
    form, found = ReceiptForm(request.POST, request.FILES) if is_asked else ReceiptForm(), {}
    if form.is_valid():
        found = _held_against_the_log(form.cleaned_data["receipt"])
        form = ReceiptForm()  # a receipt holds a choice: the page does not say it again
    return render(request, "evidence/receipt.html", {"form": form, **found})


def _held_against_the_log(receipt: dict[str, Any]) -> dict[str, Any]:
    entry = entry_at(receipt["origin"], receipt["index"])
    faults = faults_of(receipt, entry.body if entry else None, known_keys())
    is_void = not faults and entry is not None and is_voided(entry)
    number = receipt["index"] + 1
    return {"is_checked": True, "faults": faults, "is_void": is_void, "number": number}
