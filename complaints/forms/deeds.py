"""One form for each deed at the desk; its cleaned data are the deed's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from complaints.access.rights import (
    dispatch_level,
    handlers_in_compound,
    units_to_dispatch_to,
)
from complaints.forms.report import ACCEPTED_PICTURES, PhotosField, PhotosInput
from complaints.models import CannedReply, CatalogueVersion, Ticket
from complaints.rules.wording import filled
from complaints.terms import (
    Category,
    DeclineReason,
    Kind,
    Lane,
    Outcome,
    Resolution,
    RouteLevel,
    Verb,
)
from compounds.access import User
from compounds.models import Organization
from compounds.rules import local_day
from compounds.templatetags.words import day

BY_CATEGORY = "按类别，照期限规则"


def long_text(label: str, *, missing: str = "", hint: str = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        required=bool(missing),
        help_text=hint,
        error_messages={"required": missing, "max_length": "写得太长了，请缩短到 2000 字以内。"},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def unit_photos(label: str) -> PhotosField:
    return PhotosField(
        label=label,
        required=False,
        help_text="可以不放，最多 3 张。居民看得到，拍的时候别拍到人脸和车牌。",
        widget=PhotosInput(attrs={"accept": ACCEPTED_PICTURES}),
    )


class DeedForm(forms.Form):
    """What a deed asks; knows the ticket and who is asking."""

    facts: Sequence[tuple[str, str]] = ()  # what stands above the fields
    canned: Sequence[tuple[CannedReply, str]] = ()  # what may be put into them by one tap

    def __init__(self, *args: Any, ticket: Ticket, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket, self.user = ticket, user
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the ticket."""

    def suggest(self, name: str, level: RouteLevel) -> None:
        """Begin with the unit that 派单目录 names, and say so."""
        version, unit = CatalogueVersion.objects.suggested(
            category=self.ticket.category,
            level=level,
            branch=self.ticket.compound.branch,
            at=timezone.now(),
        )
        if unit:
            self.initial[name] = unit.pk
            hint = f"派单目录（{version}）建议：{unit}。{self.fields[name].help_text}"
            self.fields[name].help_text = hint


class AcceptForm(DeedForm):
    category = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *Category.choices],
        error_messages={"required": "请选一个类别。"},
    )
    kind = forms.ChoiceField(label="性质", choices=Kind.choices)
    lane = forms.ChoiceField(
        label="紧急程度",
        required=False,
        choices=[("", BY_CATEGORY), *(one for one in Lane.choices if one[0] != Lane.COMPLEX)],
        help_text="U1 危及人身财产安全；U2 停水停电停气、污水、唯一电梯；U3 一般事项。",
        widget=forms.RadioSelect,
    )
    note = long_text("给同事的说明", rows=2)

    def prepare(self) -> None:
        said = "" if self.ticket.lane == Lane.GENERAL else self.ticket.lane
        self.initial = {"category": self.ticket.category, "kind": self.ticket.kind, "lane": said}


class DeclineForm(DeedForm):
    reason = forms.ChoiceField(label="原因", choices=[("", "请选择"), *DeclineReason.choices])
    channel = long_text(
        "请居民到哪里办",
        missing="请写清楚居民可以到哪里、怎么办。",
        hint="居民会看到这段话，例如：到区人民法院诉讼服务中心，电话……",
    )


class TakeForm(DeedForm):
    handler: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label="由谁处理",
        queryset=None,
        empty_label="请选择",
        error_messages={"required": "请选由谁处理。"},
    )
    note = long_text("交代什么", missing="请写一句要做什么。", rows=3)

    def prepare(self) -> None:
        self.fields["handler"].queryset = handlers_in_compound(self.ticket)  # type: ignore[attr-defined]
        self.suggest("handler", RouteLevel.COMPOUND)


class WhistleForm(DeedForm):
    reason = long_text(
        "小区为什么解决不了",
        missing="请写清楚小区做了什么、为什么解决不了。",
        hint="街道和部门会看到。写清已经做过什么、缺什么权限或条件。",
    )
    needs_enforcement = forms.BooleanField(label="需要部门执法或专业资质", required=False)


class RefuseForm(DeedForm):
    reason = long_text("为什么驳回", missing="请写清楚为什么小区应该自己办。")


