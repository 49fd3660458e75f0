"""批量办理: several tickets, one deed, looked at before it is done."""

import uuid

import pytest
from django.urls import reverse

from complaints.models import Ticket, TicketEvent
from complaints.terms import Category, Kind, State, Verb
from complaints.tests.test_merge import accepted, filed
from compounds.notices.models import Notice
from tests.cast import MONDAY

TOGETHER, DESK = reverse("complaints:together"), reverse("complaints:desk")


@pytest.fixture
def three(cast):
    """Two that wait, and one that was accepted already."""
    tickets = [filed(cast, text) for text in ("一楼灯不亮", "二楼灯不亮", "三楼灯不亮")]
    accepted(cast, tickets[2])
    return tickets


def step(client, deed, tickets, **said):
    codes = [ticket.code for ticket in tickets]
    answer = client.post(f"{TOGETHER}?deed={deed}", {"code": codes, **said})
    return answer.status_code, answer.content.decode()


def states(tickets):
    return [Ticket.objects.get(pk=ticket.pk).state for ticket in tickets]


def test_a_list_offers_what_the_person_may_do(client, cast, three):
    client.force_login(cast.secretary)
    page = client.get(DESK).content.decode()
    assert f'value="{three[0].code}"' in page
    assert '<option value="accept">受理</option>' in page
    assert "dispatch" not in page

    asked = client.get(TOGETHER, {"deed": "accept", "code": [one.code for one in three]})
    assert "选了 3 件" in asked.content.decode()


def test_the_preview_tells_what_will_be_done_and_does_nothing(client, cast, three):
    client.force_login(cast.secretary)
    events, notices = TicketEvent.objects.count(), Notice.objects.count()
    _, page = step(client, "accept", three, category=Category.LIGHTING)

    assert "3 件里能受理 2 件" in page
    assert "不能受理。可能刚刚有人处理过" in page
    assert states(three) == [State.FILED, State.FILED, State.ACCEPTED]
    assert (TicketEvent.objects.count(), Notice.objects.count()) == (events, notices)


def test_each_is_done_for_itself_and_what_was_not_is_told(client, cast, three):
    client.force_login(cast.secretary)
    said = {"category": Category.LIGHTING, "key": str(uuid.uuid4())}
    step(client, "accept", three, **said)
    accepted(cast, three[0])  # somebody was faster
    _, page = step(client, "accept", three, **said, step="do")

    assert "办了 1 件" in page
    assert states(three) == [State.ACCEPTED] * 3
    second = Ticket.objects.get(pk=three[1].pk)
    assert (second.category, second.kind) == (Category.LIGHTING, Kind.COMPLAINT)
    assert Ticket.objects.get(pk=three[0].pk).category == Category.LIFT


def test_sent_twice_it_is_done_once(client, cast, three):
    client.force_login(cast.secretary)
    said = {"note": "同一个施工队", "key": str(uuid.uuid4()), "step": "do"}

    assert [step(client, "note", three, **said)[0] for _ in range(2)] == [200, 409]
    assert TicketEvent.objects.filter(verb=Verb.NOTED).count() == 3


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(client, cast, three):
    client.force_login(cast.secretary)
    _, page = step(client, "accept", three, note="给同事的话")

    assert "这件事还没有类别" in page
    assert "给同事的话</textarea>" in page
    assert f'value="{three[1].code}"' in page


def test_dispatching_keeps_each_one_s_urgency(client, cast, three):
    Ticket.objects.filter(pk=three[2].pk).update(state=State.TO_DISPATCH, lane="U2")
    client.force_login(cast.dispatcher)
    given = {"to": cast.fire_brigade.pk, "key": str(uuid.uuid4()), "step": "do"}
    _, page = step(client, "dispatch", three, **given)

    assert "办了 1 件" in page
    third = Ticket.objects.get(pk=three[2].pk)
    assert (third.state, third.lead, third.lane) == (State.DISPATCHED, cast.fire_brigade, "U2")


def test_nobody_reaches_beyond_their_own(client, cast, three):
    client.force_login(cast.stranger)
    assert "还没有选中" in step(client, "note", three, note="看不到")[1]
    assert "还没有选中" in step(client, "dispatch", three)[1]

    client.force_login(cast.secretary)
    assert "还没有选中" in step(client, "dispatch", three, to=cast.company.pk)[1]
    abroad = filed(cast, compound=cast.elsewhere, at=MONDAY)
    _, page = step(client, "note", [three[0], abroad], note="记一笔", step="do", key="x")
    assert "办了 1 件" in page
    assert not abroad.events.filter(verb=Verb.NOTED).exists()
