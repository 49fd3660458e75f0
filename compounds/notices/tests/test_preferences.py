import re
from pathlib import Path

import pytest

from bizhan.engines import CHECKOUT
from compounds.notices.access import known_events
from compounds.notices.actions import choose_manners, deliver_due, mark_read
from compounds.notices.models import Delivery, Notice, Preference
from compounds.notices.rules import LEASE
from compounds.notices.terms import State
from compounds.notices.tests.test_delivery import MINUTE, MORNING
from tests.cast import MONDAY

PAGE = "/notices/preferences/"
DIGEST = {("ticket_escalated", "email"): "digest"}


def test_what_is_chosen_on_the_page_holds_for_the_next_notice(
    client, cast, tell, with_email, post_office
):
    client.force_login(with_email(cast.secretary))
    page = client.get(PAGE).text
    names = re.findall(r'<select name="([^"]+)"', page)
    assert "ticket_escalated-email" in names and "account_reset-email" not in names
    assert "账号被重设" in page  # compulsory, and said to be

    sent = dict.fromkeys(names, "never")
    assert client.post(PAGE, sent).url == PAGE
    tell(cast.secretary)
    tell(cast.secretary, key="urgent", is_urgent=True, title="急事")

    deliver_due(at=MONDAY)
    assert post_office.subjects == ["急事"]
    assert client.get(PAGE).text.count("selected>不发") == len(names)


def test_a_resident_is_asked_about_a_residents_notices_only(client, cast):
    client.force_login(cast.resident)
    page = client.get(PAGE).text

    assert "请我评价" in page and "小区吹哨" not in page


def test_nonsense_is_refused_and_one_persons_choice_is_nobody_elses(client, cast):
    client.force_login(cast.secretary)

    assert client.post(PAGE, {"ticket_escalated-email": "loudly"}).status_code == 200
    assert not Preference.objects.exists()
    choose_manners(cast.secretary, DIGEST)
    choose_manners(cast.secretary, DIGEST)
    assert [one.person for one in Preference.objects.all()] == [cast.secretary]


def test_the_digest_is_one_letter_in_the_morning_with_all_that_waited(
    cast, tell, with_email, post_office
):
    choose_manners(with_email(cast.secretary), DIGEST)
    choose_manners(with_email(cast.liaison), DIGEST)
    for number in range(3):
        tell(cast.secretary, key=f"cause {number}", title=f"第 {number} 件")
    tell(cast.liaison, title="另一位的")
    assert deliver_due(at=MONDAY) == 0
    mark_read(Notice.objects.get(title="第 1 件"), at=MONDAY)

    assert deliver_due(at=MORNING - MINUTE) == 0
    assert deliver_due(at=MORNING) == 2
    assert deliver_due(at=MORNING + LEASE) == 0

    assert post_office.receivers == [cast.secretary.email, cast.liaison.email]
    letter = post_office.letters[0][1]
    assert letter["Subject"] == "每日汇总：2 条通知"
    body = letter.get_content()
    assert "第 0 件" in body and "第 2 件" in body and "第 1 件" not in body
    assert "/tickets/BS-0001/" in body
    states = Delivery.objects.filter(notice__person=cast.secretary).order_by("pk")
    assert [one.state for one in states] == [State.SENT, State.SKIPPED, State.SENT]


def test_a_digest_that_fails_is_tried_again(cast, tell, with_email, post_office):
    choose_manners(with_email(cast.secretary), DIGEST)
    tell(cast.secretary)
    tell(cast.secretary, key="another")
    deliver_due(at=MONDAY)
    post_office.close()

    assert deliver_due(at=MORNING) == 0
    assert {one.attempts for one in Delivery.objects.all()} == {1}
    post_office.open()
    assert deliver_due(at=MORNING + MINUTE) == 1
    assert len(post_office.letters) == 1


def test_a_message_carries_what_can_be_done_at_one_tap(cast, tell, with_email, post_office):
    tell(with_email(cast.secretary), links=[("去签收", "/tickets/BS-0001/sign/")])

    deliver_due(at=MONDAY)
    assert (
        "去签收：http://127.0.0.1:8000/tickets/BS-0001/sign/"
        in post_office.letters[0][1].get_content()
    )


@pytest.mark.parametrize("app", ["complaints", "compounds"])
def test_every_kind_of_notice_has_a_name_for_the_settings(app):
    """A code for signing in goes to a phone, and nobody chooses about it."""
    said = {
        event
        for path in Path(CHECKOUT / app).rglob("*.py")
        if "tests" not in path.parts
        for event in re.findall(r'event="(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert said - {"sign_in_code", "digest"} <= set(known_events())
