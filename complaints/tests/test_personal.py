"""我的信息: what is kept of a reporter, to see, mend, take along, and take away."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import tracking_path
from complaints.actions.callback import withdraw_ticket
from complaints.actions.desk import accept_ticket, decline_ticket, reveal_contact
from complaints.actions.filing import begin_draft, drop_old_drafts
from complaints.actions.privacy import forget_due, forget_follow
from complaints.models import Concern, Draft, Follow, Original, PolicyVersion, Ticket
from complaints.terms import Category, DeclineReason, Kind, Lane, State, Verb, Visibility
from complaints.tests.test_plain_words import assert_plain
from complaints.tests.test_report import report
from compounds.audit.models import AuditEntry
from compounds.notices.models import Notice

CONTACT = {"name": "李女士", "phone": "13900000001", "visibility": Visibility.NAMED}
TEXT = "三楼露台又在搭棚子，打 13900000001 找我。"


@pytest.fixture
def ticket(client, cast):
    """Reported and accepted, so that a message went to the telephone; the browser knows it."""
    ticket = report(client, cast, text=TEXT, contact=CONTACT)
    given = {"category": Category.ILLEGAL_BUILDING, "kind": Kind.REPORT, "lane": Lane.GENERAL}
    accept_ticket(ticket, by=cast.secretary, at=timezone.now(), note=TEXT, **given)
    return ticket


def page(ticket, name="data"):
    return reverse(f"complaints:track-{name}", args=[ticket.code])


def messages_to(ticket):
    return Notice.objects.filter(key__startswith=f"{ticket.code}:", person=None)


def test_what_is_kept_is_shown_to_whoever_has_the_code_and_to_nobody_else(client, cast, ticket):
    reveal_contact(ticket, reason="约时间上门", by=cast.secretary, at=timezone.now())
    shown = client.get(page(ticket))

    body = shown.content.decode()
    for kept in ("李女士", "13900000001", "约时间上门", "办完满 730 天"):
        assert kept in body
    assert_plain(shown)
    for name in ("data", "data-file", "forget"):
        assert Client().get(page(ticket, name)).status_code == 404
        other = Client()
        other.force_login(cast.secretary)
        assert other.get(page(ticket, name)).status_code == 404


def test_name_telephone_and_openness_are_mended(client, cast, ticket):
    client.post(page(ticket), {"name": "", "phone": "139 0000 0002", "visibility": "secret"})

    ticket.refresh_from_db()
    concern = ticket.concerns.get()
    assert (concern.name, concern.phone) == ("", "13900000002")
    assert concern.visibility == ticket.visibility == Visibility.SECRET
    event = ticket.events.last()
    assert (event.verb, event.by, event.text) == (Verb.CORRECTED, None, "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"phone": "1390000"}, "11 位数字"), ({"visibility": "named", "name": ""}, "怎么称呼您")],
)
def test_a_mistake_comes_back_with_what_was_typed(client, ticket, typed, said):
    answers = {"name": "王", "phone": "", "visibility": "nameless", **typed}
    back = client.post(page(ticket), answers)

    assert said in back.content.decode()
    assert ticket.concerns.get().name == "李女士"
    assert_plain(back)


def test_it_is_taken_along_as_a_file(client, ticket):
    answer = client.get(page(ticket, "data-file"))

    assert answer["Content-Disposition"] == f'attachment; filename="{ticket.code}.json"'
    kept = json.loads(answer.content)
    assert (kept["原话"], kept["手机号"], kept["称呼"]) == (TEXT, "13900000001", "李女士")


def test_forgetting_leaves_the_matter_and_nobody_s_name(client, ticket):
    assert messages_to(ticket).exists()
    assert Original.objects.filter(ticket=ticket).exists()
    asked = client.get(page(ticket, "forget"))
    assert_plain(asked)
    assert "<title>错误：" in client.post(page(ticket, "forget")).content.decode()

    after = client.post(page(ticket, "forget"), {"is_sure": "on"}, follow=True)

    assert_plain(after)
    assert "您的姓名和电话已抹去" in after.content.decode()
    ticket.refresh_from_db()
    concern = ticket.concerns.get()
    assert (concern.name, concern.phone, concern.reporter) == ("", "", None)
    assert "13900000001" not in concern.text
    assert ticket.state == State.ACCEPTED
    assert (ticket.visibility, concern.visibility) == (Visibility.NAMELESS,) * 2
    assert not messages_to(ticket).exists()
    assert not Original.objects.filter(ticket=ticket).exists()
    assert not Draft.objects.filter(key=concern.submission_key).exists()
    entry = AuditEntry.objects.get(verb="forgotten")
    assert (entry.by, entry.reason) == (None, "本人要求")
    assert "李女士" not in client.get(page(ticket)).content.decode()
    assert (
        "已经抹去"
        in client.post(page(ticket, "forget"), {"is_sure": "on"}, follow=True).content.decode()
    )


def test_whoever_was_signed_in_still_follows_what_they_had_forgotten(client, cast):
    client.force_login(cast.resident)
    ticket = report(client, cast, contact=CONTACT)
    other = Client()
    other.force_login(cast.resident)
    other.post(page(ticket, "forget"), {"is_sure": "on"})

    assert other.get(reverse("complaints:track-ticket", args=[ticket.code])).status_code == 200
    assert not Concern.objects.filter(reporter=cast.resident).exists()
    assert "没有报过问题" in other.get(reverse("complaints:my-tickets")).content.decode()


def test_the_database_lets_no_name_stay_where_it_is_said_to_be_forgotten(ticket):
    with pytest.raises(IntegrityError), transaction.atomic():
        ticket.concerns.update(forgotten_at=timezone.now())


DAYS = timedelta(days=1)


def ended(cast, client, how):
    ticket = report(client, cast, text=TEXT, contact=CONTACT)
    at = timezone.now()
    if how == "withdrawn":
        withdraw_ticket(ticket, reason="好了", by=None, at=at)
    if how == "declined":
        given = {"reason": DeclineReason.COURT, "channel": "请到区人民法院"}
        decline_ticket(ticket, by=cast.community_staff, at=at, **given)
    return ticket, at


@pytest.mark.parametrize(
    ("how", "days", "is_forgotten"),
    [
        ("withdrawn", 29, False),
        ("withdrawn", 31, True),
        ("declined", 31, False),
        ("declined", 729, False),
        ("declined", 731, True),
        ("open", 7300, False),
    ],
)
def test_what_is_kept_has_its_time(client, cast, how, days, is_forgotten):
    ticket, at = ended(cast, client, how)

    assert forget_due(at=at + days * DAYS) == is_forgotten
    assert bool(ticket.concerns.get().forgotten_at) == is_forgotten
    assert forget_due(at=at + days * DAYS) == 0
    assert AuditEntry.objects.filter(verb="forgotten", reason="保存期满").count() == is_forgotten


def test_the_district_sets_the_time(client, cast):
    ticket, at = ended(cast, client, "declined")
    PolicyVersion.objects.create(in_force_at=at, terms={"keep_reporter_days": 90}, note="试行")

    assert forget_due(at=at + 91 * DAYS) == 1
    assert "结束满 90 天" not in client.get(page(ticket)).content.decode()  # nothing is kept


def test_a_report_never_sent_is_dropped_in_time(db):
    at = timezone.now()
    begin_draft(at=at, text="还没写完")
    PolicyVersion.objects.create(in_force_at=at, terms={"keep_draft_days": 7}, note="试行")

    assert drop_old_drafts(at=at + 6 * DAYS) == 0
    assert drop_old_drafts(at=at + 8 * DAYS) == 1


def test_one_ticket_that_cannot_be_forgotten_stops_nobody_s_else(client, cast, monkeypatch, caplog):
    (first, at), (second, _) = (ended(cast, client, "withdrawn") for _ in range(2))
    monkeypatch.setattr(
        "complaints.actions.privacy.forget_notices",
        lambda *, about, **_: 1 / 0 if about.startswith(first.code) else 0,
    )

    assert forget_due(at=at + 31 * DAYS) == 1
    assert second.concerns.get().forgotten_at
    assert first.code in caplog.text


def test_the_link_in_a_message_leads_on_to_it(client, ticket):
    assert page(ticket) in client.get(tracking_path(ticket), follow=True).content.decode()


def test_who_met_the_same_still_counts_and_is_not_known_any_more(client, cast, ticket):
    at = timezone.now()
    follow = Follow.objects.create(
        ticket=ticket,
        person=cast.resident,
        who=f"person:{cast.resident.pk}",
        at=at,
        submission_key=uuid.uuid4(),
    )
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=at)
    kept = Follow.objects.to_forget(at + 731 * DAYS, after=730 * DAYS)
    assert not kept.exists()  # while it is open

    forget_follow(follow)

    follow.refresh_from_db()
    assert (follow.person, follow.phone, follow.who) == (None, "", f"nobody:{follow.pk}")
    assert ticket.follows.count() == 1
