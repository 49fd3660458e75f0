"""联系名单: what narrows it, what is written down of a door, why a telephone is opened."""

from __future__ import annotations

from typing import Any

from django import forms

from compounds.forms import SubmittedOnce
from compounds.models import Building, Entrance
from ownerscommittee.votes.access.contacts import EVERYBODY, VOTED
from ownerscommittee.votes.terms import Contact

STATES = [(VOTED, "已投"), *Contact.choices]


class ContactFilter(forms.Form):
    """Each value is one of those offered; whatever else the address says narrows nothing."""

    building = forms.TypedChoiceField(label="楼栋", required=False, coerce=int, empty_value=None)
    entrance = forms.TypedChoiceField(label="单元", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="联系情况", required=False)

    def __init__(
        self, *args: Any, buildings: list[Building], entrances: list[Entrance], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[Any, str]]] = {
            "building": [("", "不限"), *((one.pk, str(one)) for one in buildings)],
            "entrance": [("", "不限"), *((one.pk, str(one)) for one in entrances)],
            "state": [("", "还没投的"), (EVERYBODY, "全部"), *STATES],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class ContactForm(SubmittedOnce):
    state = forms.ChoiceField(
        label="联系情况",
        choices=Contact.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选联系情况。"},
    )
    note = forms.CharField(
        label="说明",
        max_length=120,
        required=False,
        help_text="例如：周六上午在家。不要写他想怎么投，也不要写手机号。",
    )


class RevealForm(forms.Form):
    reason = forms.CharField(
        label="为什么要看",
        max_length=100,
        help_text="会记入审计日志，例如：上门三次不在，打电话约时间。",
        error_messages={"required": "请先写明为什么要看，再点查看。"},
    )
