"""The sheet of the register: refused as a file, or read row by row with every error named."""

import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from compounds.forms import SubmittedOnce
from compounds.terms import REGISTER_COLUMNS, AreaBasis, UnitUse

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000
LONGEST_CELL = 100  # letters; no column allows as many
NOT_A_SHEET = "这不是 XLSX 表格。请用下载的表填写，另存为 .xlsx 再上传。"
WIDTH = len(REGISTER_COLUMNS)

Cells = list[str]


class RegisterForm(SubmittedOnce):
    """The upload. `rows` has what was read, as RegisterImport keeps it."""

    sheet = forms.FileField(
        label="房屋登记表",
        help_text="XLSX 表格，不超过 10 MB、2 万行。先核对，确认后才写入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_sheet(self) -> UploadedFile:
        sheet: UploadedFile = self.cleaned_data["sheet"]
        _refuse_unsafe(sheet)
        self.rows = rows_of(sheet)
        return sheet


def _refuse_unsafe(sheet: UploadedFile) -> None:
    if (sheet.size or 0) > LARGEST_FILE:
        raise ValidationError("文件超过 10 MB，请按楼栋分成几份上传。")
    try:
        with zipfile.ZipFile(sheet) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as wrong:
        raise ValidationError(NOT_A_SHEET) from wrong
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise ValidationError(NOT_A_SHEET)
    # A part gives no more bytes than its header declares, so the declared sum is the bound.
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise ValidationError("文件解压后超过 100 MB，不予读取。")


def rows_of(file: IO[bytes]) -> list[dict[str, Any]]:
    """Every row that is not blank: {"row", "cells", "unit", "errors"}."""
    lines = _cells_of(file)
    header = next(lines, (1, []))[1]
    if header != [_text(column) for column in REGISTER_COLUMNS]:
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


def _cells_of(file: IO[bytes]) -> Iterator[tuple[int, Cells]]:
    """(row number, seven cells as text), blank rows left out."""
    from openpyxl import load_workbook  # 0.7 s, so not when the server starts

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(max_col=WIDTH, values_only=True), 1):
            if number > MOST_ROWS:
                raise ValidationError("一次最多 2 万行，请按楼栋分成几份上传。")
            cells = [_text(value) for value in values][:WIDTH]
            if any(cells):
                yield number, cells + [""] * (WIDTH - len(cells))
        book.close()
    except ValidationError:
        raise
    except Exception as wrong:  # whatever a broken or hostile file makes openpyxl raise
        raise ValidationError(NOT_A_SHEET) from wrong


def _text(value: object) -> str:
    """The cell as a person reads it: 101.0 is 101; a quote that guarded a formula goes."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = normalize("NFKC", str(value)).replace("\0", "").strip()[:LONGEST_CELL]
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@") else text


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
