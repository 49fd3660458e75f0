"""官方结果, as the notice of the government's system has it: typed, or read from a sheet."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from compounds.forms.cells import LONGEST_CELL, THOUSANDS, lines_of
from compounds.sheets import text_of
from ownerscommittee.votes.forms.meetings import DeedForm

MEASURES = {"people": "人数", "area": "面积（㎡）"}
CHOICES = {"agree": "同意", "against": "反对", "abstain": "弃权", "void": "无效"}
COLUMNS = ["项目", "数字"]
SOURCE = "来源"


class OfficialForm(DeedForm):
    """Cleaned, it has the totals as `read_published` takes them; a sheet is looked over first."""

    sheet = forms.FileField(
        label="上传填好的表",
        required=False,
        help_text="XLSX 或 CSV。读入以后先给您核对，不会直接录入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    source = forms.CharField(label=SOURCE, max_length=200, help_text="系统名称、公告日期、文号。")

    def prepare(self) -> None:
        for measure, label in MEASURES.items():
            self.fields[f"total_{measure}"] = _number(f"全体业主{label}")
            self.fields[f"participated_{measure}"] = _number(f"参与表决{label}")
        for motion in self.meeting.motions.order_by("position"):
            for choice, word in CHOICES.items():
                for measure, label in MEASURES.items():
                    name = f"{motion.ident}_{choice}_{measure}"
                    self.fields[name] = _number(f"{motion.position}. {word}{label}")

    @property
    def by_label(self) -> dict[str, str]:
        """The name of each field that stands in the sheet, by what the sheet calls it."""
        return {str(field.label): name for name, field in self.fields.items() if name != "sheet"}

    def clean_sheet(self) -> UploadedFile | None:
        """What was read stands in the fields when the form comes back."""
        sheet: UploadedFile | None = self.cleaned_data["sheet"]
        if sheet is None:
            return None
        names = {text_of(label, LONGEST_CELL): name for label, name in self.by_label.items()}
        read = {}
        for number, (label, value) in lines_of(sheet, COLUMNS):
            if label not in names:
                raise ValidationError(f"第 {number} 行的“{label}”不在这次表决里。")
            read[names[label]] = value.replace(",", "") if THOUSANDS.fullmatch(value) else value
        self.data = {**self.data.dict(), **read}  # type: ignore[attr-defined]
        raise ValidationError("数字已从表里读入。请逐项核对，再按“录入”。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        motions = self.meeting.motions.order_by("position")
        totals: dict[str, Any] = {
            f"{what}_{measure}": _text(data.get(f"{what}_{measure}"))
            for what in ("total", "participated")
            for measure in MEASURES
        }
        totals["items"] = [
            {
                "item": motion.item,
                **{
                    f"{choice}_{measure}": _text(data.get(f"{motion.ident}_{choice}_{measure}"))
                    for choice in CHOICES
                    for measure in MEASURES
                },
            }
            for motion in motions
        ]
        return {"totals": totals, "source": data.get("source", "")}


def _number(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        error_messages={"invalid": "请写数字，例如 226421.09。"},
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
