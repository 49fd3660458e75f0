from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from compounds.notices.access import (
    delivery_to_retry,
    events_to_choose,
    manners_of,
    notice_to_open,
    stuck_deliveries,
    visible_notices,
)
from compounds.notices.actions import (
    choose_manners,
    give_up,
    mark_read,
    retry_all,
    retry_delivery,
)
from compounds.notices.adapters import configured_channels
from compounds.notices.forms import LeafForm, MannersForm
from compounds.notices.terms import Channel
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
def preferences(request: HttpRequest) -> HttpResponse:
    """我的通知设置; what is compulsory stands there and cannot be changed."""
    events = events_to_choose(request.user)
    form = MannersForm(
        *([request.POST] if request.method == "POST" else []),
        events=events,
        channels=configured_channels(),
        chosen=manners_of(request.user),
    )
    if form.is_valid():
        choose_manners(request.user, form.manners)  # type: ignore[arg-type]
        messages.success(request, "已保存，从下一条通知起生效。")
        return redirect("notices:preferences")
    compulsory = [event.label for event in events.values() if event.is_compulsory]
    context = {"form": form, "compulsory": compulsory}
    return render(request, "notices/preferences.html", context)


@login_required
@require_safe
def stuck(request: HttpRequest) -> HttpResponse:
    """Deliveries that failed or wait for more than an hour, of one channel or of all."""
    channel = request.GET.get("channel", "")
    waiting = stuck_deliveries(request.user, timezone.now(), channel)
    deliveries, next_url = LeafForm(request.GET).leaf(waiting, PAGE)
    context = {
        "deliveries": deliveries,
        "next_url": f"{next_url}&channel={channel}" if next_url else "",
        "previous_url": "",
        "channels": Channel,
        "channel": channel,
    }
    return render(request, "notices/stuck.html", context)


@login_required
@require_POST
def retry_everything(request: HttpRequest) -> HttpResponse:
    """全部重试, of the channel shown, once its gateway works again."""
    at, channel = timezone.now(), request.POST.get("channel", "")
    count = retry_all(stuck_deliveries(request.user, at, channel), by=request.user, at=at)
    messages.success(request, f"{count} 条已重新排队，下一轮就会发送。")
    return redirect("notices:stuck")


@login_required
@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    at = timezone.now()
    delivery = delivery_to_retry(request.user, number, at)
    try:
        give_up(delivery, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "这条不再发送。")
    return redirect("notices:stuck")


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
