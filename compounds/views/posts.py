"""任命与离任."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from compounds.access import SignedInRequest, post_to_end, posts_to_manage, roles_to_appoint
from compounds.actions import appoint, end_post
from compounds.forms import Confirmation
from compounds.forms.posts import AppointForm
from compounds.models import Organization, Post
from compounds.rules import Refused
from compounds.views.organizations import crumbs_of


@login_required
@never_cache
def post_appoint(request: SignedInRequest, pk: int) -> HttpResponse:
    organization = posts_to_manage(request.user, pk)
    roles = roles_to_appoint(request.user, organization)
    form = AppointForm(request.POST or None, roles=roles, branch_pk=organization.pk)
    if form.is_valid():
        try:
            post, password = _appoint(request, organization, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _appointed(request, post, password)
    page = {
        "organization": organization,
        "crumbs": crumbs_of(request.user, organization, "任命"),
        "form": form,
    }
    return render(request, "compounds/post_appoint.html", page)


def _appoint(
    request: SignedInRequest, organization: Organization, form: AppointForm
) -> tuple[Post, str]:
    data = form.cleaned_data
    return appoint(
        organization,
        name=data["name"],
        phone=data["phone"],
        role=data["role"],
        place=data["place"],
        by=request.user,
        at=data["started_at"],
        key=data["submission_key"],
    )


def _appointed(request: SignedInRequest, post: Post, password: str) -> HttpResponse:
    """A new person's password is on this one page and stored nowhere, so there is no redirect."""
    if not password:
        messages.success(request, f"已任命{post.person}为{post.get_role_display()}。")
        return redirect(post.organization)
    page = {
        "post": post,
        "password": password,
        "crumbs": crumbs_of(request.user, post.organization, "初始密码"),
    }
    return render(request, "compounds/post_letter.html", page)


@login_required
def post_end(request: SignedInRequest, pk: int) -> HttpResponse:
    post = post_to_end(request.user, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_post(post, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{post.person}已离任，权限即刻停止。")
            return redirect(post.organization)
    crumbs = crumbs_of(request.user, post.organization, "离任")
    return render(
        request, "compounds/post_end.html", {"post": post, "form": form, "crumbs": crumbs}
    )
