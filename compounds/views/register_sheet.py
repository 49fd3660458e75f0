"""An XLSX answer whose cells are text and never formulas."""

from collections.abc import Iterable
from io import BytesIO

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """A quote before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def workbook_response(name: str, columns: list[str], rows: Iterable[Iterable[str]]) -> HttpResponse:
    """A download of one sheet: the columns, then the rows."""
    from openpyxl import Workbook  # 0.7 s, so not when the server starts

    book = Workbook(write_only=True)
    sheet = book.create_sheet("房屋登记")
    sheet.freeze_panes = "A2"
    for row in [columns, *rows]:
        sheet.append([guarded(str(cell)) for cell in row])
    file = BytesIO()
    book.save(file)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=disposition)
