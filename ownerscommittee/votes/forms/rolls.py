"""What is typed about a roll: an objection and its answer, a correction."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from compounds.forms import SubmittedOnce
from compounds.models import OwnedUnit
from compounds.rules import PHONE, Refused
from compounds.terms import AreaBasis
from ownerscommittee.votes.models import RightUnit, Roll
from ownerscommittee.votes.rules.published import figure
from ownerscommittee.votes.terms import Measure


class ObjectionForm(SubmittedOnce):
    text = forms.CharField(
        label="哪里不对",
        max_length=400,
        help_text="写明房号，以及应该是什么。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReplyForm(forms.Form):
    is_upheld = forms.TypedChoiceField(
        label="异议是否成立",
        choices=[("yes", "成立，更正名册"), ("no", "不成立")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(label="答复", max_length=400, widget=forms.Textarea(attrs={"rows": 4}))


class AreaField(forms.CharField):
    """Square metres as typed; cleaned to hundredths, exactly."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput({"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> int:
        typed = super().clean(value)
        try:
            area = figure(typed, Measure.AREA)
        except Refused as refusal:
            raise ValidationError(f"面积{refusal}") from refusal
        if not isinstance(area, int) or not 0 < area <= 100_000_000:
            raise ValidationError("面积应大于 0，最多两位小数。")
        return area


class Reasoned(SubmittedOnce):
    """Every correction says why; the reason is posted with it."""

    reason = forms.CharField(
        label="更正理由", max_length=200, help_text="会和更正内容一起公示，不要写姓名和电话。"
    )


class AreaForm(Reasoned):
    field_order = ["line", "area", "basis", "reason"]
    line = forms.ModelChoiceField(label="房屋", queryset=RightUnit.objects.none(), empty_label=None)
    area = AreaField(label="正确的面积（㎡）")
    basis = forms.ChoiceField(label="面积来源", choices=AreaBasis.choices)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["line"].queryset = lines


class StrikeForm(Reasoned):
    field_order = ["line", "reason"]
    line = forms.ModelChoiceField(label="房屋", queryset=RightUnit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["line"].queryset = lines


class OwnerForm(Reasoned):
    field_order = ["name", "phone", "reason"]
    name = forms.CharField(label="业主", max_length=120, help_text="共有的，用“、”隔开。")
    phone = forms.RegexField(
        PHONE.pattern,
        label="行使表决权的人的手机号",
        max_length=11,
        required=False,
        help_text="不填就保留原来的。",
        error_messages={"invalid": "请填 11 位手机号，以 1 开头。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class AddUnitForm(Reasoned):
    """补登: the unit, and on whose line."""

    field_order = ["unit", "number", "name", "phone", "reason"]
    unit = forms.ModelChoiceField(label="房屋", queryset=OwnedUnit.objects.none())
    number = forms.IntegerField(
        label="已在名册上的业主序号", required=False, help_text="同一业主的另一套房屋填这里。"
    )
    name = forms.CharField(label="新业主", max_length=120, required=False)
    phone = forms.RegexField(
        PHONE.pattern,
        label="新业主的手机号",
        max_length=11,
        required=False,
        error_messages={"invalid": "请填 11 位手机号，以 1 开头。"},
    )

    def __init__(self, *args: Any, roll: Roll, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roll = roll
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = units

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        number, data["right"] = data.get("number"), None
        if number is not None:
            data["right"] = self.roll.rights.counted().filter(number=number).first()
            if data["right"] is None:
                self.add_error("number", "名册上没有这个序号。")
        elif not data.get("name"):
            self.add_error("name", "请填新业主，或填已在名册上的序号。")
        return data
