"""What a unit asks for, and how it is answered."""

from __future__ import annotations

from django import forms

from complaints.access.rights import colleagues, units_around, units_to_dispatch_to
from complaints.forms.deeds import DeedForm, long_text
from complaints.models import Extension, Objection, Shelving, Ticket
from complaints.models.requests import UnitRequest
from complaints.terms import ObjectionReason, Outcome, ShelvingReason
from compounds.models import Organization, Person
from compounds.templatetags.words import due


def day_field(label: str, *, missing: str, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        error_messages={"required": missing, "invalid": "日期写法例如 2026-12-31。"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )


def unit_field(
    label: str, *, missing: str = "", hint: str = ""
) -> forms.ModelChoiceField[Organization]:
    return forms.ModelChoiceField(
        label=label,
        queryset=None,
        required=bool(missing),
        empty_label="请选择",
        help_text=hint,
        error_messages={"required": missing},
    )


class ObjectForm(DeedForm):
    reason = forms.ChoiceField(
        label="原因",
        choices=ObjectionReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。"},
    )
    text = long_text(
        "为什么不归本单位办",
        missing="请写清楚依据：哪条职责、哪个地界、缺什么信息。",
        hint="派单员会看到。答复以前，期限照常计算。",
    )
    suggested = unit_field("建议由谁办")

    def prepare(self) -> None:
        self.fields["suggested"].queryset = units_around(self.ticket)  # type: ignore[attr-defined]


class DecideForm(DeedForm):
    """The request stands above the two answers."""

    asked: type[UnitRequest]
    grants = forms.TypedChoiceField(
        label="同意吗？",
        choices=[("yes", "同意"), ("no", "不同意")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选：同意还是不同意。"},
    )
    answer = long_text("理由", missing="请写一句理由。", hint="申请单位会看到。", rows=3)

    def prepare(self) -> None:
        self.facts = words_of(self.asked, self.ticket)


def words_of(model: type[UnitRequest], ticket: Ticket) -> list[tuple[str, str]]:
    """The request that waits on the ticket, in its unit's words."""
    waiting = model._default_manager.filter(ticket=ticket, outcome=Outcome.ASKED)
    request = waiting.select_related("unit", "by").first()
    if request is None:
        return []
    return [("申请单位", f"{request.unit} {request.by}"), ("申请内容", request.in_words)]


class DecideObjectionForm(DecideForm):
    asked = Objection


class DecideExtensionForm(DecideForm):
    asked = Extension


class DecideShelvingForm(DecideForm):
    asked = Shelving


class RuleForm(DeedForm):
    to = unit_field("由谁主办", missing="请选主办单位。", hint="裁定后不能再退单。")
    text = long_text("裁定理由", missing="请写清楚理由。", hint="各单位都会看到。")

    def prepare(self) -> None:
        self.facts = words_of(Objection, self.ticket)
        self.fields["to"].queryset = units_to_dispatch_to(self.user, self.ticket)  # type: ignore[attr-defined]


class ExtendForm(DeedForm):
    until_on = day_field("延到哪一天", missing="请写新的日期。", hint="工作日。只能延一次。")
    text = long_text(
        "为什么要延",
        missing="请写清楚为什么要延。",
        hint="居民会看到这段话，请用居民听得懂的话写。",
    )

    def prepare(self) -> None:
        self.facts = [("现在的期限", due(self.ticket.due_at) or "没有在走")]


class QuestionForm(DeedForm):
    question = long_text(
        "要问居民什么",
        missing="请写要问的问题。",
        hint="居民会看到。一次问清楚：最多问两次，每次最多等三个工作日，其间答复期限暂停。",
    )


class TellForm(DeedForm):
    text = long_text("居民怎么说", missing="请写居民的回话。")


class ShelveForm(DeedForm):
    reason = forms.ChoiceField(
        label="原因",
        choices=ShelvingReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。"},
    )
    plan = long_text(
        "打算怎么办",
        missing="请写清楚现在卡在哪里、以后怎么办。",
        hint="居民会看到这段话，请用居民听得懂的话写。",
    )
    keeper = unit_field("谁负责", missing="请选由谁负责。")
    review_on = day_field("什么时候再看一次", missing="请写复核日期。", hint="最晚 90 天以后。")

    def prepare(self) -> None:
        self.fields["keeper"].queryset = units_around(self.ticket)  # type: ignore[attr-defined]
        self.initial = {"keeper": self.ticket.lead_id}


class ReviewForm(DeedForm):
    review_on = day_field("下次什么时候再看", missing="请写复核日期。", hint="最晚 90 天以后。")
    note = long_text("这次看了，情况怎样", missing="请写现在的情况。", hint="居民会看到。")


class UnshelveForm(DeedForm):
    note = long_text("为什么可以办了", missing="请写为什么可以办了。", hint="居民会看到。", rows=3)


class TakeUpForm(DeedForm):
    """Nothing to fill in: whoever presses it has it."""


class AssignForm(DeedForm):
    to: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label="由谁经办",
        queryset=None,
        empty_label="请选择",
        error_messages={
            "required": "请选一个人。",
            "invalid_choice": "这个人不在这件事的主办单位。",
        },
    )
    note = long_text("交代什么", rows=2)

    def prepare(self) -> None:
        self.fields["to"].queryset = colleagues(self.ticket)  # type: ignore[attr-defined]


class CallUnreasonableForm(DeedForm):
    reason = long_text(
        "为什么认为不合理",
        missing="请写清楚依据。",
        hint="要由另一个单位的同事再认定一次。认定后仍然计数、照样能查到。",
    )


class FindUnreasonableForm(DeedForm):
    reason = long_text("认定的依据", missing="请写清楚依据。", hint="居民会看到这段话。")
