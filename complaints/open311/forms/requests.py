"""POST Service Request: what another system may send."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from complaints.forms.report import PhotosField
from complaints.open311.rules import Trouble, coordinate, full_name, telephone
from complaints.open311.terms import ATTRIBUTES, PLACE, VISIBILITY
from complaints.terms import Visibility


class RequestForm(forms.Form):
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

    def refuse_mistakes(self) -> None:
        """Every mistake at once, each under the name of its field."""
        if not self.is_valid():
            told = [f"{name}：{' '.join(map(str, errors))}" for name, errors in self.errors.items()]
            raise Trouble(400, *told)
