"""Filled paper ballots as somebody photographed them: ticks, a number and a scrawl on the form.

The blank forms are pictures in bizhan/demo/data/papers, and places.json says where their boxes are.
"""

import io
from functools import cache
from random import Random

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from bizhan.demo.texts import DATA, read
from compounds.files.pictures import Picture
from ownerscommittee.votes.models import PaperForm
from ownerscommittee.votes.rules.sealing import Choices
from ownerscommittee.votes.terms import Mark
from ownerscommittee.votes.views.pictures import picture_of

INK, PEN = 40, 60
Point = tuple[int, int]


@cache
def _blank(name: str) -> Image.Image:
    return Image.open(DATA / "papers" / f"{name}.png").convert("L")


@cache
def _places() -> dict[str, dict[str, Point]]:
    return {
        name: {box: (x, y) for box, (x, y) in boxes.items()}
        for name, boxes in read("papers/places.json").items()
    }


@cache
def _letters() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(17)


def photographed(
    name: str, form: PaperForm, choices: Choices, rng: Random, *, has_code: bool
) -> Picture:
    """The form of this meeting with the choices ticked; what is void was left empty.

    The code costs more than all the rest; on most photographs nobody will miss it.
    """
    image, boxes = _blank(name).copy(), _places()[name]
    pen = ImageDraw.Draw(image)
    pen.text(boxes["token"], form.token, fill=INK, font=_letters())
    pen.text(boxes["number"], str(form.right.number), fill=INK, font=_letters())
    if has_code:
        _code(pen, form, boxes["code"])
    for question, chosen in choices.items():
        for ident in chosen:
            if ident != Mark.VOID:
                _tick(pen, boxes[f"{question}-{ident}"], rng)
    _scrawl(pen, boxes["sign"], rng)
    image = image.rotate(rng.uniform(-1.2, 1.2), fillcolor=236)
    out = io.BytesIO()
    image.point(lambda tone: int(24 + tone * 0.86)).save(out, "JPEG", quality=60)
    return Picture(out.getvalue(), image.width, image.height)


def signature(rng: Random) -> Picture:
    """A name under the protocol of a count."""
    image = Image.new("L", (480, 160), 240)
    pen = ImageDraw.Draw(image)
    pen.line([(30, 130), (450, 130)], fill=150, width=2)
    _scrawl(pen, (60, 112), rng)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return Picture(out.getvalue(), image.width, image.height)


def _code(pen: ImageDraw.ImageDraw, form: PaperForm, place: Point) -> None:
    page = form.meeting.get_absolute_url()
    picture = picture_of(f"{settings.SITE_ADDRESS}{page}papers/{form.token}/", error="q")
    assert picture
    left, top = place
    for x, y, run in picture.runs:
        pen.rectangle((left + 2 * x, top + 2 * y, left + 2 * (x + run) - 1, top + 2 * y + 1), INK)


def _tick(pen: ImageDraw.ImageDraw, box: Point, rng: Random) -> None:
    x, y = box[0] + rng.randint(-2, 2), box[1] + rng.randint(-2, 2)
    pen.line([(x + 1, y + 8), (x + 7, y + 15), (x + 20, y - 6)], fill=PEN, width=3, joint="curve")


def _scrawl(pen: ImageDraw.ImageDraw, place: Point, rng: Random) -> None:
    x, y = place[0] + 12, place[1]
    points = [(x + 9 * step, y - rng.randint(-8, 16)) for step in range(rng.randint(7, 14))]
    pen.line(points, fill=PEN, width=2, joint="curve")
