from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compounds.accounts.access import signed_in
from compounds.notices.forms import LeafForm
from compounds.rules import Refused
from compounds.webhooks.access import push_to_resend, webhook_to_manage, webhooks_to_manage
from compounds.webhooks.actions import add_webhook, pause_webhook, remove_webhook, resend
from compounds.webhooks.forms import WebhookForm, pushed_events
from compounds.webhooks.models import Push

PAGE = 50


@login_required
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    context = {"webhooks": webhooks_to_manage(request.user)}
    return render(request, "webhooks/webhooks.html", context)


@login_required
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """The secret stands on the answer to this very request and nowhere else."""
    webhooks_to_manage(request.user)
    form = WebhookForm(*([request.POST] if request.method == "POST" else []))
    if form.is_valid():
        try:
            webhook, secret = add_webhook(
                **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("url", str(refusal))
        else:
            context = {"webhook": webhook, "secret": secret}
            return render(request, "webhooks/secret.html", context)
    return render(request, "webhooks/add.html", {"form": form})


@login_required
@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    found = webhook_to_manage(request.user, pk)
    pushes, next_url = LeafForm(request.GET).leaf(
        Push.objects.filter(webhook=found).for_list(), PAGE
    )
    words = pushed_events()
    context = {
        "webhook": found,
        "events": [words.get(event, event) for event in found.events],
        "pushes": [(push, words.get(push.event, push.event)) for push in pushes],
        "next_url": next_url,
        "previous_url": "",
    }
    return render(request, "webhooks/webhook.html", context)


@login_required
@require_POST
def pause(request: HttpRequest, pk: int, *, is_paused: bool) -> HttpResponse:
    found = webhook_to_manage(request.user, pk)
    pause_webhook(found, is_paused=is_paused, by=signed_in(request), at=timezone.now())
    messages.success(request, "已暂停。" if is_paused else "已恢复推送。")
    return redirect(found)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = webhook_to_manage(request.user, pk)
    remove_webhook(found, by=signed_in(request), at=timezone.now())
    messages.success(request, "已删除，不再推送。")
    return redirect("webhooks:webhooks")


@login_required
@require_POST
def push_again(request: HttpRequest, number: int) -> HttpResponse:
    push = push_to_resend(request.user, number)
    resend(push, at=timezone.now())
    messages.success(request, "已重新排队，下一轮就会推送。")
    return redirect("webhooks:webhook", push.webhook_id)
