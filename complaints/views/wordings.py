"""常用答复: the list that a unit keeps, and what is in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints.access.wordings import keepers, replies_to_read, reply_to_keep
from complaints.actions.wordings import change_reply, keep_reply, remove_reply
from complaints.forms.wordings import CannedReplyForm, NewCannedReplyForm
from compounds.accounts.access import signed_in
from compounds.rules import Conflict, Refused


@login_required
@require_safe
def canned_replies(request: HttpRequest) -> HttpResponse:
    own = keepers(request.user)
    rows = [(one, one.organization in own) for one in replies_to_read(request.user).for_list()]
    return render(request, "complaints/canned_replies.html", {"rows": rows})


@login_required
def canned_reply_new(request: HttpRequest) -> HttpResponse:
    form = NewCannedReplyForm(request.POST or None, keepers=keepers(request.user))
    if form.is_valid():
        try:
            keep_reply(by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, "已存好，反馈时就能选。")
            return redirect("complaints:canned-replies")
        except Refused as refusal:
            form.add_error("title", str(refusal))
    return render(request, "complaints/canned_reply_new.html", {"form": form})


@login_required
def canned_reply(request: HttpRequest, pk: int) -> HttpResponse:
    reply = reply_to_keep(request.user, pk)
    known = {"title": reply.title, "category": reply.category, "text": reply.text}
    form = CannedReplyForm(request.POST or None, initial=known)
    try:
        if form.is_valid():
            change_reply(reply, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, "已改好。")
            return redirect("complaints:canned-replies")
    except Conflict as conflict:
        back = {"reason": str(conflict), "back": "/replies/"}
        return render(request, "409.html", back, status=409)
    except Refused as refusal:
        form.add_error("title", str(refusal))
    return render(request, "complaints/canned_reply.html", {"form": form, "reply": reply})


@login_required
@require_POST
def canned_reply_remove(request: HttpRequest, pk: int) -> HttpResponse:
    remove_reply(reply_to_keep(request.user, pk))
    messages.success(request, "已删掉。")
    return redirect("complaints:canned-replies")
