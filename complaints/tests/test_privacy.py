"""Sample C48: a number in somebody's words is for the reporter, and for whoever gives a reason."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import tracking_path
from complaints.actions.callback import answer_callback, ask_callback
from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    dispatch_ticket,
    record_contact,
    reply_to_ticket,
    send_back,
    sign_ticket,
)
from complaints.models import Callback, Original, Ticket, TicketEvent
from complaints.terms import Category, Kind, Lane, Resolution, Visibility
from complaints.tests.test_report import begin, key_in, report
from compounds.audit.models import AuditEntry
from compounds.notices.models import Notice

C48 = "(我姓李,13800000000,千万别告诉对方)三楼露台又在搭棚子。"
WAYS_TO_WRITE = ["13800000000", "138 0000 0000", "１３８－００００－００００", "023-4123 4567"]
SPOKEN = [*WAYS_TO_WRITE, "500227199001010011"]
NOTE = f"找他：{'；'.join(SPOKEN)}。到现场看过了，请尽快拆除棚子。"


def shows_a_number(text):
    return [number for number in [*SPOKEN, "0000 0000", "００００"] if number in text]


@pytest.fixture
def told(client, cast):
    """C48 from its first word to the resident's answer, a number in whatever is written."""
    contact = {"name": "李女士", "phone": "13800000000", "visibility": Visibility.NAMELESS}
    ticket = report(client, cast, text=C48, place=f"三楼 {NOTE[:30]}", contact=contact)
    at = timezone.now()
    deeds = [
        (accept_ticket, {"note": NOTE, "category": Category.ILLEGAL_BUILDING}),
        (blow_whistle, {"reason": NOTE, "needs_enforcement": True}),
        (dispatch_ticket, {"to": cast.fire_brigade, "co_units": [cast.housing], "note": NOTE}),
        (sign_ticket, {"note": NOTE}),
        (record_contact, {"note": NOTE}),
        (reply_to_ticket, {"text": NOTE, "resolution": Resolution.SOLVED}),
        (send_back, {"reason": NOTE}),
        (reply_to_ticket, {"text": NOTE, "resolution": Resolution.SOLVED}),
        (ask_callback, {}),
    ]
    by = {sign_ticket: cast.liaison, record_contact: cast.liaison, reply_to_ticket: cast.liaison}
    by |= {dispatch_ticket: cast.dispatcher}
    for deed, given in deeds:
        more = {"kind": Kind.REPORT, "lane": Lane.GENERAL} if deed is accept_ticket else {}
        deed(ticket, by=by.get(deed, cast.secretary), at=at, **given, **more)
    answer_callback(
        ticket,
        was_contacted=False,
        solved="no",
        satisfaction="dissatisfied",
        comment=NOTE,
        by=None,
        at=at,
    )
    client.cookies.clear()
    ticket.refresh_from_db()
    return ticket


STAFF = ["secretary", "community_staff", "dispatcher", "liaison", "department_leader"]
PAGES = ["complaints:desk", "complaints:tickets", "notices:notices", "home"]


@pytest.mark.parametrize("who", STAFF)
def test_no_page_of_the_staff_shows_the_number(client, cast, told, who):
    client.force_login(getattr(cast, who))
    pages = [*map(reverse, PAGES), told.get_absolute_url(), told.deed_url("contact-details")]
    for address in pages:
        body = client.get(address, follow=True).content.decode()
        assert shows_a_number(body) == [], address
    assert "138****00" in client.get(told.get_absolute_url()).content.decode()


def test_no_row_that_a_list_an_export_or_a_message_reads_holds_the_number(told):
    rows = [
        *Ticket.objects.values_list("title", "text", "place"),
        *TicketEvent.objects.values_list("text"),
        *Callback.objects.values_list("comment"),
        *AuditEntry.objects.values_list("reason", "target_words"),
        *Notice.objects.filter(person__isnull=False).values_list("title", "body"),
    ]

    assert len(rows) > 15
    assert [row for row in rows for said in row if shows_a_number(str(said))] == []


def test_the_reporter_reads_their_own_words_and_the_answer_whole(client, told):
    body = client.get(tracking_path(told), follow=True).content.decode()

    assert "13800000000" in body
    assert "023-4123 4567" in body


def test_whoever_gives_a_reason_sees_the_numbers_and_the_reporter_sees_who(client, cast, told):
    client.force_login(cast.liaison)
    body = client.post(told.deed_url("contact-details"), {"reason": "约时间上门"}).content.decode()
    assert "李女士" in body
    assert "千万别告诉对方" in body
    assert Original.objects.filter(ticket=told).count() > 5
    assert body.count("023-4123 4567") >= 5

    client.cookies.clear()
    tracked = client.get(tracking_path(told), follow=True).content.decode()
    seen = tracked.partition("谁看过您的联系方式")[2]
    assert "消防救援支队 部门联络员" in seen
    assert "约时间上门" in seen
    client.force_login(cast.secretary)
    assert "约时间上门" in client.get(told.get_absolute_url()).content.decode()


def test_a_co_unit_never_sees_who_reported(client, cast, told):
    helper = cast.person("协办", cast.housing, "liaison")
    client.force_login(helper)

    assert client.get(told.get_absolute_url()).status_code == 200
    assert client.get(told.deed_url("contact-details")).status_code == 403
    assert client.post(told.deed_url("contact-details"), {"reason": "想看"}).status_code == 403


def test_the_three_choices_say_what_they_mean_before_anything_is_sent(client, cast):
    key = key_in(begin(client, cast).url)
    page = client.get(reverse("complaints:report-contact", args=[key])).content.decode()
    for means in ("看不到电话", "没有姓名、电话和房号", "楼栋长也看不到"):
        assert means in page

    secret = {"visibility": Visibility.SECRET}
    client.post(reverse("complaints:report-contact", args=[key]), secret)
    checked = client.get(reverse("complaints:report-check", args=[key])).content.decode()
    assert "公示栏上不登" in checked


@pytest.mark.parametrize(
    ("visibility", "is_shown"),
    [(Visibility.NAMED, True), (Visibility.NAMELESS, False), (Visibility.SECRET, False)],
)
def test_a_name_stands_on_the_ticket_only_for_whoever_wanted_it(client, cast, visibility, is_shown):
    ticket = report(client, cast, contact={"name": "李女士", "visibility": visibility})
    client.force_login(cast.secretary)

    assert ("李女士" in client.get(ticket.get_absolute_url()).content.decode()) == is_shown


def test_a_printed_ticket_says_who_printed_it(client, cast, told):
    client.force_login(cast.liaison)
    printed = client.get(told.get_absolute_url()).content.decode().partition('class="printed"')[2]

    assert re.match(r">\s*联络员 打印于", printed)
