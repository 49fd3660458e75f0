from typing import Any

from django import forms

from complaints.forms.deeds import DeedForm
from complaints.forms.report import ContactForm, entrance_choices, phone_field
from complaints.rules.words import external_number
from complaints.terms import ENTERED, Channel, Platform
from compounds.forms import SubmittedOnce
from compounds.models import Compound

CHANNELS = [(one.value, one.label.removesuffix("代录")) for one in ENTERED]
PLATFORMS = [("", "没有"), *Platform.choices]


def number_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="外部编号",
        max_length=40,
        required=required,
        help_text="别的平台转来的，照原单写编号，以后能按它查到。",
        error_messages={"required": "请照原单写编号。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def number_from(typed: str) -> str:
    number = external_number(typed)
    if typed and not number:
        raise forms.ValidationError("编号是 4 到 40 位的字母、数字和横线，请照原单再写一次。")
    return number


class EntryForm(SubmittedOnce, ContactForm):
    """代录: at most three things must be filled in."""

    channel = forms.ChoiceField(
        label="居民怎么反映的？",
        choices=CHANNELS,
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
        error_messages={"required": "请选：电话、书面还是来访。"},
    )
    compound = forms.ChoiceField(label="哪个小区？", error_messages={"required": "请选一个小区。"})
    text = forms.CharField(
        label="居民说了什么？",
        max_length=2000,
        help_text="照原话记。姓名、电话、房号请写在下面，不要写在这里。",
        error_messages={
            "required": "请写几个字，说明发生了什么。",
            "max_length": "写得太长了，请缩短到 2000 字以内。",
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    entrance = forms.ChoiceField(label="哪栋楼？", required=False)
    place = forms.CharField(
        label="具体位置", required=False, max_length=60, help_text="例如：3 栋电梯里、地下车库。"
    )
    phone = phone_field("居民愿意留才填。有进展会短信告诉居民，别人看不到。")
    platform = forms.ChoiceField(label="从哪个平台转来？", choices=PLATFORMS, required=False)
    number = number_field(required=False)

    field_order = ["channel", "compound", "text", "entrance", "place", "name", "phone"]

    def __init__(self, *args: Any, compounds: list[Compound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compounds = {one.code: one for one in compounds}
        self.fields["name"].label = "怎么称呼居民？"
        if len(compounds) == 1:
            del self.fields["compound"]
            self.fields["entrance"].choices = entrance_choices(compounds[0])  # type: ignore[attr-defined]
        else:
            del self.fields["entrance"]
            named = [(one.code, one.name) for one in compounds]
            self.fields["compound"].choices = [("", "请选择"), *named]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        return number_from(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        answers.setdefault("compound", next(iter(self.compounds)))
        if answers.get("number") and not answers.get("platform"):
            self.add_error("platform", "写了外部编号，请选它是哪个平台的。")
        if answers.get("platform") and not answers.get("number") and "number" not in self.errors:
            self.add_error("number", "选了平台，请照原单写上它的编号；没有编号就选「没有」。")
        return answers


class NumberForm(DeedForm):
    """登记外部编号."""

    platform = forms.ChoiceField(
        label="哪个平台？",
        choices=Platform.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个平台。"},
    )
    number = number_field(required=True)

    def clean_number(self) -> str:
        return number_from(self.cleaned_data["number"])
