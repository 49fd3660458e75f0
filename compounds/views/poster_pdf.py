"""The drawing of a poster. Units are points, measured from the lower left corner of A4."""

from io import BytesIO
from typing import Any

from django.conf import settings

from compounds.models import Compound, Entrance

HEADLINE = "遇到问题，扫码就能报"
LINES = ["不用注册，最快一分钟", "可以拍照，也可以只写一句话", "多久办好、谁在办，随时能查"]
LATIN = "Helvetica"
FONT = "STSong-Light"  # one of the fonts every PDF viewer brings for Chinese; no file of ours
RED, INK, SOFT = (0.61, 0.11, 0.11), (0.11, 0.13, 0.14), (0.27, 0.29, 0.32)
CODE_SIZE = 290
MARGIN = 48


def posters_pdf(compound: Compound, entrances: list[Entrance]) -> bytes:
    """A4, one page an entrance; a compound without entrances gets one page for itself."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"{compound.name} {HEADLINE}")
    for entrance in entrances:
        _draw(canvas, A4, compound, entrance)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: Any, size: tuple[float, float], compound: Compound, entrance: Entrance) -> None:
    width, height = size
    middle = width / 2
    address = f"{settings.SITE_ADDRESS}/r/{entrance.token}/"
    canvas.setFillColorRGB(*RED)
    canvas.rect(0, height - 150, width, 150, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    _write(canvas, HEADLINE, middle, height - 92, 46, width)
    canvas.setFillColorRGB(*INK)
    _write(canvas, f"{compound.name} {entrance}", middle, height - 205, 32, width)
    _draw_code(canvas, address, middle - CODE_SIZE / 2, height - 525)
    canvas.setFillColorRGB(*SOFT)
    _write(canvas, address, middle, height - 550, 16, width, LATIN)
    canvas.setFillColorRGB(*INK)
    for n, line in enumerate(LINES):
        _write(canvas, line, middle, height - 602 - n * 34, 22, width)
    canvas.setStrokeColorRGB(*RED)
    canvas.line(MARGIN, 130, width - MARGIN, 130)
    _write(canvas, _telephones(compound), middle, 88, 24, width)
    canvas.setFillColorRGB(*SOFT)
    _write(canvas, "着火、漏气、有人受伤，先拨 119、110、120", middle, 52, 16, width)


def _telephones(compound: Compound) -> str:
    branch = compound.branch.telephone
    return f"党支部 {branch}　政务热线 12345" if branch else "政务热线 12345"


def _write(
    canvas: Any, text: str, middle: float, base: float, size: float, width: float, font: str = FONT
) -> None:
    """Centred, and smaller when the line would leave the paper."""
    room = width - 2 * MARGIN
    taken = canvas.stringWidth(text, font, size)
    canvas.setFont(font, size * min(1, room / taken))
    canvas.drawCentredString(middle, base, text)


def _draw_code(canvas: Any, address: str, left: float, base: float) -> None:
    """The code as rectangles, a run of dark modules each: sharp at any size of paper."""
    import segno

    rows = [list(row) for row in segno.make(address, error="q", micro=False).matrix_iter(border=4)]
    module = CODE_SIZE / len(rows)
    canvas.setFillColorRGB(0, 0, 0)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                top = base + CODE_SIZE - (y + 1) * module
                canvas.rect(left + x * module, top, (end - x) * module, module, stroke=0, fill=1)
            x = end + 1
