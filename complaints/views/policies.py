"""规则: 派单目录 and 期限规则, their versions, and a new one with its trial run."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access.policies import may_write_rules, rules_to_read, rules_to_write
from complaints.actions.policies import (
    publish_catalogue,
    publish_policy,
    try_catalogue,
    try_policy,
)
from complaints.forms.catalogue import CatalogueForm
from complaints.forms.policies import PolicyForm, VersionForm, leaves, spoken
from complaints.models import CatalogueVersion, PolicyVersion
from complaints.rules.limits import Limit
from complaints.terms import Lane
from compounds.access import SignedInRequest
from compounds.rules import Refused

RULES = ("规则", "/manage/rules/")


@login_required
@require_safe
def rules(request: SignedInRequest) -> HttpResponse:
    rules_to_read(request.user)
    at = timezone.now()
    context = {
        "catalogue": CatalogueVersion.objects.in_force(at),
        "catalogues": CatalogueVersion.objects.newest_first()[:20],
        "policy": PolicyVersion.objects.in_force(at),
        "policies": PolicyVersion.objects.newest_first()[:20],
        "may_write": may_write_rules(request.user),
    }
    return render(request, "complaints/rules.html", context)


@login_required
@require_safe
def catalogue_version(request: SignedInRequest, pk: int) -> HttpResponse:
    rules_to_read(request.user)
    version = get_object_or_404(CatalogueVersion, pk=pk)
    routes = version.routes.select_related("place", "unit")
    context = {"version": version, "routes": routes, "crumbs": [RULES, (f"派单目录 {version}", "")]}
    return render(request, "complaints/catalogue_version.html", context)


@login_required
@require_safe
def policy_version(request: SignedInRequest, pk: int) -> HttpResponse:
    rules_to_read(request.user)
    version = get_object_or_404(PolicyVersion, pk=pk)
    facts = [(spoken(path), _in_words(value)) for path, value in leaves(version.policy.terms)]
    context = {"version": version, "facts": facts, "crumbs": [RULES, (f"期限规则 {version}", "")]}
    return render(request, "complaints/policy_version.html", context)


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return "，".join(_in_words(one) for one in value)
    if isinstance(value, int) or value in Lane.values:
        return str(Lane(value).label if value in Lane.values else value)
    return str(Limit.parse(str(value)))


@login_required
def catalogue_new(request: SignedInRequest) -> HttpResponse:
    """Typed, tried out, and put in force when confirmed."""
    rules_to_write(request.user)
    at = timezone.now()
    form = CatalogueForm(request.POST or None, current=CatalogueVersion.objects.in_force(at))
    trial = try_catalogue(form.lines(), at=at) if form.is_valid() else None
    if trial and _published(
        request, form, lambda **given: publish_catalogue(form.routes(), **given)
    ):
        return redirect("complaints:rules")
    context = {"form": form, "trial": trial, "crumbs": [RULES, ("新的派单目录", "")]}
    return render(request, "complaints/catalogue_new.html", context)


@login_required
def policy_new(request: SignedInRequest) -> HttpResponse:
    rules_to_write(request.user)
    at = timezone.now()
    terms = PolicyVersion.objects.in_force(at).policy.terms
    form = PolicyForm(request.POST or None, terms=terms)
    trial = try_policy(form.cleaned_data["terms"], at=at) if form.is_valid() else None
    if trial and _published(
        request, form, lambda **given: publish_policy(form.cleaned_data["terms"], **given)
    ):
        return redirect("complaints:rules")
    context = {"form": form, "trial": trial, "crumbs": [RULES, ("新的期限规则", "")]}
    return render(request, "complaints/policy_new.html", context)


def _published(request: SignedInRequest, form: VersionForm, publish: Callable[..., object]) -> bool:
    """Put in force what was confirmed. False: not confirmed yet, or refused."""
    if "confirm" not in request.POST:
        return False
    at = timezone.now()
    given = {name: form.cleaned_data[name] for name in ("note", "submission_key")}
    try:
        publish(in_force_at=form.in_force_at(at), by=request.user, at=at, **given)
    except Refused as refusal:
        form.add_error("in_force_on", str(refusal))
        return False
    messages.success(request, "新规则已写入，从生效时间起用于新受理、新派出的事项。")
    return True
