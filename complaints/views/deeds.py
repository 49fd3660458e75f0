"""Every deed at the desk is the same four beats; the table says what differs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from complaints.access.rights import ticket_for
from complaints.actions import callback, desk
from complaints.forms import deeds as forms
from complaints.forms.report import AnswerForm
from complaints.rules.moves import state_after
from complaints.terms import Verb
from compounds.accounts.access import signed_in
from compounds.rules import Conflict, Refused


class AnswerDeedForm(forms.DeedForm, AnswerForm):
    """The resident's answers, written down on the telephone."""


@dataclass(frozen=True)
class Deed:
    """One deed: by which right, asked how, done by what, and what to say afterwards."""

    verb: Verb
    form: type[forms.DeedForm]
    act: Callable[..., object]
    title: str
    button: str
    done: str
    is_danger: bool = False


DEEDS = {
    "accept": Deed(
        Verb.ACCEPTED,
        forms.AcceptForm,
        desk.accept_ticket,
        "受理",
        "受理",
        "已受理，小区自办的时限开始计算。",
    ),
    "handle": Deed(
        Verb.TAKEN_BY_COMPOUND,
        forms.TakeForm,
        desk.take_by_compound,
        "小区自办",
        "交给他们办",
        "已交办，处理人会收到通知。",
    ),
    "whistle": Deed(
        Verb.WHISTLED,
        forms.WhistleForm,
        desk.blow_whistle,
        "吹哨",
        "吹哨",
        "已吹哨，社区和街道会收到通知。",
    ),
    "dispatch": Deed(
        Verb.DISPATCHED,
        forms.DispatchForm,
        desk.dispatch_ticket,
        "派单",
        "派单",
        "已派单，承办单位将收到通知。",
    ),
    "sign": Deed(
        Verb.SIGNED,
        forms.SignForm,
        desk.sign_ticket,
        "签收报到",
        "签收",
        "已签收，居民能看到您单位在办。",
    ),
    "contact": Deed(
        Verb.CONTACTED,
        forms.ContactNoteForm,
        desk.record_contact,
        "登记联系居民",
        "登记",
        "已登记。",
    ),
    "reply": Deed(
        Verb.REPLIED,
        forms.ReplyForm,
        desk.reply_to_ticket,
        "反馈",
        "提交反馈",
        "已反馈，等待小区核对。",
    ),
    "callback": Deed(
        Verb.CALLBACK_ASKED,
        forms.AskForm,
        callback.ask_callback,
        "请居民评价",
        "答复可以，请居民评价",
        "已请居民评价。",
    ),
    "answer": Deed(
        Verb.ANSWERED,
        AnswerDeedForm,
        callback.answer_callback,
        "电话回访登记",
        "登记评价",
        "已登记评价。",
    ),
    "send-back": Deed(
        Verb.SENT_BACK,
        forms.SendBackForm,
        desk.send_back,
        "退回重改",
        "退回重改",
        "已退回承办单位。",
        True,
    ),
    "refuse": Deed(
        Verb.WHISTLE_REFUSED,
        forms.RefuseForm,
        desk.refuse_whistle,
        "驳回哨",
        "驳回",
        "已驳回，请小区自办。",
        True,
    ),
    "decline": Deed(
        Verb.DECLINED,
        forms.DeclineForm,
        desk.decline_ticket,
        "不予受理",
        "不予受理",
        "已告知居民其他办法。",
        True,
    ),
    "redo": Deed(
        Verb.REOPENED,
        forms.RedoForm,
        callback.reopen_ticket,
        "要求重办",
        "要求重办",
        "已要求重办。",
        True,
    ),
}


@login_required
def ticket_deed(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    chosen = DEEDS[deed]
    ticket = ticket_for(request.user, code, chosen.verb)
    form = chosen.form(
        request.POST if request.method == "POST" else None, ticket=ticket, user=request.user
    )
    try:
        state_after(chosen.verb, ticket.state)
        if form.is_valid():
            chosen.act(ticket, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect(ticket)
    except Conflict as conflict:
        context = {"reason": str(conflict), "back": ticket.get_absolute_url()}
        return render(request, "409.html", context, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return render(
        request, "complaints/ticket_deed.html", {"ticket": ticket, "form": form, "deed": chosen}
    )


@login_required
def ticket_contact_details(request: HttpRequest, code: str) -> HttpResponse:
    """查看联系方式: shown once, on the answer to this very request, and never on another page."""
    ticket = ticket_for(request.user, code, Verb.REVEALED)
    form = forms.RevealForm(
        request.POST if request.method == "POST" else None, ticket=ticket, user=request.user
    )
    context = {"ticket": ticket, "form": form}
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        context["concerns"] = desk.reveal_contact(
            ticket, reason=reason, by=signed_in(request), at=timezone.now()
        )
    return render(request, "complaints/ticket_contact_details.html", context)
