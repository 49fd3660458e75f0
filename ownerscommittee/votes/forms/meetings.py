"""The meeting, its questions, and what each deed of the convener asks."""

from __future__ import annotations

from typing import Any

from django import forms

from compounds.forms import SubmittedOnce
from compounds.models import Compound, Organization, Person
from compounds.rules import PHONE
from evidence.terms import WitnessRole
from ownerscommittee.votes.models import AssemblyMeeting, Petition, Roll
from ownerscommittee.votes.terms import Item, MeetingKind, Question


def moment(label: str, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        error_messages={
            "required": f"请写{label}。",
            "invalid": "写法例如 2026-12-31 09:00。",
        },
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        **more,
    )


def long_text(label: str, *, missing: str, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        error_messages={"required": missing, "max_length": "写得太长了，请缩短。"},
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class MeetingForm(SubmittedOnce):
    title = forms.CharField(
        label="会议名称",
        max_length=60,
        help_text="例如：2026 年第一次业主大会。",
        error_messages={"required": "请写会议名称。"},
    )
    kind = forms.ChoiceField(label="类别", choices=MeetingKind.choices)
    petition: forms.ModelChoiceField[Petition] = forms.ModelChoiceField(
        label="由哪份联名提议", queryset=None, required=False, empty_label="不是联名提议的"
    )
    convener: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label="召集人", queryset=None, empty_label=None
    )
    roll: forms.ModelChoiceField[Roll] = forms.ModelChoiceField(
        label="业主名册",
        queryset=None,
        required=False,
        empty_label="以后再选",
        help_text="公告前要选好已经确定的名册。",
    )
    opens_at = moment("开始表决", help_text="公告期满才能开始，公告当天不算。")
    closes_at = moment("截止")
    is_advisory = forms.BooleanField(label="以政府系统的表决结果为准，这里只作参考", required=False)

    def __init__(
        self, *args: Any, compound: Compound, bodies: list[Organization], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "petition": compound.petitions.filter(reached_at__isnull=False),
            "convener": Organization.objects.filter(pk__in=[body.pk for body in bodies]),
            "roll": Roll.objects.frozen().filter(compound=compound).for_list(),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    @classmethod
    def values_of(cls, meeting: AssemblyMeeting) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name != "submission_key"]
        return {name: getattr(meeting, name) for name in names}


class MotionForm(forms.Form):
    item = forms.TypedChoiceField(
        label="属于民法典第 278 条的哪一项",
        choices=[
            ("", "请选择"),
            *((value, f"（{value}）{label}") for value, label in Item.choices),
        ],
        coerce=int,
        help_text="选了事项，要过半数还是四分之三就定了。出租共有部分、收停车费选第 8 项。",
        error_messages={"required": "请选属于哪一项。"},
    )
    title = forms.CharField(label="议题", max_length=80, error_messages={"required": "请写议题。"})
    text = long_text(
        "全文",
        missing="请写全文。没有公告的内容不能表决。",
        rows=8,
        help_text="业主要看着它投票：做什么、花多少钱、钱从哪里来。",
    )
    kind = forms.ChoiceField(label="怎么表决", choices=Question.choices, widget=forms.RadioSelect)
    labels = forms.CharField(
        label="方案或候选人",
        required=False,
        help_text="一行一个。「都不同意」和「弃权」会自动加上。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seats = forms.IntegerField(
        label="应选几人", min_value=1, max_value=15, initial=1, help_text="只有选举才看这一格。"
    )
    is_dismissal = forms.BooleanField(label="通过后要解聘现在的物业企业", required=False)

    def clean_labels(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["labels"].splitlines() if line.strip()]


# --- Deeds: the cleaned data are the deed's arguments ---------------------------------------------


class DeedForm(forms.Form):
    """What a deed asks; knows its meeting."""

    def __init__(self, *args: Any, meeting: AssemblyMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.prepare()

    def prepare(self) -> None:
        """Fields that depend on the meeting."""


class PlainForm(DeedForm):
    """Nothing to fill in."""


class CancelForm(DeedForm):
    reason = long_text("为什么取消", missing="请写明为什么取消，业主会看到。", rows=3)


class CountForm(DeedForm):
    lots = forms.CharField(
        label="抽签顺序",
        max_length=400,
        required=False,
        help_text="只有候选人票数和面积完全相同才填，例如：张三、李四。",
    )


class WitnessForm(DeedForm):
    name = forms.CharField(label="姓名或单位", max_length=40)
    email = forms.EmailField(
        label="电子邮箱",
        help_text="每次公布的存证都会寄一份给他。要三位不管理本平台的人。",
        error_messages={"invalid": "邮箱写法例如 name@example.com。"},
    )
    role = forms.ChoiceField(label="身份", choices=WitnessRole.choices)


class ScrutineerForm(DeedForm):
    phone = forms.CharField(
        label="手机号",
        max_length=11,
        help_text="要是已经有账号的人，而且不是召集人一方。",
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        phone = (self.cleaned_data.pop("phone", "") or "").strip()
        person = Person.objects.with_phone(phone) if PHONE.fullmatch(phone) else None
        if person is None:
            self.add_error("phone", "没有用这个手机号的账号，请核对。")
        return {"person": person}


class CountWitnessForm(DeedForm, SubmittedOnce):
    name = forms.CharField(label="姓名", max_length=20)
    capacity = forms.CharField(
        label="身份", max_length=40, help_text="例如：业主代表、社区工作人员、律师。"
    )
    signature = forms.FileField(
        label="签字的计票单，拍一张",
        error_messages={"required": "请拍下签了字的计票单。"},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["key"] = data.pop("submission_key", None)
        return data


class ReplyForm(forms.Form):
    text = long_text("答复", missing="请写答复，提异议的业主会看到。", rows=5)
    is_upheld = forms.TypedChoiceField(
        label="异议成立吗？",
        choices=[("no", "不成立"), ("yes", "成立，将更正并重新计票")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选成立还是不成立。"},
    )


class ObjectForm(SubmittedOnce):
    text = long_text(
        "您认为哪里不对",
        missing="请写几个字，说明哪里不对。",
        rows=6,
        help_text="写清楚是哪一项、哪个数字，有什么依据。召集人必须答复。",
    )


class DoneForm(forms.Form):
    note = forms.CharField(
        label="办理情况", max_length=200, error_messages={"required": "请写一句办理情况。"}
    )


class PetitionForm(SubmittedOnce):
    title = forms.CharField(
        label="提议讨论什么", max_length=60, error_messages={"required": "请写提议讨论什么。"}
    )
    text = long_text("理由", missing="请写几句理由。", rows=6)
