"""The sheet of the register, read row by row."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from compounds.forms import SubmittedOnce
from compounds.forms.cells import Reader, area_of, label_of, lines_of, name_of, read_row
from compounds.terms import REGISTER_COLUMNS, AreaBasis, UnitUse


class RegisterForm(SubmittedOnce):
    """The upload. `rows` has what was read, as RegisterImport keeps it."""

    sheet = forms.FileField(
        label="房屋登记表",
        help_text="XLSX 或 CSV 表格，不超过 10 MB、2 万行。先核对，确认后才写入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_sheet(self) -> UploadedFile:
        sheet: UploadedFile = self.cleaned_data["sheet"]
        self.rows = rows_of(sheet)
        return sheet


def rows_of(sheet: UploadedFile) -> list[dict[str, Any]]:
    """Every row that is not blank: {"row", "cells", "unit", "errors"}."""
    rows: list[dict[str, Any]] = []
    first_seen: dict[tuple[str, str, str], int] = {}
    for number, cells in lines_of(sheet, REGISTER_COLUMNS):
        unit, errors = read_row(READERS, cells)
        key = (cells[0], cells[1], cells[3])
        if not errors and (first := first_seen.setdefault(key, number)) != number:
            unit, errors = None, [["房号", f"与第 {first} 行重复。"]]
        rows.append({"row": number, "cells": cells, "unit": unit, "errors": errors})
    if not rows:
        raise ValidationError("表里没有房屋。请从第二行起，一行填一套。")
    return rows


def _floor(cell: str) -> int:
    try:
        floor = int(cell)
    except ValueError as wrong:
        raise ValidationError("应是整数，地下层写负数，例如 -1。") from wrong
    if not -9 <= floor <= 150:
        raise ValidationError("应在 -9 到 150 之间。")
    return floor


# [building, entrance, floor, room, use, area, basis]
READERS: dict[str, Reader] = dict(
    zip(
        REGISTER_COLUMNS,
        [
            name_of(20),
            name_of(20),
            _floor,
            name_of(12),
            label_of(UnitUse),
            area_of,
            label_of(AreaBasis),
        ],
        strict=True,
    )
)
