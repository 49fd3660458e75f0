"""接口密钥: made, limited and revoked by the administrator; and what the door is, for everybody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.open311.access.keys import key_to_manage, keys_to_manage
from complaints.open311.actions import edit_key, issue_key, revoke_key
from complaints.open311.forms.keys import KeyForm, NewKeyForm
from complaints.open311.terms import SERVICES
from compounds.accounts.access import signed_in
from compounds.forms import Confirmation
from compounds.rules import Refused

MOST_KEYS = 200


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """For whoever connects another system: addresses, service codes, an example."""
    services = [(category, service) for category, service in SERVICES.items()]
    return render(request, "open311/about.html", {"services": services})


@login_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    found = keys_to_manage(request.user)[:MOST_KEYS]
    return render(request, "open311/keys.html", {"keys": found})


@login_required
@never_cache
def key_new(request: HttpRequest) -> HttpResponse:
    """The key stands on the answer to this very request and nowhere else, so nothing redirects."""
    keys_to_manage(request.user)
    form = NewKeyForm(request.POST or None)
    if form.is_valid():
        key, secret = issue_key(**form.cleaned_data, by=signed_in(request), at=timezone.now())
        return render(request, "open311/key_letter.html", {"key": key, "secret": secret})
    return render(request, "open311/key_new.html", {"form": form})


@login_required
def key(request: HttpRequest, pk: int) -> HttpResponse:
    found = key_to_manage(request.user, pk)
    initial = {
        "label": found.label,
        "compound": found.compound.code if found.compound else "",
        "hourly_limit": found.hourly_limit,
        "gives_token": found.gives_token,
    }
    form = KeyForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            edit_key(found, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已改好，马上生效。")
            return redirect("open311:keys")
    return render(request, "open311/key.html", {"key": found, "form": form})


@login_required
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    found = key_to_manage(request.user, pk)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            revoke_key(found, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已作废：{found}。")
            return redirect("open311:keys")
    return render(request, "open311/key_revoke.html", {"key": found, "form": form})
