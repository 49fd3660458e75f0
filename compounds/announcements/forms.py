from __future__ import annotations

from typing import Any

from django import forms

from compounds.announcements.access import audience
from compounds.forms import SubmittedOnce
from compounds.models import Organization

A_DAY = {"invalid": "日期写法例如 2026-12-31。"}


class AnnounceForm(SubmittedOnce):
    title = forms.CharField(
        label="标题",
        max_length=60,
        error_messages={"required": "请写标题，例如：周六上午停水检修。"},
    )
    body = forms.CharField(
        label="内容",
        max_length=5000,
        help_text="什么事、什么时候、在哪里、找谁。不要写居民的姓名、电话和房号。",
        error_messages={
            "required": "请写内容。",
            "max_length": "写得太长了，请缩短到 5000 字以内。",
        },
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    scope: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label="给谁看",
        queryset=None,
        empty_label=None,
        error_messages={"invalid_choice": "请在列表里选一个范围。"},
    )
    starts_on = forms.DateField(
        label="从哪天起",
        required=False,
        help_text="不填就从今天起。",
        error_messages=A_DAY,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label="到哪天止",
        required=False,
        help_text="不填就一直显示。",
        error_messages=A_DAY,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, speaker: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = audience(speaker)  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="为什么撤下",
        max_length=120,
        help_text="还留着网址的人会看到。",
        error_messages={"required": "请写一句为什么撤下。"},
    )
