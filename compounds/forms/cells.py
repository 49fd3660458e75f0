"""A row of a sheet, cell by cell: what each column may hold, and every error in words."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from compounds.sheets import Cells, cells_in, text_of

MOST_ROWS = 20_000
LONGEST_CELL = 100  # letters; no column allows as many
A_FORMULA = "这一格是公式。请粘贴为数值，再上传。"
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")

Reader = Callable[[str], Any]
Errors = list[list[str]]


def lines_of(
    sheet: UploadedFile, columns: list[str], *, keeps_formulas: bool = False
) -> list[tuple[int, Cells]]:
    """(row number, cells) of each row under the header that is not blank."""
    lines = cells_in(
        sheet,
        width=len(columns),
        longest=LONGEST_CELL,
        most_rows=MOST_ROWS,
        keeps_formulas=keeps_formulas,
    )
    header = next(lines, (1, []))[1]
    if header != [text_of(column, LONGEST_CELL) for column in columns]:
        raise ValidationError(f"第一行应依次是：{'、'.join(columns)}。")
    return list(lines)


def read_row(readers: Mapping[str, Reader], cells: Cells) -> tuple[list[Any] | None, Errors]:
    """What each column's reader makes of its cell, or the errors of the row: [column, reason]."""
    values: list[Any] = []
    errors: Errors = []
    for (column, reader), cell in zip(readers.items(), cells, strict=True):
        try:
            values.append(reader(cell))
        except ValidationError as error:
            errors.append([column, str(error.message)])
    return (None, errors) if errors else (values, [])


# --- What a cell may hold -------------------------------------------------------------------------


def name_of(longest: int) -> Reader:
    def read(cell: str) -> str:
        if not cell:
            raise ValidationError("没有填写。")
        if len(cell) > longest:
            raise ValidationError(f"不能超过 {longest} 个字。")
        if not cell.isprintable():
            raise ValidationError("有看不见的字符，请重新输入。")
        return cell

    return read


def label_of(choices: Any) -> Reader:
    values: dict[str, str] = {str(label): value for value, label in choices.choices}

    def read(cell: str) -> str:
        if cell not in values:
            raise ValidationError(f"应是{'、'.join(values)}之一。")
        return values[cell]

    return read


def area_of(cell: str) -> int:
    """89.45 and 1,089.45 → hundredths of a square metre, exactly."""
    try:
        area = Decimal(cell.replace(",", "") if THOUSANDS.fullmatch(cell) else cell)
    except InvalidOperation as wrong:
        raise ValidationError("应是数字，例如 89.45。") from wrong
    if not area.is_finite() or not 0 < area <= 1_000_000:
        raise ValidationError("应大于 0，且不超过 100 万。")
    if area != round(area, 2):
        raise ValidationError("最多两位小数。")
    return int(area * 100)


def without_formula(reader: Reader) -> Reader:
    def read(cell: str) -> Any:
        if cell.startswith("="):
            raise ValidationError(A_FORMULA)
        return reader(cell)

    return read


def one_space(name: str) -> str:
    """张 三 is 张三; Anna  Maria keeps one space."""
    return BETWEEN_HAN.sub("", " ".join(name.split()))
