"""How a ticket is handled well: three matters told in one taken apart, a place before and after.

By the house's own deeds, as the epilogue: a few rows, each about several things.
"""

import uuid
from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from bizhan.demo.district import District
from bizhan.demo.people import FIRST_PHONE, People
from complaints.actions.desk import accept_ticket, record_contact, reply_to_ticket, take_by_compound
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.splitting import split_ticket
from complaints.actions.sweeping import sweep
from complaints.actions.wordings import keep_reply
from complaints.models import Ticket
from complaints.rules.repeats import Matter
from complaints.terms import Category, Kind, Lane, Resolution
from compounds.models import Organization, Person

MINUTE = timedelta(minutes=1)
SIZE = (640, 480)
TOLD = "路灯不亮、门口占道卖菜、物业不接电话，三件事一起说。"
MATTERS = [
    Matter("大门里第二盏路灯不亮", Category.LIGHTING, Lane.GENERAL),
    Matter("大门口占道卖菜，推婴儿车过不去", Category.OTHER, Lane.GENERAL),
    Matter("物业值班电话白天没人接", Category.PROPERTY_SERVICE, Lane.GENERAL),
]
REPLY = "第二盏路灯的灯头进水短路，已换成防水灯头并试亮一晚，其余六盏一并查过，都正常。"
KEPT: dict[str, list[tuple[str, str, str]]] = {  # whose, and what they keep: name, category, words
    "administrator": [
        ("查过，没有发现", "", "{单位}{今天}到{地点}查看，没有发现您说的情况。再出现请随时告诉我们。"),
        ("已列入计划", "", "{地点}的问题已列入计划，{日期}前办好。办好以后我们再告诉您。"),
    ],
    "company": [
        ("灯已修好", Category.LIGHTING, "{地点}的灯已更换{几盏}，试亮正常。今后每月巡查一次。"),
        ("楼道已清", Category.CLEANING, "{地点}已清扫，堆放的杂物已请住户搬走。{哪天}再查一次。"),
    ],
    "department": [
        ("通道已清理", Category.FIRE, "{地点}的疏散通道已清理，{日期}起每天巡查，发现堆物当天清走。"),
        ("器材已更换", Category.FIRE, "{地点}的消防器材已更换{数量}，压力正常，下次检查是{日期}。"),
    ],
}  # fmt: skip


def show_handling(district: District, people: People, *, at: datetime) -> None:
    staff = people.signed_in
    _keep_replies(staff, at=at - timedelta(days=30))
    ticket = _split(district, staff["secretary"], at=at - 200 * MINUTE)
    company = district.home.company
    assert company is not None
    _mend(ticket, company, secretary=staff["secretary"], by=staff["company"], at=at - 170 * MINUTE)
    sweep(at=at)  # in the night after a holiday, the other two are nearly late by now


def _keep_replies(staff: dict[str, Person], *, at: datetime) -> None:
    for who, replies in KEPT.items():
        post = staff[who].posts.select_related("organization").latest("pk")
        for title, category, text in replies:
            keep_reply(
                organization=None if who == "administrator" else post.organization,
                title=title,
                category=category,
                text=text,
                submission_key=uuid.uuid5(uuid.NAMESPACE_OID, title),
                by=staff[who],
                at=at,
            )


def _split(district: District, secretary: Person, *, at: datetime) -> Ticket:
    code, phone = district.home.compound.code, str(FIRST_PHONE + 60_000_047)
    draft = begin_draft(at=at, compound=code, text=TOLD, phone=phone)
    ticket = file_concern(draft, reporter=None, address="demo split", at=at)
    key = uuid.uuid5(uuid.NAMESPACE_OID, TOLD)
    return split_ticket(
        ticket, matters=MATTERS, submission_key=key, by=secretary, at=at + 20 * MINUTE
    )


def _mend(
    ticket: Ticket, company: Organization, *, secretary: Person, by: Person, at: datetime
) -> None:
    """The first of the three, done the same morning: the lamp dark, and the lamp lit."""
    accept_ticket(ticket, category=Category.LIGHTING, kind=Kind.COMPLAINT, by=secretary, at=at)
    take_by_compound(ticket, handler=company, note="请今天去看。", by=secretary, at=at + 5 * MINUTE)
    note = "到场看过，灯头进水短路，回去取灯头。"
    record_contact(ticket, note=note, photos=[_lamp(False)], by=by, at=at + 40 * MINUTE)
    reply_to_ticket(
        ticket,
        text=REPLY,
        resolution=Resolution.SOLVED,
        photos=[_lamp(True)],
        by=by,
        at=at + 130 * MINUTE,
    )


def _lamp(is_lit: bool) -> SimpleUploadedFile:
    """A drawn street lamp at dusk: nobody's photo."""
    sky, ground, head = (
        ("#2b3350", "#4a4438", "#fff3c4") if is_lit else ("#1a2036", "#23211d", "#3a3d46")
    )
    picture = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 360, 640, 480), fill=ground)
    draw.rectangle((60, 120, 220, 360), fill="#353c55")
    for left, top in ((85, 150), (155, 150), (85, 230), (155, 230)):
        draw.rectangle((left, top, left + 40, top + 45), fill="#c9b06a")
    if is_lit:
        draw.polygon(((410, 110), (300, 420), (580, 420)), fill="#6b6347")
    draw.rectangle((436, 100, 446, 400), fill="#767a83")
    draw.rectangle((396, 92, 446, 104), fill="#767a83")
    draw.ellipse((386, 96, 426, 122), fill=head)
    held = BytesIO()
    picture.save(held, "JPEG", quality=85)
    return SimpleUploadedFile("lamp.jpg", held.getvalue(), "image/jpeg")
