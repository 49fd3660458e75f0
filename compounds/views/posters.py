"""海报: one A4 sheet for each entrance, with the code that opens the report form."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from compounds.access import SignedInRequest, compound_to_print, entrance_to_print
from compounds.models import Entrance
from compounds.views.compounds import crumbs_of
from compounds.views.poster_pdf import posters_pdf


@login_required
def posters(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_print(request.user, code)
    page = {
        "compound": compound,
        "crumbs": crumbs_of(compound, "海报"),
        "entrances": Entrance.objects.of_compound(compound),
    }
    return render(request, "compounds/posters.html", page)


@login_required
def compound_posters(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_print(request.user, code)
    entrances = list(Entrance.objects.of_compound(compound))
    return _pdf(f"{code}-posters.pdf", posters_pdf(compound, entrances))


@login_required
def entrance_poster(request: SignedInRequest, token: str) -> HttpResponse:
    entrance = entrance_to_print(request.user, token)
    return _pdf(f"{token}-poster.pdf", posters_pdf(entrance.building.compound, [entrance]))


def _pdf(name: str, content: bytes) -> HttpResponse:
    disposition = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=disposition)
