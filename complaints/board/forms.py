from django import forms

from complaints.board.models import REASON_LENGTH, WORDS_LENGTH
from complaints.board.terms import Progress
from complaints.terms import Category


class NarrowForm(forms.Form):
    """What of a board is wanted; an empty form wants all of it."""

    progress = forms.ChoiceField(
        label="办到哪里", choices=[("", "全部"), *Progress.choices], required=False
    )
    category = forms.ChoiceField(
        label="哪类事", choices=[("", "全部"), *Category.choices], required=False
    )
    month = forms.DateField(
        label="哪个月办结",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, "%Y-%m"),
    )


class WordForm(forms.Form):
    words = forms.CharField(
        label="公示用语",
        required=False,
        max_length=WORDS_LENGTH,
        help_text="例如：2 号电梯停运，正在等配件。不写人名、号码和房号；留空只显示类别。",
        error_messages={"max_length": f"请缩短到 {WORDS_LENGTH} 字以内。"},
    )
    reason = forms.CharField(
        label="为什么这样写",
        max_length=REASON_LENGTH,
        help_text="例如：去掉了门牌号。只有支部和社区看得到。",
        error_messages={"required": "请写一句为什么这样写。"},
    )


class HideForm(forms.Form):
    reason = forms.CharField(
        label="为什么不公示",
        max_length=REASON_LENGTH,
        help_text="社区看得到这个原因；公示栏上会写有几件不公示。",
        error_messages={"required": "请写一句为什么不公示。"},
    )
