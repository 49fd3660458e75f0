"""POST Service Request: what another system may send."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from complaints.forms.report import PhotosField
from complaints.open311.rules import Trouble, coordinate, full_name, telephone
from complaints.open311.terms import ATTRIBUTES, PLACE, VISIBILITY, Status
from complaints.terms import Visibility


class SentForm(forms.Form):
    """What another system sends; every mistake is told at once."""

    def refuse_mistakes(self) -> None:
        if not self.is_valid():
            told = [f"{name}：{' '.join(map(str, errors))}" for name, errors in self.errors.items()]
            raise Trouble(400, *told)


class UpdateForm(SentForm):
    """POST Service Request Update: more words, and pictures, about one request."""

    service_request_id = forms.CharField(required=False, max_length=24)
    token = forms.CharField(required=False, max_length=32)
    update_id = forms.CharField(required=False, max_length=100)
    updated_datetime = forms.CharField(required=False, max_length=40)
    status = forms.CharField(required=False, max_length=20)
    description = forms.CharField(
        max_length=2000, error_messages={"required": "缺少。请写补充了什么。"}
    )

    def __init__(self, *sent: Any) -> None:
        super().__init__(*sent)
        self.fields["media"] = PhotosField(required=False)

    def clean_status(self) -> str:
        """How a matter stands is for those to say who work on it."""
        status = str(self.cleaned_data["status"]).lower()
        if status and status != Status.OPEN:
            raise forms.ValidationError("状态由办理单位写，这里只能不写或写 open。")
        return status

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not (given.get("service_request_id") or given.get("token")):
            self.add_error("service_request_id", "缺少编号。请写 service_request_id 或 token。")
        return given


class RequestForm(SentForm):
    """POST Service Request. Only the service code and a place are asked for."""

    description = forms.CharField(required=False, max_length=4000)
    address_id = forms.CharField(required=False, max_length=40)
    address_string = forms.CharField(required=False, max_length=400)
    lat = forms.CharField(required=False, max_length=40)
    long = forms.CharField(required=False, max_length=40)
    first_name = forms.CharField(required=False, max_length=20)
    last_name = forms.CharField(required=False, max_length=20)
    phone = forms.CharField(required=False, max_length=20)
    email = forms.EmailField(required=False, max_length=100)
    media_url = forms.CharField(required=False)

    def __init__(self, *sent: Any) -> None:
        super().__init__(*sent)
        visible = list(ATTRIBUTES[VISIBILITY][1].items())
        self.fields["media"] = PhotosField(required=False)
        self.fields[f"attribute[{PLACE}]"] = forms.CharField(required=False, max_length=60)
        self.fields[f"attribute[{VISIBILITY}]"] = forms.ChoiceField(required=False, choices=visible)

    def attribute(self, name: str) -> str:
        return str(self.cleaned_data.get(f"attribute[{name}]", ""))

    @property
    def answers(self) -> dict[str, str]:
        """As the steps of 报问题 would have written them into a draft."""
        given = self.cleaned_data
        return {
            "text": given["description"],
            "name": full_name(given["first_name"], given["last_name"]),
            "phone": telephone(given["phone"]),
            "email": given["email"],
            "visibility": self.attribute(VISIBILITY) or Visibility.NAMELESS.value,
        }

    @property
    def pictures(self) -> list[UploadedFile]:
        return list(self.cleaned_data["media"])

    @property
    def point(self) -> tuple[float, float] | None:
        lat = coordinate("lat", self.cleaned_data["lat"], 90)
        long = coordinate("long", self.cleaned_data["long"], 180)
        return None if lat is None or long is None else (lat, long)
