from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compounds.audit.access import entries_to_read
from compounds.audit.forms import FilterForm
from compounds.audit.models import AuditEntry

PAGE = 50


@login_required
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    entries = entries_to_read(request.user)
    form = FilterForm(request.GET)
    found = list(form.narrow(entries).before(request.GET.get("before", "")).for_list()[: PAGE + 1])
    context = {"form": form, "entries": found[:PAGE], "next_url": _next_url(request, found)}
    return render(request, "audit/entry_list.html", context)


def _next_url(request: HttpRequest, found: list[AuditEntry]) -> str:
    """The address of what is older, with the same filters; empty on the last page."""
    if len(found) <= PAGE:
        return ""
    asked = request.GET.copy()
    asked["before"] = str(found[PAGE - 1].pk)
    return f"{request.path}?{asked.urlencode()}"
