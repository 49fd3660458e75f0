from typing import Any

from django import forms

from complaints.forms.report import ContactForm


class CorrectForm(ContactForm):
    """本人更正: the same three answers as when reporting; an empty one is taken away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "清空就是抹去。"
        self.fields["phone"].help_text = "换了号码在这里改；清空就是抹去，之后不再发短信。"


class ForgetForm(forms.Form):
    is_sure = forms.BooleanField(
        label="我明白：抹去以后找不回来，也不再收到短信",
        error_messages={"required": "请先勾选，表示您明白抹去以后找不回来。"},
    )
