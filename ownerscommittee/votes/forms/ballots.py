"""The ballot as it is filled in: on a screen, at the hall, or from a scan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from compounds.forms import SubmittedOnce
from compounds.rules import PHONE
from ownerscommittee.votes.rules.sealing import Asked, Choices
from ownerscommittee.votes.terms import Channel, Mark

UNCLEAR = (Mark.VOID.value, "没填、填了几个或看不清")
PICTURES = {"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}


class BallotForm(forms.Form):
    """One field for each question, named by its id. `may_void`: for whoever types from paper."""

    def __init__(
        self, *args: Any, asked: Iterable[Asked], may_void: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(asked)
        for one in self.asked:
            self.fields[one.ident] = _field(one, may_void)

    @property
    def choices(self) -> Choices:
        answers = {one.ident: self.cleaned_data[one.ident] for one in self.asked}
        return {
            ident: list(given) if isinstance(given, list) else [given]
            for ident, given in answers.items()
        }

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """(question, what was chosen), for the page that asks to look it over."""
        choices = self.choices
        return [(one.title, one.words(choices[one.ident])) for one in self.asked]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """(name, value) of every answer, to be carried from the form to its confirmation."""
        return [(ident, value) for ident, given in self.choices.items() for value in given]


def _field(one: Asked, may_void: bool) -> forms.ChoiceField:
    choices = [*one.labels.items(), *([UNCLEAR] if may_void else [])]
    missing = f"「{one.title}」还没有选。不想表态，可以选「弃权」。"
    if one.is_single:
        return forms.ChoiceField(
            label=one.title,
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": missing},
        )
    return forms.MultipleChoiceField(
        label=one.title,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=f"最多选 {one.seats} 个。",
        error_messages={"required": missing},
    )


class EnterForm(BallotForm):
    """现场、电话、代理: what a clerk writes down while the voter is there."""

    channel = forms.ChoiceField(label="怎么投的", widget=forms.RadioSelect)
    note = forms.CharField(
        label="记录",
        max_length=120,
        required=False,
        help_text="电话投票必填：来电号码后四位和录音编号。现场可以写见证人。",
    )

    def __init__(self, *args: Any, has_proxy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = [Channel.HALL, Channel.PHONE, *([Channel.PROXY] if has_proxy else [])]
        self.fields["channel"].choices = [(one.value, one.label) for one in channels]  # type: ignore[attr-defined]


class ScanForm(SubmittedOnce):
    scan = forms.FileField(
        label="填好的票，拍一张",
        help_text="四个角都拍进去，字要看得清。",
        error_messages={"required": "请先拍一张或选一张照片。"},
        widget=forms.FileInput(attrs=PICTURES),
    )


class DeliveryForm(forms.Form):
    note = forms.CharField(
        label="送达凭据",
        max_length=120,
        help_text="谁签收的，或者照片、录像的编号。",
        error_messages={"required": "请写明送达凭据。"},
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="为什么退回",
        max_length=200,
        help_text="业主会看到，例如：照片太暗，看不清勾选。",
        error_messages={"required": "请写明为什么退回。"},
    )


class ProxyForm(SubmittedOnce):
    """委托书: written, for this meeting."""

    agent_name = forms.CharField(
        label="代理人姓名", max_length=20, error_messages={"required": "请写代理人姓名。"}
    )
    agent_phone = forms.CharField(
        label="代理人手机号",
        max_length=11,
        help_text="代理人用这个号码登录后可以替业主投。",
        error_messages={"required": "请写代理人手机号。"},
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    questions = forms.MultipleChoiceField(
        label="委托表决哪几项",
        required=False,
        help_text="都不勾，就是全部。",
        widget=forms.CheckboxSelectMultiple,
    )
    letter = forms.FileField(
        label="业主签字的委托书，拍一张",
        error_messages={"required": "请拍下业主签字的委托书。"},
        widget=forms.FileInput(attrs=PICTURES),
    )

    def __init__(self, *args: Any, asked: Iterable[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.ident, one.title) for one in asked]
        self.fields["questions"].choices = choices  # type: ignore[attr-defined]

    def clean_agent_phone(self) -> str:
        phone = self.cleaned_data["agent_phone"].strip()
        if not PHONE.fullmatch(phone):
            raise forms.ValidationError("手机号应是 11 位数字，例如 13800000000。")
        return str(phone)


class FindRightForm(forms.Form):
    """查找: by the number on the roll or by a room."""

    q = forms.CharField(
        label="序号或房号",
        required=False,
        max_length=20,
        help_text="例如 57，或者 1203。",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class OpenBallotForm(forms.Form):
    reason = forms.CharField(
        label="为什么要看",
        max_length=200,
        help_text="会记入审计日志。",
        error_messages={"required": "请写明为什么要看这张票。"},
    )


class AskVoidForm(forms.Form):
    reason = forms.CharField(
        label="作废原因",
        max_length=200,
        help_text="会写进公开的存证：不要写姓名和房号。",
        error_messages={"required": "请写明为什么作废。"},
    )
