"""The sheet of the register: refused as a file, or read row by row with every error named."""

from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from compounds.forms import SubmittedOnce
from compounds.sheets import Cells, cells_of, refuse_unsafe, text_of
from compounds.terms import REGISTER_COLUMNS, AreaBasis, UnitUse

MOST_ROWS = 20_000
LONGEST_CELL = 100  # letters; no column allows as many
WIDTH = len(REGISTER_COLUMNS)


class RegisterForm(SubmittedOnce):
    """The upload. `rows` has what was read, as RegisterImport keeps it."""

    sheet = forms.FileField(
        label="房屋登记表",
        help_text="XLSX 表格，不超过 10 MB、2 万行。先核对，确认后才写入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_sheet(self) -> UploadedFile:
        sheet: UploadedFile = self.cleaned_data["sheet"]
        refuse_unsafe(sheet)
        self.rows = rows_of(sheet)
        return sheet


def rows_of(file: IO[bytes]) -> list[dict[str, Any]]:
    """Every row that is not blank: {"row", "cells", "unit", "errors"}."""
    lines = cells_of(file, width=WIDTH, longest=LONGEST_CELL, most_rows=MOST_ROWS)
    header = next(lines, (1, []))[1]
    if header != [text_of(column, LONGEST_CELL) for column in REGISTER_COLUMNS]:
        raise ValidationError(f"第一行应依次是：{'、'.join(REGISTER_COLUMNS)}。")
    rows: list[dict[str, Any]] = []
    first_seen: dict[tuple[str, str, str], int] = {}
    for number, cells in lines:
        unit, errors = _read(cells)
        key = (cells[0], cells[1], cells[3])
        if not errors and (first := first_seen.setdefault(key, number)) != number:
            unit, errors = None, [["房号", f"与第 {first} 行重复。"]]
        rows.append({"row": number, "cells": cells, "unit": unit, "errors": errors})
    if not rows:
        raise ValidationError("表里没有房屋。请从第二行起，一行填一套。")
    return rows


def _read(cells: Cells) -> tuple[list[str | int] | None, list[list[str]]]:
    """[building, entrance, floor, room, use, area, basis], or the errors of the row."""
    errors: list[list[str]] = []
    unit: list[str | int] = []
    readers = [
        _name(20),
        _name(20),
        _floor,
        _name(12),
        _label_of(UnitUse),
        _area,
        _label_of(AreaBasis),
    ]
    for column, cell, reader in zip(REGISTER_COLUMNS, cells, readers, strict=True):
        try:
            unit.append(reader(cell))
        except ValidationError as error:
            errors.append([column, str(error.message)])
    return (None, errors) if errors else (unit, [])


def _name(longest: int) -> Any:
    def read(cell: str) -> str:
        if not cell:
            raise ValidationError("没有填写。")
        if len(cell) > longest:
            raise ValidationError(f"不能超过 {longest} 个字。")
        if not cell.isprintable():
            raise ValidationError("有看不见的字符，请重新输入。")
        return cell

    return read


def _floor(cell: str) -> int:
    try:
        floor = int(cell)
    except ValueError as wrong:
        raise ValidationError("应是整数，地下层写负数，例如 -1。") from wrong
    if not -9 <= floor <= 150:
        raise ValidationError("应在 -9 到 150 之间。")
    return floor


def _label_of(choices: Any) -> Any:
    values: dict[str, str] = {str(label): value for value, label in choices.choices}

    def read(cell: str) -> str:
        if cell not in values:
            raise ValidationError(f"应是{'、'.join(values)}之一。")
        return values[cell]

    return read


def _area(cell: str) -> int:
    """89.45 → 8945 hundredths of a square metre, exactly."""
    try:
        area = Decimal(cell)
    except InvalidOperation as wrong:
        raise ValidationError("应是数字，例如 89.45。") from wrong
    if not area.is_finite() or not 0 < area <= 1_000_000:
        raise ValidationError("应大于 0，且不超过 100 万。")
    if area != round(area, 2):
        raise ValidationError("最多两位小数。")
    return int(area * 100)
