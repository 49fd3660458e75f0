"""An XLSX or CSV answer whose cells are text and never formulas."""

from collections.abc import Iterable
from io import BytesIO

from django.http import HttpResponse

from compounds.sheets import CSV, XLSX, CsvSheet, XlsxSheet

Rows = Iterable[Iterable[str]]


def workbook_response(
    name: str, columns: list[str], rows: Rows, *, title: str = "房屋登记"
) -> HttpResponse:
    """A download of one sheet: the columns, then the rows."""
    file = BytesIO()
    sheet = XlsxSheet(file, name=title)
    sheet.freeze("A2")
    for row in [columns, *rows]:
        sheet.add(row)
    sheet.close()
    return _download(name, file, XLSX)


def csv_response(name: str, columns: list[str], rows: Rows) -> HttpResponse:
    """The same as text, for whatever reads no workbook."""
    file = BytesIO()
    sheet = CsvSheet(file)
    for row in [columns, *rows]:
        sheet.add(row)
    sheet.close()
    return _download(name, file, CSV)


def _download(name: str, file: BytesIO, content_type: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file.getvalue(), content_type=content_type, headers=disposition)
