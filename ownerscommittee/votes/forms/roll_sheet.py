"""The sheet of an owners' roll: read row by row, then held together unit by unit and owner by owner."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from compounds.forms.cells import (
    Reader,
    area_of,
    label_of,
    lines_of,
    name_of,
    one_space,
    read_row,
    without_formula,
)
from compounds.rules import PHONE
from compounds.terms import AreaBasis
from ownerscommittee.votes.forms.scopes import ScopeForm
from ownerscommittee.votes.models import SheetLine
from ownerscommittee.votes.terms import ROLL_COLUMNS

MASKED = re.compile(r"1\d{2}\*{4}\d{4}")
SHARE = re.compile(r"(\d+(?:\.\d+)?)(%|/(\d+))?")
NAME, PHONE_NUMBER, OWN_SHARE, VOTES, DEVELOPER, AREA, BASIS = ROLL_COLUMNS[3:]
Row = dict[str, Any]


class RollSheetForm(ScopeForm):
    """The upload. `rows` has what was read, as RollImport keeps it."""

    field_order = ["sheet", "scope", "building", "entrance", "cut_off_on"]
    sheet = forms.FileField(
        label="名册表",
        help_text="XLSX 或 CSV 表格，不超过 10 MB、2 万行。先核对，确认后才编成名册。",
        error_messages={"required": "请选填好的表。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_sheet(self) -> UploadedFile:
        sheet: UploadedFile = self.cleaned_data["sheet"]
        self.rows = rows_of(sheet)
        return sheet


def rows_of(sheet: UploadedFile) -> list[Row]:
    """Every row that is not blank: {"row", "cells", "line", "errors"}."""
    rows: list[Row] = []
    for number, cells in lines_of(sheet, ROLL_COLUMNS, keeps_formulas=True):
        line, errors = read_row(READERS, cells)
        rows.append({"row": number, "cells": cells, "line": line, "errors": errors})
    if not rows:
        raise ValidationError("表里没有业主。请从第二行起，每套房的每位业主一行。")
    for wrong, column, why in _contradictions([row for row in rows if row["line"]]):
        wrong["errors"].append([column, why])
    for row in rows:
        row["line"] = None if row["errors"] else row["line"]
    return rows


# --- One row against another ----------------------------------------------------------------------


def _contradictions(rows: list[Row]) -> Iterator[tuple[Row, str, str]]:
    """(row, column, reason) of what cannot stand beside another row."""
    units: dict[tuple[str, ...], list[tuple[Row, SheetLine]]] = {}
    names: dict[str, tuple[int, str]] = {}
    for row in rows:
        line = SheetLine(*row["line"])
        units.setdefault(line.unit, []).append((row, line))
        if line.phone and "*" not in line.phone:
            first, name = names.setdefault(line.phone, (row["row"], line.name))
            if name != line.name:
                yield row, PHONE_NUMBER, f"与第 {first} 行的号码相同，业主却不同。"
    for group in units.values():
        yield from _of_one_unit(group)


def _of_one_unit(group: list[tuple[Row, SheetLine]]) -> Iterator[tuple[Row, str, str]]:
    (first_row, first), *others = group
    first_number = first_row["row"]
    seen = {(first.name, first.phone)}
    for row, line in others:
        if (line.name, line.phone) in seen:
            yield row, NAME, f"与第 {first_number} 行重复。"
        seen.add((line.name, line.phone))
        if line.is_developer != first.is_developer:
            yield row, DEVELOPER, f"与第 {first_number} 行是同一套，开发商和个人不能都是业主。"
        if line.area and first.area and line.area != first.area:
            yield row, AREA, f"与第 {first_number} 行是同一套，面积不同。"
        if line.basis and first.basis and line.basis != first.basis:
            yield row, BASIS, f"与第 {first_number} 行是同一套，面积来源不同。"
    voters = [row for row, line in group if line.is_voter]
    for row in voters[1:]:
        yield row, VOTES, f"一套房只能有一位，第 {voters[0]['row']} 行已经写了。"
    shares = [Fraction(line.share) for _, line in group if line.share]
    if sum(shares) > 1 or (len(shares) == len(group) and sum(shares) != 1):
        yield first_row, OWN_SHARE, "这套房各业主的份额加起来不等于 1。"


# --- What a cell may hold -------------------------------------------------------------------------


def _owner(cell: str) -> str:
    name: str = name_of(60)(one_space(cell))
    if name[0] in "+-@":
        raise ValidationError("不能以 +、-、@ 开头。")
    return name


def _phone(cell: str) -> str:
    phone = re.sub(r"[\s-]", "", cell).removeprefix("+86")
    if phone and not PHONE.fullmatch(phone) and not MASKED.fullmatch(phone):
        raise ValidationError("应是 11 位手机号，以 1 开头；没有就留空。")
    return phone


def _share(cell: str) -> str:
    """50%, 1/2 and 0.5 → 1/2."""
    if not cell:
        return ""
    found = SHARE.fullmatch(cell.replace(" ", ""))
    if found is None or found[3] == "0":
        raise ValidationError("写法例如 50%、1/2；不知道就留空。")
    share = Fraction(found[1]) / (100 if found[2] == "%" else int(found[3] or 1))
    if not 0 < share <= 1:
        raise ValidationError("应大于 0，不超过 1（100%）。")
    return str(share)


def _yes_or_no(cell: str) -> bool | None:
    if cell not in ("", "是", "否"):
        raise ValidationError("应是“是”或“否”，或留空。")
    return cell == "是" if cell else None


def _developer(cell: str) -> bool:
    return bool(_yes_or_no(cell))


def _or_blank(reader: Reader, blank: Any) -> Reader:
    return lambda cell: reader(cell) if cell else blank


READERS: dict[str, Reader] = {
    column: without_formula(reader)
    for column, reader in zip(
        ROLL_COLUMNS,
        [
            name_of(20),
            name_of(20),
            name_of(12),
            _owner,
            _phone,
            _share,
            _yes_or_no,
            _developer,
            _or_blank(area_of, None),
            _or_blank(label_of(AreaBasis), ""),
        ],
        strict=True,
    )
}
