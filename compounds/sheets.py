"""Sheets of text: read with suspicion, and written so that no cell is ever run as a formula."""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from io import StringIO, TextIOWrapper
from typing import IO, Any, Protocol
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
NOT_A_SHEET = "这不是 XLSX 表格。请用下载的表填写，另存为 .xlsx 再上传。"

Cells = list[str]

# --- Writing ----------------------------------------------------------------------------------


def guarded(text: str) -> str:
    """A quote before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def _printable(text: str) -> str:
    """Without the control characters that no XLSX may hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


class Sheet(Protocol):
    """What rows are added to, one by one; `close` writes what is still held."""

    def add(self, cells: Iterable[object]) -> None: ...

    def close(self) -> None: ...


class CsvSheet:
    """UTF-8 with the mark by which Excel knows it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self.rows = csv.writer(self.text)

    def add(self, cells: Iterable[object]) -> None:
        self.rows.writerow([guarded(str(cell)) for cell in cells])

    def close(self) -> None:
        self.text.detach()  # the file itself stays open


class XlsxSheet:
    """One sheet, whose rows wait on disk and not in memory; `mark` stands on each printed page."""

    def __init__(self, file: IO[bytes], *, name: str = "表", mark: str = "") -> None:
        from openpyxl import Workbook  # 0.7 s, so not when the server starts

        self.file, self.book = file, Workbook(write_only=True)
        self.sheet = self.book.create_sheet(name)
        self.sheet.HeaderFooter.oddHeader.center.text = mark or None

    def freeze(self, cell: str) -> None:
        """Rows above the cell stay in sight; before the first row is added."""
        self.sheet.freeze_panes = cell

    def add(self, cells: Iterable[object]) -> None:
        self.sheet.append([_printable(guarded(str(cell))) for cell in cells])

    def close(self) -> None:
        self.book.save(self.file)


# --- Reading ----------------------------------------------------------------------------------


def refuse_unsafe(sheet: UploadedFile) -> None:
    """What is too large, no workbook, or a bomb is never opened."""
    if (sheet.size or 0) > LARGEST_FILE:
        raise ValidationError("文件超过 10 MB，请分成几份上传。")
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


def cells_in(
    sheet: UploadedFile, *, width: int, longest: int, most_rows: int, keeps_formulas: bool = False
) -> Iterator[tuple[int, Cells]]:
    """The same of an upload that may be XLSX or CSV."""
    given: dict[str, int] = {"width": width, "longest": longest, "most_rows": most_rows}
    if (sheet.name or "").lower().endswith(".csv"):
        return _cells_of_csv(sheet, **given)
    refuse_unsafe(sheet)
    return cells_of(sheet, keeps_formulas=keeps_formulas, **given)


def _cells_of_csv(
    sheet: UploadedFile, *, width: int, longest: int, most_rows: int
) -> Iterator[tuple[int, Cells]]:
    if (sheet.size or 0) > LARGEST_FILE:
        raise ValidationError("文件超过 10 MB，请分成几份上传。")
    content = sheet.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # as Excel saves it in Chinese
    try:
        for number, values in enumerate(csv.reader(StringIO(text)), 1):
            if number > most_rows:
                raise ValidationError(f"一次最多 {most_rows} 行，请分成几份上传。")
            cells = [text_of(value, longest) for value in values[:width]]
            if any(cells):
                yield number, cells + [""] * (width - len(cells))
    except csv.Error as wrong:
        raise ValidationError("这不是 CSV 表格，请另存为 .xlsx 再上传。") from wrong


def cells_of(
    file: IO[bytes], *, width: int, longest: int, most_rows: int, keeps_formulas: bool = False
) -> Iterator[tuple[int, Cells]]:
    """(row number, `width` cells as text), blank rows left out.

    A formula is read as its last value, or as its own text where `keeps_formulas`.
    """
    from openpyxl import load_workbook  # 0.7 s, so not when the server starts

    try:
        book = load_workbook(file, read_only=True, data_only=not keeps_formulas)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(max_col=width, values_only=True), 1):
            if number > most_rows:
                raise ValidationError(f"一次最多 {most_rows} 行，请分成几份上传。")
            cells = [text_of(value, longest) for value in values][:width]
            if any(cells):
                yield number, cells + [""] * (width - len(cells))
        book.close()
    except ValidationError:
        raise
    except Exception as wrong:  # whatever a broken or hostile file makes openpyxl raise
        raise ValidationError(NOT_A_SHEET) from wrong


def text_of(value: Any, longest: int) -> str:
    """The cell as a person reads it: 101.0 is 101; a quote that guarded a formula goes."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = normalize("NFKC", str(value)).replace("\0", "").strip()[:longest]
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@") else text
