"""工作日历: which years are loaded, and loading one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compounds.access import SignedInRequest, calendar_to_manage
from compounds.actions import load_year
from compounds.forms.calendar import YearForm, lines_of
from compounds.models import CalendarYear, calendar_runs_out, months_of
from compounds.rules import Refused, local_day

CRUMB = "工作日历"


@login_required
def calendar(request: SignedInRequest) -> HttpResponse:
    calendar_to_manage(request.user)
    at = timezone.now()
    years = CalendarYear.objects.counted()
    page = {
        "years": years,
        "runs_out_on": calendar_runs_out(at),
        "next_year": max((each.year for each in years), default=local_day(at).year - 1) + 1,
    }
    return render(request, "compounds/calendar.html", page)


@login_required
def calendar_year(request: SignedInRequest, year: int) -> HttpResponse:
    """Shown as stored; posted lines are shown as they would be, and loaded when confirmed."""
    calendar_to_manage(request.user)
    if not 2019 <= year <= 2100:
        raise Http404
    stored = CalendarYear.objects.prefetch_related("exceptions").filter(year=year).first()
    initial = {"source": stored.source, "lines": lines_of(stored)} if stored else {}
    form = YearForm(request.POST or None, year=year, initial=initial)
    is_preview = form.is_valid()
    if is_preview and "confirm" in request.POST and _load(request, form):
        return redirect("compounds:calendar-year", year)
    entries = form.entries if is_preview else stored.entries() if stored else {}
    page = {
        "crumbs": [(CRUMB, reverse("compounds:calendar")), (f"{year} 年", "")],
        "year": year,
        "stored": stored,
        "form": form,
        "is_preview": is_preview,
        "months": months_of(year, entries) if entries else [],
    }
    return render(request, "compounds/calendar_year.html", page)


def _load(request: SignedInRequest, form: YearForm) -> bool:
    source = form.cleaned_data["source"]
    at = timezone.now()
    try:
        load_year(form.year, form.entries, source=source, by=request.user, at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"{form.year} 年已载入，没办完的事会按新日历重新算期限。")
    return True
