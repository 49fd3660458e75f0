"""评价 by one tap from a message: looking changes nothing, and each address is good for one round."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from complaints.access.reporters import tap_links
from complaints.models import Callback
from complaints.terms import State
from complaints.tests.test_plain_words import asked, assert_plain, closed
from complaints.tests.test_report import report
from compounds.notices.models import Notice

SAID = {"was_contacted": "yes", "solved": "yes", "satisfaction": "satisfied"}


@pytest.fixture
def ticket(client, cast):
    ticket = report(client, cast, contact={"phone": "13900000001"})
    asked(ticket, cast, timezone.now())
    ticket.refresh_from_db()
    return ticket


def test_the_message_carries_both_addresses(ticket):
    links = Notice.objects.get(event="callback_asked").links

    assert [word for word, _ in links] == ["满意", "不满意"]
    assert [tuple(link) for link in links] == tap_links(ticket)


def test_a_tap_opens_the_questions_and_changes_nothing(ticket):
    (_, happy), (_, unhappy) = tap_links(ticket)
    stranger = Client()
    page = stranger.get(happy)

    assert_plain(page)
    assert re.search(r'value="satisfied"[^>]*checked', page.text)
    assert re.search(r'value="yes"[^>]*id="id_solved[^>]*checked', page.text)
    assert re.search(r'value="dissatisfied"[^>]*checked', stranger.get(unhappy).text)
    assert not stranger.cookies.get("sessionid")
    assert Callback.objects.open().count() == 1


def test_confirmed_it_is_the_answer_and_the_address_is_used_up(ticket):
    (_, happy), _ = tap_links(ticket)
    stranger = Client()

    assert stranger.post(happy, {"satisfaction": "satisfied"}).status_code == 200
    done = stranger.post(happy, SAID, follow=True)
    assert "收到了，谢谢您" in done.text
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED
    again = stranger.get(happy)
    assert again.status_code == 409
    assert "这次评价已经结束" in again.text


def test_an_address_of_another_round_or_of_our_own_making_opens_nothing(client, cast, ticket):
    (_, happy), _ = tap_links(ticket)

    assert Client().get(happy[:-3] + "xx/").status_code == 404
    assert Client().get("/a/anything/").status_code == 404
    other = report(client, cast)
    closed(other, cast, timezone.now())
    assert Client().get(tap_links(other)[0][1]).status_code == 409
