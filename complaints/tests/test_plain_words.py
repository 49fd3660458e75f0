"""What a resident reads is plain: no word of the trade, and no sentence that is long."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import code_of, tracking_path
from complaints.actions.callback import answer_callback, ask_callback
from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    decline_ticket,
    dispatch_ticket,
    record_contact,
    refuse_whistle,
    reply_to_ticket,
    reveal_contact,
    send_back,
    sign_ticket,
    take_by_compound,
)
from complaints.actions.merging import merge_ticket, unmerge_ticket
from complaints.actions.sweeping import sweep
from complaints.models import Ticket
from complaints.terms import Category, DeclineReason, Kind, Lane, Resolution
from complaints.tests.test_merge import filed
from complaints.tests.test_report import begin, key_in, report

TRADE = "派单 挂单 督办 签收 吹哨 哨 工单 台账 挂账 并单 销号 包案 闭环 主办 协办 承办 U1 U2 U3 U4"
LONGEST = 40  # characters of a sentence, a number or a hash read as one
REPLY = "声控灯换好了五盏，全部楼层的线路也查过。"
INLINE = {"a", "b", "input", "img", "svg", "path", "circle", "rect"}


class Sentences(HTMLParser):
    """Every sentence on a page: the title, what is said to search engines, and what is shown."""

    def __init__(self, html):
        super().__init__()
        self.words, self.all = "", []
        self.feed(html)
        self.end()

    def end(self):
        self.all += [
            part.strip() for part in re.split(r"[。！？；\n]| · ", self.words) if part.strip()
        ]
        self.words = ""

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "meta" and told.get("name") == "description":
            self.words += told["content"]
        if tag not in INLINE:
            self.end()
        if label := told.get("aria-label") or told.get("alt"):
            self.all.append(label)

    def handle_endtag(self, tag):
        if tag not in INLINE:
            self.end()

    def handle_data(self, data):
        self.words += re.sub(r"\s+", " ", data)


def says(word, told):
    """As a word of its own: the U2 inside a 查询码 such as K7U2MX is none."""
    return re.search(rf"(?<![0-9A-Z]){word}(?![0-9A-Z])", told)


def assert_plain(page, trade=TRADE):
    """Nothing of the trade, nothing long."""
    sentences = Sentences(page.content.decode()).all
    assert len(sentences) > 5
    assert [(word, told) for told in sentences for word in trade.split() if says(word, told)] == []
    assert [told for told in sentences if length_of(told) > LONGEST] == []


def length_of(told):
    return len(re.sub(r"[0-9a-f]{16,}|[\d.,]+", "0", told))


def at_the_pages(*names):
    return [reverse(name) for name in names]


def test_the_way_in_is_plain(client, cast):
    for address in at_the_pages(
        "home", "complaints:report", "complaints:track", "accounts:sign-in", "accounts:code"
    ):
        assert_plain(client.get(address))
    assert_plain(client.post(reverse("complaints:track"), {}))
    assert_plain(client.post(reverse("complaints:track"), {"number": "1", "code": "AAAAAA"}))


def test_every_step_of_a_report_is_plain(client, cast):
    entrance = cast.home.buildings.first().entrances.get()
    assert_plain(client.get(reverse("complaints:report-at-entrance", args=[entrance.token])))
    assert_plain(begin(client, cast, text=""))
    key = key_in(begin(client, cast, text="5栋电表箱在冒烟，有火星。").url)
    for step in ("what", "contact", "check"):
        assert_plain(client.get(reverse(f"complaints:report-{step}", args=[key])))
    assert_plain(client.post(reverse("complaints:report-contact", args=[key]), {"phone": "1"}))
    client.post(reverse("complaints:report-check", args=[key]))
    assert_plain(client.get(reverse("complaints:report-done", args=[key])))


def test_what_is_alike_is_shown_plainly_and_followed_plainly(client, cast):
    asked(report(client, cast), cast, timezone.now())
    client.cookies.clear()
    key = key_in(begin(client, cast).url)
    alike, followed = (
        reverse(f"complaints:report-{step}", args=[key]) for step in ("alike", "followed")
    )
    assert_plain(client.get(alike))
    code = Ticket.objects.get().code
    assert_plain(client.post(alike, {"follow": code}, follow=True))
    assert_plain(client.post(followed, {"phone": "1"}))
    assert_plain(client.get(reverse("complaints:track-ticket", args=[code])))


def test_too_many_reports_are_refused_in_plain_words(client, cast):
    for _ in range(5):
        report(client, cast)
    check = reverse("complaints:report-check", args=[key_in(begin(client, cast).url)])

    refused = client.post(check)
    assert refused.status_code == 429
    assert_plain(refused)


def accepted(ticket, cast, at):
    accept_ticket(
        ticket,
        category=Category.LIGHTING,
        kind=Kind.COMPLAINT,
        lane=Lane.GENERAL,
        by=cast.secretary,
        at=at,
    )


def dispatched(ticket, cast, at):
    accepted(ticket, cast, at)
    blow_whistle(ticket, reason="没有钥匙", needs_enforcement=True, by=cast.secretary, at=at)
    refuse_whistle(ticket, reason="先问物业", by=cast.dispatcher, at=at)
    blow_whistle(ticket, reason="物业没有", needs_enforcement=True, by=cast.secretary, at=at)
    dispatch_ticket(
        ticket, to=cast.fire_brigade, co_units=[cast.housing], by=cast.dispatcher, at=at
    )
    reveal_contact(ticket, reason="约时间上门", by=cast.dispatcher, at=at)


def replied(ticket, cast, at):
    dispatched(ticket, cast, at)
    sign_ticket(ticket, note="明天到场", by=cast.liaison, at=at)
    record_contact(ticket, note="已打电话", by=cast.liaison, at=at)
    answer = {"text": REPLY, "resolution": Resolution.SOLVED, "by": cast.liaison}
    reply_to_ticket(ticket, at=at, **answer)
    send_back(ticket, reason="八楼还不亮", by=cast.secretary, at=at)
    reply_to_ticket(ticket, at=at, **answer)


def asked(ticket, cast, at):
    replied(ticket, cast, at)
    ask_callback(ticket, by=cast.secretary, at=at)


def dissatisfied(ticket, cast, at):
    asked(ticket, cast, at)
    answer_callback(
        ticket, was_contacted=False, solved="no", satisfaction="dissatisfied", by=None, at=at
    )


def closed(ticket, cast, at):
    asked(ticket, cast, at)
    answer_callback(
        ticket, was_contacted=True, solved="yes", satisfaction="satisfied", by=None, at=at
    )


def taken(ticket, cast, at):
    accepted(ticket, cast, at)
    take_by_compound(ticket, handler=cast.company, note="今天换灯", by=cast.secretary, at=at)


def declined(ticket, cast, at):
    decline_ticket(
        ticket,
        reason=DeclineReason.COURT,
        channel="请到区人民法院",
        by=cast.community_staff,
        at=at,
    )


def joined(ticket, cast, at):
    asked(ticket, cast, at)
    again = filed(cast, "灯还是不亮", at=at)
    merge_ticket(again, into=ticket, by=cast.secretary, at=at)


def merged(ticket, cast, at):
    first = filed(cast, "楼道灯不亮", at=at)
    merge_ticket(ticket, into=first, by=cast.secretary, at=at)


def come_apart(ticket, cast, at):
    merged(ticket, cast, at)
    ticket.refresh_from_db()
    unmerge_ticket(ticket, reason="另一个楼道", by=cast.secretary, at=at)


def late(ticket, cast, at):
    dispatched(ticket, cast, at)
    sweep(at=at + timedelta(days=60))


@pytest.mark.parametrize(
    "happened",
    [
        accepted,
        taken,
        declined,
        dispatched,
        late,
        replied,
        asked,
        dissatisfied,
        closed,
        joined,
        merged,
        come_apart,
    ],
)
def test_progress_is_told_plainly_whatever_happened(client, cast, happened):
    ticket = report(client, cast, contact={"phone": "13900000001"})
    happened(ticket, cast, timezone.now())

    page = client.get(tracking_path(ticket), follow=True)
    ticket.refresh_from_db()
    assert (ticket.merged_into or ticket).code in page.content.decode()
    assert_plain(page)


@pytest.mark.parametrize(
    ("happened", "deed"), [(asked, "answer"), (closed, "reopen"), (accepted, "withdraw")]
)
def test_what_a_reporter_may_do_is_asked_plainly(client, cast, happened, deed):
    ticket = report(client, cast)
    happened(ticket, cast, timezone.now())
    url = reverse(f"complaints:track-{deed}", args=[ticket.code])

    assert_plain(client.get(url))
    assert_plain(client.post(url, {}))


def test_my_own_tickets_are_listed_plainly(client, cast):
    client.force_login(cast.resident)
    assert_plain(client.get(reverse("complaints:my-tickets")))
    dispatched(report(client, cast), cast, timezone.now())

    page = client.get(reverse("complaints:my-tickets"))
    assert "已请部门来办" in page.content.decode()
    assert_plain(page)


def test_the_page_that_is_reached_by_number_and_code_is_the_same(client, cast):
    ticket = report(client, cast)
    client.cookies.clear()
    answer = {"number": ticket.code, "code": code_of(ticket)}

    assert_plain(client.post(reverse("complaints:track"), answer, follow=True))
