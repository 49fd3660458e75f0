"""纸质票 on paper: A4, one page a right. Units are points, measured from the lower left corner."""

from io import BytesIO
from typing import Any

from django.conf import settings

from compounds.templatetags.words import dt
from ownerscommittee.votes.models import AssemblyMeeting, Motion, PaperForm
from ownerscommittee.votes.rules.decisions import majority_of
from ownerscommittee.votes.rules.sealing import Asked
from ownerscommittee.votes.rules.weights import with_unit
from ownerscommittee.votes.terms import Measure
from ownerscommittee.votes.views.pictures import picture_of

FONT = "STSong-Light"  # one of the fonts every PDF viewer brings for Chinese; no file of ours
MARGIN, BOTTOM, CODE = 48, 150, 96
INK, SOFT = (0.11, 0.13, 0.14), (0.27, 0.29, 0.32)
HOW = "在方框里打 √。一项只选一个（选举按名额选）；涂改、多选、不填的，该项无效。"
WHERE = "填好签名，交给小区党支部或投票箱。也可以扫码在网上投；先收到的一张有效。"


def forms_pdf(
    meeting: AssemblyMeeting, forms: list[PaperForm], motions: list[Motion], asked: list[Asked]
) -> bytes:
    """Every form with its number and its code, in the order of the roll."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"{meeting.compound} {meeting.title} 纸质票")
    questions = list(zip(motions, asked, strict=True))
    for form in forms:
        _Sheet(canvas, A4, meeting, form).draw(questions)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Sheet:
    """One form, written from top to bottom; long ballots go on to a second page."""

    def __init__(
        self, canvas: Any, size: tuple[float, float], meeting: AssemblyMeeting, form: PaperForm
    ) -> None:
        self.canvas, self.meeting, self.form = canvas, meeting, form
        self.width, self.height = size
        self.y = self.height - MARGIN

    def draw(self, questions: list[tuple[Motion, Asked]]) -> None:
        self._head()
        for motion, one in questions:
            self._question(motion, one)
        self._foot()

    def _head(self) -> None:
        right = self.form.right
        address = (
            f"{settings.SITE_ADDRESS}{self.meeting.get_absolute_url()}papers/{self.form.token}/"
        )
        self._code(address, self.width - MARGIN - CODE, self.height - MARGIN - CODE)
        self._line(f"{self.meeting.compound} 业主大会表决票", 20)
        self._line(self.meeting.title, 13)
        area = with_unit(right.area, Measure.AREA)
        self._line(f"票号 {self.form.token}　名册第 {right.number} 号　{area}", 12)
        self._line(f"{dt(self.meeting.closes_at)} 截止，晚到无效", 12)
        self.y = min(self.y, self.height - MARGIN - CODE - 8)
        self._line(HOW, 10, SOFT)

    def _question(self, motion: Motion, one: Asked) -> None:
        options = [f"□ {label}" for label in one.labels.values()]
        lines = _wrapped(f"{motion.position}. {one.title}", 34)
        rows = _packed(options, 38)
        if self.y - 20 * (len(lines) + len(rows)) - 24 < BOTTOM:
            self.canvas.showPage()
            self.y = self.height - MARGIN
            self._line(f"票号 {self.form.token}（续）", 11, SOFT)
        self.y -= 8
        for line in lines:
            self._line(line, 13)
        limit = f"，最多选 {one.seats} 人" if not one.is_single else ""
        self._line(f"第 {motion.item} 项，{majority_of(motion.item).label}通过{limit}", 9, SOFT)
        for row in rows:
            self._line("　　".join(row), 14)

    def _foot(self) -> None:
        self.canvas.setStrokeColorRGB(*INK)
        self.canvas.line(MARGIN, BOTTOM - 14, self.width - MARGIN, BOTTOM - 14)
        self.y = BOTTOM - 36
        self._line("业主签名 ____________________　　日期 ______ 年 ____ 月 ____ 日", 13)
        self._line(WHERE, 10, SOFT)
        self._line("议题全文在公告里，扫右上角的码也能看。", 10, SOFT)

    def _line(self, text: str, size: float, color: tuple[float, float, float] = INK) -> None:
        self.canvas.setFillColorRGB(*color)
        self.canvas.setFont(FONT, size)
        self.y -= size
        self.canvas.drawString(MARGIN, self.y, text)
        self.y -= size * 0.55

    def _code(self, address: str, left: float, base: float) -> None:
        picture = picture_of(address, error="q")
        if picture is None:
            return
        module = CODE / picture.size
        self.canvas.setFillColorRGB(0, 0, 0)
        for x, y, run in picture.runs:
            top = base + CODE - (y + 1) * module
            self.canvas.rect(left + x * module, top, run * module, module, stroke=0, fill=1)


def _wrapped(text: str, letters: int) -> list[str]:
    return [text[start : start + letters] for start in range(0, len(text), letters)]


def _packed(words: list[str], letters: int) -> list[list[str]]:
    """As many options a line as fit."""
    rows: list[list[str]] = []
    for word in words:
        if rows and sum(len(one) + 2 for one in rows[-1]) + len(word) <= letters:
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows
