"""核对一次表决: the totals of a notice as they are typed, several items, any of them blank."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from compounds.rules import Refused
from ownerscommittee.votes.rules.published import (
    CHOICES,
    Published,
    decimal,
    figure,
    read_published,
)
from ownerscommittee.votes.terms import Choice, Item, Majority, Measure, Outcome

MOST_ITEMS = 12
UNITS = {Measure.HEADS: "人数", Measure.AREA: "面积（㎡）"}
WHOLE = {"total": "全体", "participated": "参与"}
CLAIMABLE = [Outcome.PASSED, Outcome.REJECTED, Outcome.NO_DECISION, Outcome.NO_QUORUM]


class FigureField(forms.CharField):
    """Text that the reader of published totals understands; what was typed is kept as typed."""

    def __init__(self, label: str, measure: Measure | None) -> None:
        self.measure = measure
        super().__init__(
            label=label,
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            figure(value, self.measure) if self.measure else decimal(value)
        except Refused as refusal:
            raise ValidationError(f"{self.label}{refusal}") from refusal


@dataclass(frozen=True)
class ItemFields:
    """One item of the form: `pairs` are people and area of each choice, side by side."""

    number: int
    item: forms.BoundField
    pairs: list[list[forms.BoundField]]
    claims: list[forms.BoundField]


class CheckForm(forms.Form):
    """As many items as `count` says; their fields bear their number: agree_area-1."""

    count = forms.IntegerField(widget=forms.HiddenInput, required=False)
    opened_on = forms.DateField(
        label="表决开始日期",
        required=False,
        help_text="2021 年以前的表决适用当时的法律，不判定。",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, more: bool = False) -> None:
        super().__init__(data)
        asked = (data or {}).get("count", "")
        typed = int(asked) if asked.isdecimal() and len(asked) < 4 else 1
        self.items_count = max(1, min(typed + more, MOST_ITEMS))
        for name, words in WHOLE.items():
            for measure, unit in UNITS.items():
                self.fields[f"{name}_{measure}"] = FigureField(f"{words}{unit}", measure)
        for number in range(1, self.items_count + 1):
            self.fields |= _fields_of_item(number)

    @property
    def whole(self) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{each}"] for each in UNITS] for name in WHOLE]

    @property
    def item_fields(self) -> Iterator[ItemFields]:
        for number in range(1, self.items_count + 1):
            yield ItemFields(
                number,
                self[f"item-{number}"],
                [[self[f"{name}_{each}-{number}"] for each in UNITS] for name in CHOICES],
                [self[f"{name}-{number}"] for name in _claims()],
            )

    @property
    def may_grow(self) -> bool:
        return self.items_count < MOST_ITEMS

    def published(self) -> tuple[list[int], Published]:
        """What was typed, for the rules, and the numbers of the items that are not blank."""
        data = self.cleaned_data
        items = {
            number: {
                name.removesuffix(f"-{number}"): value
                for name, value in data.items()
                if name.endswith(f"-{number}") and value not in (None, "")
            }
            for number in range(1, self.items_count + 1)
        }
        given = {number: item for number, item in items.items() if item}
        opened = data["opened_on"].isoformat() if data["opened_on"] else None
        vote = {**data, "opened_on": opened, "items": list(given.values())}
        return list(given), read_published(vote)


def _claims() -> dict[str, forms.Field]:
    """What a notice claims beside its totals; all of it is checked."""
    percents: dict[str, forms.Field] = {
        f"{name}_{measure}_percent": FigureField(
            f"{Choice(name).label}{'人数' if measure == Measure.HEADS else '面积'}占比（%）", None
        )
        for name in ("agree", "against")
        for measure in UNITS
    }
    return percents | {
        "majority": forms.ChoiceField(
            label="公告说要", required=False, choices=[("", "没有说")] + Majority.choices
        ),
        "outcome": forms.ChoiceField(
            label="公告的结论",
            required=False,
            choices=[("", "没有说")] + [(each.value, each.label) for each in CLAIMABLE],
        ),
    }


def _fields_of_item(number: int) -> dict[str, forms.Field]:
    items = [(str(each.value), f"{each.value}. {each.label}") for each in Item]
    fields: dict[str, forms.Field] = {
        "item": forms.ChoiceField(
            label="属于第278条哪一项", required=False, choices=[("", "不清楚"), *items]
        )
    }
    for name in CHOICES:
        word = Choice(name).label
        fields |= {f"{name}_{each}": FigureField(word + unit, each) for each, unit in UNITS.items()}
    fields |= _claims()
    return {f"{name}-{number}": field for name, field in fields.items()}
