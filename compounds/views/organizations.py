"""组织: the tree, and what the administrator does with it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compounds.access import (
    SignedInRequest,
    User,
    branch_to_record,
    may_manage,
    organization_to_manage,
    organization_to_read,
    roles_to_appoint,
    visible_organizations,
)
from compounds.actions import (
    close_organization,
    edit_organization,
    found_organization,
    move_organization,
    record_compound,
    reopen_organization,
)
from compounds.forms import Confirmation
from compounds.forms.organizations import (
    CompoundForm,
    FoundForm,
    MoveForm,
    OrganizationForm,
    SearchForm,
)
from compounds.models import Compound, Organization, Post, tree_of
from compounds.rules import Refused
from compounds.terms import TREE_KINDS, OrganizationKind, child_kinds

FORMER_SHOWN = 50
Crumbs = list[tuple[str, str]]


def crumbs_of(user: User, organization: Organization, *steps: str) -> Crumbs:
    """From the tree down to the organisation, as far as the user may read, and further steps."""
    above = visible_organizations(user).above(organization)
    crumbs = [("组织", reverse("compounds:organizations"))]
    crumbs += [(each.name, each.get_absolute_url()) for each in above]
    if not steps:
        return [*crumbs, (organization.name, "")]
    return [*crumbs, (organization.name, organization.get_absolute_url()), (steps[0], "")]


@login_required
def organization_list(request: SignedInRequest) -> HttpResponse:
    visible = visible_organizations(request.user)
    form = SearchForm(request.GET)
    sought = form.cleaned_data["q"].strip() if form.is_valid() else ""
    page = {
        "form": form,
        "sought": sought,
        "found": visible.named(sought)[:50] if sought else [],
        "nodes": [] if sought else tree_of(visible.of_kind(*TREE_KINDS)),
    }
    return render(request, "compounds/organization_list.html", page)


@login_required
def organization(request: SignedInRequest, pk: int) -> HttpResponse:
    at = timezone.now()
    organization = organization_to_read(request.user, pk)
    posts = Post.objects.filter(organization=organization).for_list()
    roles = roles_to_appoint(request.user, organization)
    manages = may_manage(request.user, organization)
    page = {
        "organization": organization,
        "crumbs": crumbs_of(request.user, organization),
        "children": Organization.objects.get_children(organization).order_by("-is_active", "path"),
        "posts": [(post, post.role in roles) for post in posts.active(at)],
        "former_posts": [(post, False) for post in posts.former(at)[:FORMER_SHOWN]],
        "future_posts": [(post, post.role in roles) for post in posts.future(at)],
        "compound": Compound.objects.filter(branch=organization).first(),
        "is_branch": organization.kind == OrganizationKind.BRANCH,
        "may_manage": manages,
        "may_found": manages and organization.is_active and child_kinds(organization.kind),
        "has_parent": bool(organization.paths_above()),
        "roles": roles,
    }
    return render(request, "compounds/organization.html", page)


@login_required
def organization_add(request: SignedInRequest, pk: int) -> HttpResponse:
    parent = organization_to_manage(request.user, pk)
    form = FoundForm(request.POST or None, parent=parent)
    if form.is_valid():
        key = form.cleaned_data.pop("submission_key")
        try:
            new = found_organization(parent, **form.cleaned_data, key=key, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已设立{new.name}。")
            return redirect(new)
    return _form_page(request, parent, form, "设立下级组织", "设立")


@login_required
def organization_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    organization = organization_to_manage(request.user, pk)
    now = {"name": organization.name, "telephone": organization.telephone}
    form = OrganizationForm(request.POST or None, initial=now)
    if form.is_valid():
        edit_organization(organization, **form.cleaned_data, by=request.user)
        messages.success(request, "已保存。")
        return redirect(organization)
    return _form_page(request, organization, form, "修改名称和电话", "保存")


@login_required
def organization_compound(request: SignedInRequest, pk: int) -> HttpResponse:
    branch = branch_to_record(request.user, pk)
    recorded = Compound.objects.filter(branch=branch).first()
    form = CompoundForm(request.POST or None, instance=recorded)
    if form.is_valid():
        try:
            compound = record_compound(branch, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存小区的基本情况。")
            return redirect(compound)
    return _form_page(request, branch, form, "小区基本情况", "保存")


@login_required
def organization_move(request: SignedInRequest, pk: int) -> HttpResponse:
    organization = organization_to_manage(request.user, pk)
    form = MoveForm(request.POST or None, organization=organization)
    if form.is_valid():
        try:
            move_organization(organization, to=form.cleaned_data["to"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已调整到{form.cleaned_data['to']}下面，任职和历史不变。")
            return redirect(organization)
    return _form_page(request, organization, form, "调整隶属", "调整")


@login_required
def organization_close(request: SignedInRequest, pk: int) -> HttpResponse:
    organization = organization_to_manage(request.user, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            close_organization(organization, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{organization.name}已停用，历史都保留。")
            return redirect(organization)
    return _form_page(request, organization, form, "停用", "确认停用", danger=True)


@login_required
def organization_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    organization = organization_to_manage(request.user, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reopen_organization(organization, by=request.user)
        messages.success(request, f"{organization.name}已恢复使用。")
        return redirect(organization)
    return _form_page(request, organization, form, "恢复使用", "确认恢复")


def _form_page(
    request: SignedInRequest,
    organization: Organization,
    form: object,
    title: str,
    button: str,
    danger: bool = False,
) -> HttpResponse:
    page = {
        "organization": organization,
        "crumbs": crumbs_of(request.user, organization, title),
        "form": form,
        "title": title,
        "button": button,
        "danger": danger,
    }
    return render(request, "compounds/organization_form.html", page)
