"""A checkpoint as an A4 sheet for the notice board. Units are points from the lower left corner."""

from io import BytesIO
from typing import Any

from django.conf import settings

from evidence.access.keys import known_keys
from evidence.models import Checkpoint
from evidence.rules.moments import SHANGHAI
from evidence.rules.notes import fingerprint

FONT, LATIN = "STSong-Light", "Courier-Bold"  # every PDF viewer brings them
RED, INK = (0.61, 0.11, 0.11), (0.11, 0.13, 0.14)
MARGIN, CODE_SIZE = 48, 150
LINES = [
    "这张纸、网页、见证人收到的邮件，三处的条数和根必须一样。",
    "不一样，就是有人改过。请拍照留存，并告诉监票人和社区。",
    "请每位路过的人拍一张：您手里的照片，就是别人改不掉的证据。",
]


def poster_pdf(checkpoint: Checkpoint) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(f"{checkpoint.stream.title} 检查点 {checkpoint.size} 条")
    _draw(canvas, A4, checkpoint)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: Any, size: tuple[float, float], checkpoint: Checkpoint) -> None:
    width, height = size
    stream, at = checkpoint.stream, checkpoint.at.astimezone(SHANGHAI)
    canvas.setFillColorRGB(*RED)
    canvas.rect(0, height - 110, width, 110, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    _write(canvas, "防篡改可核验 · 检查点", width, height - 70, 38)
    canvas.setFillColorRGB(*INK)
    _write(canvas, stream.title, width, height - 155, 26)
    _write(
        canvas,
        f"{at:%Y 年 %-m 月 %-d 日 %H:%M} {checkpoint.occasion_words}",
        width,
        height - 185,
        16,
    )
    _write(canvas, f"共 {checkpoint.size} 条", width, height - 250, 48)
    for n in range(4):
        row = "  ".join(checkpoint.groups[4 * n : 4 * n + 4])
        _write(canvas, row, width, height - 305 - n * 38, 30, LATIN)
    address = f"{settings.SITE_ADDRESS}{checkpoint.get_absolute_url()}"
    _draw_code(canvas, f"{address}?root={''.join(checkpoint.groups)}", width / 2, height - 610)
    for n, line in enumerate(LINES):
        _write(canvas, line, width, height - 640 - n * 26, 17)
    _write(canvas, address, width, height - 735, 12, LATIN)
    _write(
        canvas,
        f"{stream.origin}  key {fingerprint(known_keys()[0])}",
        width,
        height - 755,
        12,
        LATIN,
    )


def _write(
    canvas: Any, text: str, width: float, base: float, size: float, font: str = FONT
) -> None:
    """Centred, and smaller when the line would leave the paper."""
    taken = canvas.stringWidth(text, font, size)
    canvas.setFont(font, size * min(1, (width - 2 * MARGIN) / taken))
    canvas.drawCentredString(width / 2, base, text)


def _draw_code(canvas: Any, address: str, middle: float, base: float) -> None:
    """The QR code as squares: sharp at any size of paper."""
    import segno

    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    module = CODE_SIZE / len(rows)
    canvas.setFillColorRGB(0, 0, 0)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                left = middle - CODE_SIZE / 2 + x * module
                # A hair wider than the module, so that viewers show no seam between two.
                canvas.rect(
                    left, base + CODE_SIZE - (y + 1) * module, module * 1.02, module * 1.02, 0, 1
                )
    canvas.setFillColorRGB(*INK)