class DispatchForm(DeedForm):
    to: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label="主办单位",
        queryset=None,
        empty_label="请选择",
        help_text="只能有一个主办。",
        error_messages={"required": "请选一个主办单位。"},
    )
    co_units: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label="协办单位", queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    lane = forms.ChoiceField(label="紧急程度", choices=Lane.choices)
    note = long_text("派单说明", hint="为什么是这个单位；定为 U4 必须写理由。", rows=3)

    def prepare(self) -> None:
        units = units_to_dispatch_to(self.user, self.ticket)
        self.fields["to"].queryset = units  # type: ignore[attr-defined]
        self.fields["co_units"].queryset = units  # type: ignore[attr-defined]
        self.initial = {"lane": self.ticket.lane}
        self.suggest("to", dispatch_level(self.user, self.ticket))
        returned = self.ticket.objections.filter(outcome=Outcome.GRANTED).last()
        if returned and returned.suggested:
            self.initial["to"] = returned.suggested_id
            self.facts = [(f"{returned.unit}退回时说", returned.in_words)]


class SignForm(DeedForm):
    note = long_text("谁来办、什么时候到场", hint="居民会看到，例如：明天上午到场检查。", rows=2)


class ContactNoteForm(DeedForm):
    note = long_text("联系或到场的情况", missing="请写一句联系或到场的情况。", rows=3)
    photos = unit_photos("处理前的照片")


class ReplyForm(DeedForm):
    text = long_text(
        "答复内容",
        missing="请写答复：做了什么、结果怎样。",
        hint="居民会看到。至少 20 个字，说清楚做了什么、结果怎样、以后怎么办。",
        rows=6,
    )
    resolution = forms.ChoiceField(
        label="办理结果",
        choices=[choice for choice in Resolution.choices if choice[0] != Resolution.UNREASONABLE],
        widget=forms.RadioSelect,
        error_messages={"required": "请选办理结果。"},
    )
    promised_on = forms.DateField(
        label="计划完成日期",
        required=False,
        help_text="选「长期计划」时要写。",
        error_messages={"invalid": "日期写法例如 2026-12-31。"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    photos = unit_photos("处理后的照片")

    def prepare(self) -> None:
        """Which supporting units have answered, and which have not."""
        answers = self.ticket.events.filter(verb=Verb.CO_ANSWERED).select_related("organization")
        told = {event.organization: f"{event.organization}：{event.text}" for event in answers}
        units = [one.organization for one in self.ticket.supports.select_related("organization")]
        silent = "、".join(str(unit) for unit in units if unit not in told)
        parts = [f"协办答复会附在后面。{' '.join(told.values())}"] if told else []
        parts += [f"还没写协办答复：{silent}。"] if silent else []
        self._offer_canned()
        parts += ["也可以用下面的常用答复。"] if self.canned else []
        self.fields["text"].help_text += "".join(parts)

    def _offer_canned(self) -> None:
        """常用答复 for this ticket; a tap on one comes as `fill` and is added to what was typed."""
        known = {
            "编号": self.ticket.code,
            "事项": self.ticket.title,
            "地点": self.ticket.where,
            "单位": str(self.ticket.lead),
            "今天": day(local_day(timezone.now())),
        }
        fitting = CannedReply.objects.fitting(self.ticket)
        self.canned = [(reply, filled(reply.text, known)) for reply in fitting]
        words = {str(reply.pk): text for reply, text in self.canned}
        if (chosen := words.get(self.data.get("fill", ""))) is not None:
            typed = self.data.get("text", "").strip()
            given = {name: self.data.get(name, "") for name in self.fields}
            self.initial = {**given, "text": "\n".join(filter(None, [typed, chosen]))}
            self.is_bound = False
            if self.files:
                self.fields["photos"].help_text = "照片没有留下来，请重新选一次。"


class SendBackForm(DeedForm):
    reason = long_text("哪里没有答复到", missing="请写清楚答复缺了什么。")


class AskForm(DeedForm):
    """Nothing to fill in: the resident is asked."""


class RedoForm(DeedForm):
    reason = long_text("为什么要重办", missing="请写清楚为什么要重办。")


class RevealForm(DeedForm):
    reason = long_text(
        "为什么要看", missing="请写清楚为什么要看联系方式。", hint="反映人和书记都会看到。", rows=2
    )
