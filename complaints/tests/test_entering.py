"""代录: staff write down what a resident says, and other platforms' numbers stand on the ticket."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import code_of
from complaints.actions.entering import add_number
from complaints.models import Concern, ExternalNumber, Ticket
from complaints.terms import Channel, Platform, Verb
from compounds.rules import Refused

ENTER = reverse("complaints:enter")
SAID = {"channel": "phone", "text": "三楼水管漏水", "visibility": "nameless"}


def enter(client, key=None, **more):
    return client.post(ENTER, {**SAID, "submission_key": key or uuid.uuid4(), **more})


def test_three_answers_are_enough_and_the_slip_holds_number_and_code(client, cast):
    client.force_login(cast.community_staff)
    required = [
        f for f in client.get(ENTER).context["form"] if f.field.required and not f.is_hidden
    ]
    assert {field.name for field in required} <= {"channel", "compound", "text", "visibility"}

    slip = client.get(enter(client, compound=cast.home.code).url)

    ticket = Ticket.objects.get()
    assert ticket.code in slip.text
    assert code_of(ticket) in slip.text
    assert ticket.compound == cast.home


def test_the_history_and_the_page_say_who_wrote_it_down_and_how_it_came(client, cast):
    client.force_login(cast.secretary)
    enter(client, channel="paper", name="老陈", phone="13800001234")
    ticket, concern = Ticket.objects.get(), Concern.objects.get()
    event = ticket.events.get()
    page = client.get(ticket.get_absolute_url()).text

    assert (concern.channel, concern.entered_by) == (Channel.PAPER, cast.secretary)
    assert (event.verb, event.by, event.text) == (Verb.FILED, cast.secretary, "书面代录")
    assert "书面代录（书记登记）" in page
    assert "老陈" not in page
    assert "13800001234" not in page
    assert (concern.name, concern.phone) == ("老陈", "13800001234")


def test_sent_twice_it_is_one_report(client, cast):
    client.force_login(cast.secretary)
    key = uuid.uuid4()

    assert enter(client, key).url == enter(client, key).url
    assert Ticket.objects.count() == Concern.objects.count() == 1


def test_only_the_compounds_of_one_s_posts_are_offered_and_taken(client, cast):
    client.force_login(cast.community_staff)
    assert cast.elsewhere.name not in client.get(ENTER).text
    enter(client, compound=cast.elsewhere.code)
    assert Ticket.objects.get().compound == cast.home
    client.force_login(cast.dispatcher)
    assert cast.elsewhere.name in client.get(ENTER).text
    assert enter(client, compound="BS999").status_code == 200
    client.force_login(cast.company_staff)
    assert client.get(ENTER).status_code == 403
    assert Ticket.objects.count() == 1


def test_the_slip_is_the_writer_s_alone_and_for_a_day(client, cast):
    client.force_login(cast.secretary)
    url = enter(client).url
    client.force_login(cast.community_staff)
    assert client.get(url).status_code == 404
    Concern.objects.update(filed_at=timezone.now() - timedelta(days=2))
    client.force_login(cast.secretary)
    assert client.get(url).status_code == 404


def test_a_number_of_another_platform_comes_with_the_entry_and_is_found(client, cast):
    client.force_login(cast.secretary)
    enter(client, platform="hotline", number=" cq-2026 1124001 ")
    ticket = Ticket.objects.get()

    assert "CQ-20261124001" in client.get(ticket.get_absolute_url()).text
    for words in ("CQ-20261124001", "cq-20261124001"):
        rows = client.get(reverse("complaints:tickets"), {"q": words}).context["rows"]
        assert [one.code for one, *_ in rows] == [ticket.code]
    for half, missing in [({"platform": "hotline"}, "number"), ({"number": "A-001"}, "platform")]:
        assert missing in enter(client, **half).context["form"].errors
    again = enter(client, platform="hotline", number="CQ-20261124001")
    assert "已经登记在" in again.text
    assert Ticket.objects.count() == 1


def test_one_number_is_one_matter_and_adding_it_twice_is_adding_it_once(client, cast):
    client.force_login(cast.secretary)
    enter(client)
    enter(client)
    first, second = Ticket.objects.order_by("pk")
    given = {"platform": Platform.GRASSROOTS, "by": cast.secretary, "at": timezone.now()}

    for _ in range(2):
        add_number(first, number="141-0001", **given)
    with pytest.raises(Refused, match=first.code):
        add_number(second, number="１４１-0001", **given)
    with pytest.raises(Refused, match="4 到 40 位"):
        add_number(second, number="一二三四", **given)

    assert ExternalNumber.objects.count() == 1
    assert first.events.filter(verb=Verb.NUMBERED).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalNumber.objects.create(
            ticket=second, platform=Platform.HOTLINE, number="小写 abc", added_at=timezone.now()
        )
