"""地方规定 and 议事规则 as they are typed: each value with its article and the words of it."""

from typing import Any

from django import forms

from compounds.forms import SubmittedOnce
from compounds.rules import Refused
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.rules.locality import (
    USUAL_NUMBERS,
    USUAL_TERMS,
    YES_OR_NO,
    Sourced,
    bounds,
    check_source,
)
from ownerscommittee.terms import BylawTerm, FollowMajority, InvalidBallots, LocalNumber

Group = tuple[str, list[forms.BoundField], Sourced]


def yes_or_no(label: str, *, kept_as: type[int]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[(0, "否"), (1, "是")], coerce=lambda typed: kept_as(int(typed))
    )


class SourcedForm(SubmittedOnce):
    """A version: what was in force stands in it, and `entries` is what it becomes."""

    in_force_on = forms.DateField(
        label="从哪天起施行",
        error_messages={"required": "请写从哪天起施行。", "invalid": "写法例如 2026-12-31。"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label="依据", max_length=200, error_messages={"required": "请写依据是什么。"}
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput)
    words: dict[str, str] = {}
    usual: dict[str, Any] = {}

    def __init__(self, *args: Any, current: LocalityProfile | Bylaws, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["based_on"].initial = current.pk or 0
        self.sourced = {name: self.entry_of(current, name) for name in self.usual}
        for name, entry in self.sourced.items():
            value = self.value_field(name)
            value.initial = int(entry.value) if isinstance(entry.value, bool) else entry.value
            self.fields |= {
                name: value,
                f"{name}_article": forms.CharField(
                    label="哪一条",
                    max_length=60,
                    required=False,
                    initial=entry.article,
                ),
                f"{name}_text": forms.CharField(
                    label="原文",
                    max_length=1000,
                    required=False,
                    initial=entry.text,
                    widget=forms.Textarea(attrs={"rows": 2}),
                ),
            }

    def entry_of(self, current: Any, name: str) -> Sourced:
        raise NotImplementedError

    def value_field(self, name: str) -> forms.Field:
        raise NotImplementedError

    def groups(self) -> list[Group]:
        """Each value with its article and text, under its own name."""
        return [
            (self.words[name], [self[name], self[f"{name}_article"], self[f"{name}_text"]], entry)
            for name, entry in self.sourced.items()
        ]

    def clean(self) -> dict[str, Any]:
        """`entries` as a version keeps them; what is usual and has no source is left out."""
        data = super().clean() or self.cleaned_data
        entries = {}
        for name, usual in self.usual.items():
            article, text = data.pop(f"{name}_article", ""), data.pop(f"{name}_text", "")
            value = data.pop(name, usual)
            entry = {"value": value, "article": article.strip(), "text": text.strip()}
            try:
                check_source(self.words[name], entry, usual)
            except Refused as refusal:
                self.add_error(f"{name}_{'text' if article else 'article'}", str(refusal))
            if value != usual or article:
                entries[name] = entry
        data["entries"] = entries
        return data


class LocalityForm(SourcedForm):
    field_order = ["region", "in_force_on", "note"]
    region = forms.CharField(label="地区", max_length=40, error_messages={"required": "请写地区。"})
    words = dict(LocalNumber.choices)
    usual = USUAL_NUMBERS

    def __init__(self, *args: Any, current: LocalityProfile, **kwargs: Any) -> None:
        super().__init__(*args, current=current, **kwargs)
        self.fields["region"].initial = current.region
        self.fields["note"].help_text = "法规名称和文号。"

    def entry_of(self, current: LocalityProfile, name: str) -> Sourced:
        return current.number(name)

    def value_field(self, name: str) -> forms.Field:
        if name in YES_OR_NO:
            return yes_or_no("规定", kept_as=int)
        least, most = bounds(name)
        return forms.IntegerField(
            label="规定",
            min_value=least,
            max_value=most,
            error_messages={
                "required": "请填一个数。",
                "invalid": "请填一个整数。",
                "min_value": f"应在 {least} 到 {most} 之间。",
                "max_value": f"应在 {least} 到 {most} 之间。",
            },
        )


class BylawsForm(SourcedForm):
    words = dict(BylawTerm.choices)
    usual = USUAL_TERMS

    def __init__(self, *args: Any, current: Bylaws, **kwargs: Any) -> None:
        super().__init__(*args, current=current, **kwargs)
        self.fields["note"].label = "哪次业主大会通过的"
        self.fields["note"].help_text = "例如：2025 年第一次业主大会第 1 项决议。"

    def entry_of(self, current: Bylaws, name: str) -> Sourced:
        return current.term(name)

    def value_field(self, name: str) -> forms.Field:
        choices = {
            BylawTerm.INVALID_BALLOTS: InvalidBallots.choices,
            BylawTerm.FOLLOW_MAJORITY: FollowMajority.choices,
            BylawTerm.LAST_TIE: [("lot", "抽签")],
        }
        if name in choices:
            return forms.ChoiceField(label="约定", choices=choices[BylawTerm(name)])
        if name == BylawTerm.CANDIDATE_BARS:
            return forms.CharField(label="约定", max_length=400, required=False)
        return yes_or_no("约定", kept_as=bool)
