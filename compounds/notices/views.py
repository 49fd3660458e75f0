from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compounds.notices.access import (
    delivery_to_retry,
    notice_to_open,
    stuck_deliveries,
    visible_notices,
)
from compounds.notices.actions import mark_read, retry_delivery
from compounds.notices.forms import LeafForm
from compounds.rules import Refused

PAGE = 50


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    notices, next_url = LeafForm(request.GET).leaf(visible_notices(request.user), PAGE)
    context = {"notices": notices, "next_url": next_url, "previous_url": ""}
    return render(request, "notices/notice_list.html", context)


@login_required
@require_POST
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """Opening a notice: it counts as read, and the page it speaks of follows."""
    opened = notice_to_open(request.user, number)
    mark_read(opened, at=timezone.now())
    return redirect(opened.url or reverse("notices:notices"))


@login_required
@require_safe
def stuck(request: HttpRequest) -> HttpResponse:
    """Deliveries that failed or wait for more than an hour."""
    waiting = stuck_deliveries(request.user, timezone.now())
    deliveries, next_url = LeafForm(request.GET).leaf(waiting, PAGE)
    context = {"deliveries": deliveries, "next_url": next_url, "previous_url": ""}
    return render(request, "notices/stuck.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    at = timezone.now()
    delivery = delivery_to_retry(request.user, number, at)
    try:
        retry_delivery(delivery, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已重新排队，下一轮就会发送。")
    return redirect("notices:stuck")
