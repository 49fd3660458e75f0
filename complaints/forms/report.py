from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from complaints.terms import VISIBILITY_MEANS, Satisfaction, Solved, Visibility
from compounds.models import Compound, Entrance
from compounds.rules import PHONE

ACCEPTED_PICTURES = "image/jpeg,image/png,image/webp,image/heic"


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """None or several pictures; each is judged by the pipeline of files."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(one, initial) for one in given if one]


class CompoundSearchForm(forms.Form):
    q = forms.CharField(
        label="小区名称",
        required=False,
        max_length=20,
        help_text="写几个字就行，例如「示范」。",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class WhatForm(forms.Form):
    """The one thing that must be typed, and where and how it looks."""

    text = forms.CharField(
        label="出了什么问题？",
        max_length=2000,
        help_text="例如：电梯停了、污水冒出来、路灯不亮。不用写姓名和房号。",
        error_messages={
            "required": "请写几个字，说明发生了什么。",
            "max_length": "写得太长了，请缩短到 2000 字以内。",
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    entrance = forms.ChoiceField(label="在哪栋楼？", required=False)
    place = forms.CharField(
        label="具体位置",
        required=False,
        max_length=60,
        help_text="例如：电梯里、地下车库、5 楼楼道。",
    )
    photos = PhotosField(
        label="照片",
        required=False,
        help_text="最多 3 张，可以直接拍。照片里的拍摄地点等信息会自动去掉。",
        widget=PhotosInput(attrs={"accept": ACCEPTED_PICTURES}),
    )

    def __init__(self, *args: Any, compound: Compound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entrance"].choices = entrance_choices(compound)  # type: ignore[attr-defined]


def entrance_choices(compound: Compound) -> list[tuple[str, Any]]:
    """Each stairwell under its building; first of all, a place that belongs to none."""
    choices: dict[str, list[tuple[str, str]]] = {}
    entrances = Entrance.objects.filter(building__compound=compound).select_related("building")
    for entrance in entrances.order_by("building__position", "building__name", "position"):
        choices.setdefault(entrance.building.name, []).append((str(entrance.pk), str(entrance)))
    return [("", "公共区域，或不清楚"), *choices.items()]


def phone_field(hint: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label="手机号",
        required=required,
        max_length=13,
        help_text=hint,
        error_messages={"required": "请写手机号；不想留，就不用填这里。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


def phone_from(typed: str) -> str:
    phone = "".join(typed.replace("-", " ").split())
    if phone and not PHONE.fullmatch(phone):
        raise forms.ValidationError("手机号应是 11 位数字，例如 13800000000。请改一下，或者留空。")
    return phone


class ContactForm(forms.Form):
    """All of it may be left empty."""

    name = forms.CharField(
        label="怎么称呼您？",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = phone_field(
        "留下手机号，有进展会短信告诉您。物业和其他居民看不到；经办人查看要写理由，您能看到谁看过。"
    )
    visibility = forms.ChoiceField(
        label="别人能看到吗？",
        choices=[(one, f"{one.label}。{VISIBILITY_MEANS[one]}") for one in Visibility],
        initial=Visibility.NAMELESS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个。"},
    )

    def clean_phone(self) -> str:
        return phone_from(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("visibility") == Visibility.NAMED and not answers.get("name"):
            self.add_error(
                "name", "您选了写上姓名，请写怎么称呼您；不想写，就选「公开事情，不写姓名」。"
            )
        return answers


class TrackForm(forms.Form):
    number = forms.CharField(
        label="编号",
        max_length=24,
        help_text="例如 BS-2026-000173，不写 BS 和横线也行。",
        error_messages={"required": "请写编号，它在提交成功的页面和短信里。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    code = forms.CharField(
        label="六位查询码",
        max_length=10,
        help_text="大写小写都可以。",
        error_messages={"required": "请写六位查询码，它和编号在一起。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class AnswerForm(forms.Form):
    """回访的三个问题."""

    was_contacted = forms.TypedChoiceField(
        label="办事的人联系过您吗？",
        choices=[("yes", "联系过"), ("no", "没联系过")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选：联系过您没有。"},
    )
    solved = forms.ChoiceField(
        label="问题解决了吗？",
        choices=Solved.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选：问题解决了没有。"},
    )
    satisfaction = forms.ChoiceField(
        label="您满意吗？",
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选：您满意不满意。"},
    )
    comment = forms.CharField(
        label="还想说什么？",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="为什么？",
        max_length=500,
        error_messages={"required": "请写几个字，说明原因。"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TellForm(forms.Form):
    text = forms.CharField(
        label="您的回答",
        max_length=500,
        error_messages={"required": "请写几个字回答。"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class UrgeForm(forms.Form):
    text = forms.CharField(
        label="有新情况吗？",
        required=False,
        max_length=200,
        help_text="可以不写，直接点“催一催”。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
