"""What a 常用答复 is made of."""

from typing import Any

from django import forms

from complaints.forms.deeds import long_text
from complaints.rules.wording import KNOWN
from complaints.terms import Category
from compounds.forms import SubmittedOnce
from compounds.models import Organization

BLANKS = "、".join(f"{{{name}}}" for name in KNOWN)


class CannedReplyForm(forms.Form):
    title = forms.CharField(
        label="名称",
        max_length=30,
        help_text="自己看的，例如：路灯已修好。",
        error_messages={"required": "请写个名称，好找。"},
    )
    category = forms.ChoiceField(
        label="用在哪一类",
        required=False,
        choices=[("", "哪一类都能用"), *Category.choices],
    )
    text = long_text(
        "内容",
        missing="请写答复的内容。",
        hint=f"{BLANKS} 会自动填上。其他要现填的，写成 {{日期}} 这样，没填完交不出去。",
        rows=6,
    )


class NewCannedReplyForm(SubmittedOnce, CannedReplyForm):
    organization = forms.ChoiceField(label="谁用")
    field_order = ["organization", "title", "category", "text"]

    def __init__(self, *args: Any, keepers: list[Organization | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keepers = {str(one.pk) if one else "all": one for one in keepers}
        names = [(key, str(one or "全区各单位")) for key, one in self.keepers.items()]
        self.fields["organization"].choices = names  # type: ignore[attr-defined]

    def clean_organization(self) -> Organization | None:
        return self.keepers[self.cleaned_data["organization"]]
