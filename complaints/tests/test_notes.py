"""Notes among colleagues, and what a supporting unit answers for itself."""

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import tracking_path
from complaints.actions.desk import reply_to_ticket, sign_ticket
from complaints.actions.notes import answer_as_support
from complaints.models import TicketEvent
from complaints.tests.test_lists import dispatched
from compounds.notices.models import Notice
from compounds.rules import Conflict
from compounds.terms import Role

NOTE = "上次是同一家施工队没修好"


def test_a_note_is_read_by_colleagues_and_never_by_residents_or_heads(client, cast):
    ticket = dispatched(cast, 0)
    entrance = cast.home.buildings.first().entrances.get()
    type(ticket).objects.filter(pk=ticket.pk).update(building=entrance.building, entrance=entrance)
    head = cast.person("楼长", cast.branch, Role.BUILDING_HEAD, building=entrance.building)
    client.force_login(cast.secretary)
    assert client.post(ticket.deed_url("note"), {"note": NOTE}).status_code == 302

    def page(who, url):
        client.force_login(who)
        return client.get(url, follow=True).content.decode()

    url = ticket.get_absolute_url()
    assert NOTE in page(cast.secretary, url)
    assert NOTE in page(cast.liaison, url)
    assert ticket.code in page(head, url)
    assert NOTE not in page(head, url)
    assert NOTE not in page(cast.resident, reverse("complaints:track-ticket", args=[ticket.code]))
    client.force_login(head)
    assert client.get(ticket.deed_url("note")).status_code == 403


def test_a_supporting_unit_answers_and_the_lead_s_reply_shows_it(client, cast):
    ticket, at = dispatched(cast, 0), timezone.now()  # 住房城乡建委 supports it
    builder = cast.person("科长", cast.housing, Role.LIAISON)
    sign_ticket(ticket, by=cast.liaison, at=at)
    client.force_login(cast.liaison)
    assert "还没写协办答复：住房城乡建委" in client.get(ticket.deed_url("reply")).content.decode()

    client.force_login(builder)
    client.post(ticket.deed_url("co-answer"), {"text": "已请原厂到场加固了吊顶"})
    event = TicketEvent.objects.get(ticket=ticket, verb="co_answered")
    assert (event.organization, event.by) == (cast.housing, builder)
    assert Notice.objects.filter(person=cast.liaison, event="co_unit_answered").exists()
    client.force_login(cast.liaison)
    assert "已请原厂到场加固了吊顶" in client.get(ticket.deed_url("reply")).content.decode()

    later = timezone.now()
    reply_to_ticket(
        ticket, text="消防栓水压已恢复" * 3, resolution="solved", by=cast.liaison, at=later
    )
    told = client.get(tracking_path(ticket), follow=True).content.decode()
    assert "住房城乡建委：已请原厂到场加固了吊顶" in told


def test_after_the_reply_nobody_supports_any_more(cast):
    ticket, at = dispatched(cast, 0), timezone.now()
    builder = cast.person("科长", cast.housing, Role.LIAISON)
    sign_ticket(ticket, by=cast.liaison, at=at)
    reply_to_ticket(ticket, text="水压已恢复" * 5, resolution="solved", by=cast.liaison, at=at)

    with pytest.raises(Conflict):
        answer_as_support(ticket, text="晚了", by=builder, at=at)
