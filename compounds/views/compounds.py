"""小区: the list, one compound, who its heads are and where one is missing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from compounds.access import (
    SignedInRequest,
    compound_to_live_in,
    compound_to_read,
    compounds_to_read,
    homes,
    may_import,
    may_print_posters,
    reads_organizations,
)
from compounds.forms.organizations import SearchForm
from compounds.models import (
    Compound,
    Organization,
    Post,
    buildings_covered,
    coverage_of,
    heads_for,
)

A_PAGE = 50
CRUMB = "小区"


def crumbs_of(compound: Compound, *steps: str) -> list[tuple[str, str]]:
    crumbs = [(CRUMB, reverse("compounds:compounds"))]
    if not steps:
        return [*crumbs, (compound.name, "")]
    return [*crumbs, (compound.name, compound.get_absolute_url()), (steps[0], "")]


@login_required
def compound_list(request: SignedInRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    sought = form.cleaned_data["q"].strip() if form.is_valid() else ""
    after = request.GET.get("after", "")
    visible = compounds_to_read(request.user).named(sought).for_list().counted()
    compounds = list(visible.filter(code__gt=after)[: A_PAGE + 1])
    communities = Organization.objects.parents_of(each.branch for each in compounds)
    page = {
        "form": form,
        "rows": [(each, communities.get(each.branch.path)) for each in compounds[:A_PAGE]],
        "next_after": compounds[A_PAGE - 1].code if len(compounds) > A_PAGE else "",
        "sought": sought,
        "crumbs": [(CRUMB, "")],
    }
    return render(request, "compounds/compound_list.html", page)


@login_required
def compound(request: SignedInRequest, code: str) -> HttpResponse:
    compound = compound_to_read(request.user, code)
    community = Organization.objects.above(compound.branch).last()
    page = {
        "compound": compound,
        "crumbs": crumbs_of(compound),
        "buildings": compound.buildings.counted(),
        "covered": buildings_covered(compound, timezone.now()),
        "facts": [
            ("编号", compound.code),
            ("地址", compound.address or "未登记"),
            ("社区", community),
            ("党支部", compound.branch),
            ("户数", compound.households),
            ("管理方式", compound.get_management_display()),
        ],
        "reads_organizations": reads_organizations(request.user),
        "may_import": may_import(request.user, compound),
        "may_print": may_print_posters(request.user, compound),
    }
    return render(request, "compounds/compound.html", page)


@login_required
def coverage(request: SignedInRequest, code: str) -> HttpResponse:
    at = timezone.now()
    compound = compound_to_read(request.user, code)
    cross = Post.objects.cross_appointments(at).filter(organization=compound.branch)
    page = {
        "compound": compound,
        "crumbs": crumbs_of(compound, "覆盖情况"),
        "coverage": coverage_of(compound, at),
        "cross_appointments": cross.for_list(),
    }
    return render(request, "compounds/coverage.html", page)


@login_required
def heads(request: SignedInRequest, code: str) -> HttpResponse:
    """The heads of the user's own homes; for staff without a home there, all of them."""
    compound = compound_to_live_in(request.user, code)
    own = homes(request.user).filter(entrance__building__compound=compound)
    serving = Post.objects.active(timezone.now()).filter(organization=compound.branch).heads()
    posts = list(serving.for_list().order_by("building", "entrance", "floor"))
    page = {
        "compound": compound,
        "homes": [(unit, heads_for(unit, posts)) for unit in own],
        "posts": posts,
    }
    return render(request, "compounds/heads.html", page)
