"""The deeds by which a ticket goes its way, from 受理 to 重办."""

from complaints.actions import callback, desk
from complaints.forms import deeds as forms
from complaints.forms.report import AnswerForm
from complaints.terms import Verb
from complaints.views.deed import Deed


class AnswerDeedForm(forms.DeedForm, AnswerForm):
    """The resident's answers, written down on the telephone."""


WAY_DEEDS = {
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
