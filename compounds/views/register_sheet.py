"""An XLSX answer whose cells are text and never formulas."""

from collections.abc import Iterable
from io import BytesIO

from django.http import HttpResponse

from compounds.sheets import XLSX, XlsxSheet


def workbook_response(
    name: str, columns: list[str], rows: Iterable[Iterable[str]], *, title: str = "房屋登记"
) -> HttpResponse:
    """A download of one sheet: the columns, then the rows."""
    file = BytesIO()
    sheet = XlsxSheet(file, name=title)
    sheet.freeze("A2")
    for row in [columns, *rows]:
        sheet.add(row)
    sheet.close()
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=disposition)
