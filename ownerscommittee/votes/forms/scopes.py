"""范围: of which part of the compound, down to single units, pasted or ticked."""

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError

from compounds.forms import SubmittedOnce
from compounds.models import Building, Compound, Entrance, OwnedUnit
from ownerscommittee.votes.terms import Scope

MOST_UNITS = 5_000
ERRORS_SHOWN = 20
BETWEEN = re.compile(r"[\n、,;]+")
ENDINGS = re.compile(r"(号楼|栋|幢|座|楼|单元|室|号|房)")


class ScopeForm(SubmittedOnce):
    """Cleaned, it has the place that the scope needs and, of `units`, those that were meant."""

    scope = forms.ChoiceField(label="范围", choices=Scope.choices)
    building = forms.ModelChoiceField(
        label="楼栋",
        queryset=Building.objects.none(),
        required=False,
        empty_label="不限",
        help_text="范围是一栋楼时选。",
    )
    entrance = forms.ModelChoiceField(
        label="单元",
        queryset=Entrance.objects.none(),
        required=False,
        empty_label="不限",
        help_text="范围是一个单元时选，例如加装电梯。",
    )
    cut_off_on = forms.DateField(
        label="截止日",
        help_text="以这一天的产权登记为准。",
        error_messages={"required": "请写截止日。", "invalid": "写法例如 2026-12-31。"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, compound: Compound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compound = compound
        fields: dict[str, Any] = self.fields
        fields["building"].queryset = compound.buildings.all()
        fields["entrance"].queryset = Entrance.objects.of_compound(compound)

    def clean(self) -> dict[str, Any]:
        """The place that the scope needs; another one that was chosen too is dropped."""
        data = super().clean() or self.cleaned_data
        for scope, name, words in (
            (Scope.BUILDING, "building", "楼栋"),
            (Scope.ENTRANCE, "entrance", "单元"),
        ):
            if data.get("scope") != scope:
                data[name] = None
            elif not data.get(name) and name not in self.errors:
                self.add_error(name, f"请选择{words}。")
        return data


class RollForm(ScopeForm):
    """编制: of which part of the compound, and by the ownerships of which day."""

    field_order = ["scope", "building", "entrance", "units", "entrances", "cut_off_on"]
    units = forms.CharField(
        label="指定的房屋",
        required=False,
        max_length=100_000,
        help_text="范围是指定房屋时填。一行一套，例如 1栋1单元101，也可写 1-1-101。",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    entrances = forms.ModelMultipleChoiceField(
        label="指定的整个单元",
        queryset=Entrance.objects.none(),
        required=False,
        help_text="勾选就算进这个单元的全部房屋。",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, compound: Compound, **kwargs: Any) -> None:
        super().__init__(*args, compound=compound, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["entrances"].queryset = Entrance.objects.of_compound(compound)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        whole, pasted = data.pop("entrances", None), data.pop("units", "")
        data["units"] = []
        if data.get("scope") != Scope.UNITS:
            return data
        units = OwnedUnit.objects.filter(entrance__building__compound=self.compound)
        try:
            meant = units_meant(pasted, list(units.select_related("entrance__building")))
        except ValidationError as wrong:
            self.add_error("units", wrong)
            return data
        data["units"] = [*meant, *units.filter(entrance__in=whole or [])]
        if not data["units"]:
            self.add_error("units", "请写房号，或勾选单元。")
        return data


def units_meant(pasted: str, units: list[OwnedUnit]) -> list[OwnedUnit]:
    """The units that the lines name, each once; every line that names none is said by number."""
    known = _by_every_name(units)
    found: dict[int, OwnedUnit] = {}
    wrong = []
    for number, written in enumerate(_written(pasted), start=1):
        meant = known.get(_key(written), [])
        if len(meant) == 1:
            found[meant[0].pk] = meant[0]
        elif meant:
            wrong.append(f"第 {number} 个“{written}”有 {len(meant)} 套，请写全，例如 {meant[0]}。")
        else:
            wrong.append(f"第 {number} 个“{written}”不在房屋登记里。")
    if len(wrong) > ERRORS_SHOWN:
        wrong[ERRORS_SHOWN:] = [f"还有 {len(wrong) - ERRORS_SHOWN} 个也不对。"]
    if wrong:
        raise ValidationError(wrong)
    if len(found) > MOST_UNITS:
        raise ValidationError(f"一次最多 {MOST_UNITS} 套。")
    return list(found.values())


def _written(pasted: str) -> Iterator[str]:
    for part in BETWEEN.split(normalize("NFKC", pasted)):
        if part.strip():
            yield part.strip()[:40]


def _by_every_name(units: list[OwnedUnit]) -> dict[str, list[OwnedUnit]]:
    """A unit is found by 1栋1单元101, 1-1-101, and by 101 where there is only one."""
    known: dict[str, list[OwnedUnit]] = {}
    for unit in units:
        for name in {_key(str(unit)), _key(unit.room)}:
            known.setdefault(name, []).append(unit)
    return known


def _key(written: str) -> str:
    """1栋1单元101室 and 1-1-101 are the same."""
    spaceless = re.sub(r"\s", "", normalize("NFKC", written)).lower()
    return re.sub(r"-+", "-", ENDINGS.sub("-", spaceless)).strip("-")
