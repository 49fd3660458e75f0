from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from compounds.models import Person
from compounds.rules import PHONE

WRONG = "手机号或密码不对，请核对后再试。"
WEAK = {  # by the codes of Django's validators, whose own words are partly English
    "password_too_short": "密码太短，至少要 10 位。",
    "password_too_common": "这个密码很多人用，容易被猜到，请换一个。",
}


class PhoneField(forms.CharField):
    """A mobile number as people write it: with spaces, hyphens or +86."""

    widget = forms.TextInput({"inputmode": "tel", "autocomplete": "username"})

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": "请输入手机号。"}
        super().__init__(**{"label": "手机号", "error_messages": messages, **kwargs})

    def clean(self, value: Any) -> str:
        phone = super().clean(value).replace(" ", "").replace("-", "").removeprefix("+86")
        if not PHONE.fullmatch(phone):
            raise forms.ValidationError("请输入 11 位手机号，例如 13800001234。")
        return phone


def password_field(label: str, autocomplete: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": autocomplete}),
        error_messages={"required": f"请输入{label}。"},
        **kwargs,
    )


class SignInForm(forms.Form):
    phone = PhoneField()
    password = password_field("密码", "current-password")


class FindForm(forms.Form):
    """Posted, not asked by address: a phone must not stand in the log of the server."""

    phone = PhoneField()

    def clean_phone(self) -> Person:
        person = Person.objects.with_phone(self.cleaned_data["phone"])
        if person is None:
            raise forms.ValidationError("没有用这个手机号登记的人，请核对号码。")
        return person


class AskCodeForm(forms.Form):
    phone = PhoneField()


class CodeForm(forms.Form):
    code = forms.RegexField(
        r"^[0-9]{6}$",
        strip=True,
        label="验证码",
        help_text="短信里的 6 位数字",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={
            "required": "请输入短信里的验证码。",
            "invalid": "验证码是 6 位数字，请核对短信。",
        },
    )


class SecondStepForm(CodeForm):
    """The six digits of 动态口令."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["code"].label = "动态口令"
        self.fields["code"].help_text = "验证器上现在显示的 6 位数字"


class PasswordForm(forms.Form):
    """The old password, unless there is none yet, and the new one twice."""

    old = password_field("原密码", "current-password")
    new = password_field(
        "新密码", "new-password", help_text="至少 10 位，不要用生日、手机号或常见的词。"
    )
    again = password_field("再输一遍新密码", "new-password")

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.person = person
        if not person.has_usable_password():
            del self.fields["old"]

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.person.check_password(old):
            raise forms.ValidationError("原密码不对，请核对后再试。")
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        try:
            validate_password(new, self.person)
        except forms.ValidationError as refusal:
            raise forms.ValidationError(
                [WEAK.get(error.code or "", error) for error in refusal.error_list]
            ) from refusal
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("new", again) != again:
            raise forms.ValidationError("两遍新密码不一样，请重新输入。")
        return again


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="电子邮箱",
        help_text="通知也会发到这里。留空就不发。",
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"invalid": "请输入完整的邮箱，例如 name@example.com。"},
    )
