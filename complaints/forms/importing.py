"""Another platform's sheet: refused as a file, or read row by row with every error named."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from complaints.forms.report import phone_from
from complaints.rules.words import external_number
from complaints.terms import IMPORT_COLUMNS, Platform
from compounds.forms import SubmittedOnce
from compounds.models import Compound
from compounds.sheets import Cells, cells_in, text_of

MOST_ROWS = 2000
LONGEST_TEXT, LONGEST_PLACE, LONGEST_NAME = 2000, 60, 20
LONGEST_CELL = LONGEST_TEXT + 1
WIDTH = len(IMPORT_COLUMNS)
Reader = Callable[[str], str]


class ImportForm(SubmittedOnce):
    """The upload. `rows` has what was read, as TicketImport keeps it."""

    sheet = forms.FileField(
        label="表格",
        help_text="XLSX 或 CSV，不超过 10 MB、2000 行。先核对，确认后才登记。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "请选一份表格。"},
    )

    def __init__(self, *args: Any, compounds: list[Compound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compounds = compounds

    def clean_sheet(self) -> UploadedFile:
        sheet: UploadedFile = self.cleaned_data["sheet"]
        self.rows = rows_of(sheet, self.compounds)
        return sheet


def rows_of(file: UploadedFile, compounds: list[Compound]) -> list[dict[str, Any]]:
    """Every row that is not blank: {"row", "cells", "matter", "errors"}."""
    lines = cells_in(file, width=WIDTH, longest=LONGEST_CELL, most_rows=MOST_ROWS + 1)
    header = next(lines, (1, []))[1]
    if header != [text_of(column, LONGEST_CELL) for column in IMPORT_COLUMNS]:
        raise ValidationError(f"第一行应依次是：{'、'.join(IMPORT_COLUMNS)}。")
    readers = _readers(compounds)
    rows: list[dict[str, Any]] = []
    first_seen: dict[tuple[str, str], int] = {}
    for number, cells in lines:
        matter, errors = _read(cells, readers)
        if matter:
            first = first_seen.setdefault((matter[0], matter[1]), number)
            if first != number:
                matter, errors = None, [["编号", f"与第 {first} 行重复。"]]
        rows.append({"row": number, "cells": cells, "matter": matter, "errors": errors})
    if not rows:
        raise ValidationError("表里没有事项。请从第二行起，一行写一件。")
    return rows


def _read(cells: Cells, readers: list[Reader]) -> tuple[list[str] | None, list[list[str]]]:
    matter: list[str] = []
    errors: list[list[str]] = []
    for column, cell, reader in zip(IMPORT_COLUMNS, cells, readers, strict=True):
        try:
            matter.append(reader(cell))
        except ValidationError as error:
            errors.append([column, str(error.message)])
    return (None, errors) if errors else (matter, [])


def _readers(compounds: list[Compound]) -> list[Reader]:
    return [
        _platform,
        _number,
        _compound_of(compounds),
        _words(LONGEST_TEXT, is_required=True),
        _words(LONGEST_PLACE),
        _words(LONGEST_NAME),
        phone_from,
    ]


def _platform(cell: str) -> str:
    """「12345 热线」, or as much of it as people write."""
    plain = "".join(cell.split())
    for value, label in Platform.choices:
        if plain and str(label).replace(" ", "").startswith(plain):
            return value
    raise ValidationError(f"应是{'、'.join(Platform.labels)}之一。")


def _number(cell: str) -> str:
    if number := external_number(cell):
        return number
    raise ValidationError("应是 4 到 40 位的字母、数字和横线，照原单写。")


def _compound_of(compounds: list[Compound]) -> Reader:
    codes = {one.code for one in compounds}
    named = Counter(one.name for one in compounds)
    by_name = {one.name: one.code for one in compounds}

    def read(cell: str) -> str:
        if cell in codes:
            return cell
        if named[cell] > 1:
            raise ValidationError("有几个小区叫这个名字，请改写小区编号。")
        if cell not in by_name:
            raise ValidationError("您的范围里没有这个小区，请写全名或小区编号。")
        return by_name[cell]

    return read


def _words(longest: int, *, is_required: bool = False) -> Reader:
    def read(cell: str) -> str:
        if is_required and not cell:
            raise ValidationError("没有填写。")
        if len(cell) > longest:
            raise ValidationError(f"不能超过 {longest} 个字。")
        return cell

    return read
