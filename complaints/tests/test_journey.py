"""The main job: from a resident's words to a department's answer and back, through the pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.desk import tickets_waiting_for
from complaints.access.reporters import code_of, tracking_path
from complaints.actions.sweeping import sweep
from complaints.models import Ticket
from complaints.terms import Category, Kind, Lane, Level, State, Verb
from complaints.tests.test_report import report
from compounds.notices.models import Notice

REPLY = "已更换声控灯 5 盏，并检查了全部楼层的线路，今后每月巡查一次。"


@pytest.fixture
def at_desk(client, cast):
    """A person does a deed through its page; gives the ticket as it is then."""

    def do(who, ticket, deed, **answers):
        client.force_login(who)
        response = client.post(ticket.deed_url(deed), answers)
        assert response.status_code == 302, response.context["form"].errors
        ticket.refresh_from_db()
        return ticket

    return do


def bring_to_callback(at_desk, cast, ticket):
    """The department signs and replies, and the branch lets the resident be asked."""
    at_desk(cast.liaison, ticket, "sign")
    at_desk(cast.liaison, ticket, "reply", text=REPLY, resolution="solved")
    at_desk(cast.secretary, ticket, "callback")


@pytest.fixture
def dispatched(client, cast, at_desk):
    """Reported with a phone, accepted, whistled and dispatched to the fire brigade."""
    ticket = report(client, cast, contact={"phone": "13900000001"})
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.FIRE,
        kind=Kind.COMPLAINT,
        lane=Lane.GENERAL,
    )
    at_desk(cast.secretary, ticket, "whistle", reason="需要消防部门执法", needs_enforcement="on")
    return at_desk(
        cast.dispatcher,
        ticket,
        "dispatch",
        to=cast.fire_brigade.pk,
        lane=Lane.GENERAL,
        co_units=[cast.housing.pk],
    )


def test_a_report_goes_to_the_department_and_back(client, cast, at_desk, dispatched):
    ticket = dispatched
    assert (ticket.state, ticket.lead) == (State.DISPATCHED, cast.fire_brigade)
    assert [one.organization for one in ticket.supports.all()] == [cast.housing]

    at_desk(cast.liaison, ticket, "sign", note="明天上午到场")
    at_desk(cast.liaison, ticket, "contact", note="已电话联系")
    at_desk(cast.liaison, ticket, "reply", text=REPLY, resolution="solved")
    assert ticket.state == State.REPLIED
    at_desk(cast.secretary, ticket, "callback")
    client.logout()

    page = client.get(tracking_path(ticket), follow=True)
    assert "去评价" in page.content.decode()
    answers = {"was_contacted": "yes", "solved": "yes", "satisfaction": "satisfied"}
    client.post(reverse("complaints:track-answer", args=[ticket.code]), answers)

    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED
    assert [event.verb for event in ticket.events.all()] == [
        Verb.FILED,
        Verb.ACCEPTED,
        Verb.WHISTLED,
        Verb.DISPATCHED,
        Verb.SIGNED,
        Verb.CONTACTED,
        Verb.REPLIED,
        Verb.CALLBACK_ASKED,
        Verb.ANSWERED,
        Verb.CLOSED,
    ]
    assert not ticket.clocks.running().exists()


def test_every_line_of_history_says_who_by_which_post_and_what_it_did_to_the_term(dispatched, cast):
    accepted = dispatched.events.get(verb=Verb.ACCEPTED)
    event = dispatched.events.get(verb=Verb.DISPATCHED)

    assert (accepted.by, accepted.role) == (cast.secretary, "示范小区一党支部 党支部书记")
    assert accepted.due_before < accepted.due_after
    assert (event.by, event.role) == (cast.dispatcher, "示例街道党工委 街道派单员")
    assert (event.from_state, event.to_state) == (State.TO_DISPATCH, State.DISPATCHED)
    assert event.due_after == dispatched.due_at


def test_the_compound_solves_what_it_can(client, cast, at_desk):
    ticket = report(client, cast)
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.LIGHTING,
        kind=Kind.COMPLAINT,
        lane=Lane.GENERAL,
    )
    at_desk(cast.secretary, ticket, "handle", handler=cast.company.pk, note="请今天换灯")
    at_desk(cast.company_staff, ticket, "reply", text=REPLY, resolution="solved")

    at_desk(cast.secretary, ticket, "send-back", reason="八楼还没有亮")
    assert ticket.state == State.IN_HAND
    at_desk(cast.company_staff, ticket, "reply", text=REPLY, resolution="solved")

    assert ticket.state == State.REPLIED


def test_no_means_again_with_half_the_time_and_the_second_no_reaches_the_street(
    client, cast, at_desk, dispatched
):
    ticket = dispatched
    at_desk(cast.liaison, ticket, "sign")
    answers = {"was_contacted": "no", "solved": "no", "satisfaction": "dissatisfied"}
    for round_, level in ((2, None), (3, Level.STREET_LEADER)):
        at_desk(cast.liaison, ticket, "reply", text=REPLY, resolution="solved")
        at_desk(cast.secretary, ticket, "callback")
        client.get(tracking_path(ticket))
        client.post(reverse("complaints:track-answer", args=[ticket.code]), answers)
        ticket.refresh_from_db()
        assert (ticket.state, ticket.round, ticket.level) == (State.IN_HAND, round_, level)

    assert Notice.objects.filter(person=cast.street_leader, event="ticket_escalated").exists()


def test_a_callback_is_answered_once(client, cast, at_desk, dispatched):
    ticket = dispatched
    bring_to_callback(at_desk, cast, ticket)
    client.get(tracking_path(ticket))
    url = reverse("complaints:track-answer", args=[ticket.code])
    answers = {"was_contacted": "yes", "solved": "yes", "satisfaction": "satisfied"}

    assert client.post(url, answers).status_code == 302
    assert client.post(url, answers).status_code == 409


def test_the_handler_never_does_the_callback(client, cast, at_desk):
    """The branch's own volunteers did the work: then its secretary does not ask how it was."""
    ticket = report(client, cast)
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.GREENING,
        kind=Kind.REQUEST,
        lane=Lane.GENERAL,
    )
    at_desk(cast.secretary, ticket, "handle", handler=cast.home.branch.pk, note="志愿者周六来")
    at_desk(cast.secretary, ticket, "reply", text=REPLY, resolution="solved")

    desks = {
        who: tickets_waiting_for(who, at=timezone.now())
        for who in (cast.secretary, cast.dispatcher)
    }
    assert not desks[cast.secretary].filter(pk=ticket.pk).exists()
    assert desks[cast.dispatcher].filter(pk=ticket.pk).exists()
    client.force_login(cast.secretary)
    assert client.post(ticket.deed_url("callback")).status_code == 403
    assert at_desk(cast.dispatcher, ticket, "callback").state == State.CALLBACK


def test_what_is_declined_tells_the_resident_where_to_go(client, cast, at_desk):
    ticket = report(client, cast, text="朋友欠我两万块不还，你们帮我要回来。")

    at_desk(
        cast.community_staff, ticket, "decline", reason="court", channel="到区人民法院诉讼服务中心"
    )
    page = client.get(tracking_path(ticket), follow=True).content.decode()

    assert "这件事我们办不了" in page
    assert "到区人民法院诉讼服务中心" in page


def test_a_refused_whistle_comes_back_with_a_fresh_term(client, cast, at_desk):
    ticket = report(client, cast)
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.DOGS,
        kind=Kind.COMPLAINT,
        lane=Lane.VITAL,
    )
    at_desk(cast.secretary, ticket, "whistle", reason="管不了")

    at_desk(cast.community_staff, ticket, "refuse", reason="请先上门沟通")

    assert ticket.state == State.ACCEPTED
    assert ticket.due_at > timezone.now()


def test_an_early_whistle_is_refused_in_words_and_nothing_typed_is_lost(client, cast, at_desk):
    ticket = report(client, cast)
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.DOGS,
        kind=Kind.COMPLAINT,
        lane=Lane.GENERAL,
    )

    page = client.post(ticket.deed_url("whistle"), {"reason": "我们管不了这件事"}).content.decode()

    assert "小区自办期限还没到" in page
    assert "我们管不了这件事" in page
    assert "<title>错误：" in page


def test_a_stale_deed_is_told_that_somebody_was_quicker(client, cast, dispatched):
    client.force_login(cast.dispatcher)

    response = client.post(
        dispatched.deed_url("dispatch"), {"to": cast.housing.pk, "lane": Lane.GENERAL}
    )

    assert response.status_code == 409
    assert "可能刚刚有人处理过" in response.content.decode()
    dispatched.refresh_from_db()
    assert dispatched.lead == cast.fire_brigade


def test_the_paired_department_joins_as_coordinator_and_does_not_lead(client, cast, at_desk):
    cast.home.pairings.create(
        department=cast.housing, started_at=timezone.now() - timedelta(days=9)
    )
    ticket = report(client, cast, text="消防通道被占")
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.FIRE,
        kind=Kind.REPORT,
        lane=Lane.GENERAL,
    )
    at_desk(cast.secretary, ticket, "whistle", reason="需要执法", needs_enforcement="on")

    support = ticket.supports.get()

    assert (support.organization, support.kind) == (cast.housing, "coordinator")
    assert ticket.lead is None


def test_a_resident_reopens_within_fifteen_days_and_not_after(client, cast, at_desk, dispatched):
    ticket = dispatched
    bring_to_callback(at_desk, cast, ticket)
    sweep(at=timezone.now() + timedelta(days=30))  # nobody answered
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED
    assert ticket.callbacks.get().answered_at is None

    client.get(tracking_path(ticket))
    url = reverse("complaints:track-reopen", args=[ticket.code])
    assert client.post(url, {"reason": "又不亮了"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.round) == (State.IN_HAND, 2)


def test_a_resident_withdraws(client, cast):
    ticket = report(client, cast)

    client.post(reverse("complaints:track-withdraw", args=[ticket.code]), {"reason": "自己修好了"})

    ticket.refresh_from_db()
    assert ticket.state == State.WITHDRAWN


def test_a_lead_sees_the_contact_once_with_a_reason_and_the_reporter_sees_that(
    client, cast, dispatched
):
    url = reverse("complaints:ticket-contact-details", args=[dispatched.code])
    client.force_login(cast.liaison)
    assert "13900000001" not in client.get(url).content.decode()

    assert "13900000001" in client.post(url, {"reason": "约上门时间"}).content.decode()

    page = client.get(tracking_path(dispatched), follow=True).content.decode()
    assert "消防救援支队 部门联络员" in page
    assert "约上门时间" in page
    client.force_login(cast.secretary)
    assert "13900000001" not in client.get(dispatched.get_absolute_url()).content.decode()


def test_a_property_company_never_sees_the_contact_even_when_it_leads(client, cast, at_desk):
    ticket = report(client, cast, contact={"phone": "13900000001"})
    at_desk(
        cast.secretary,
        ticket,
        "accept",
        category=Category.LIGHTING,
        kind=Kind.COMPLAINT,
        lane=Lane.GENERAL,
    )
    at_desk(cast.secretary, ticket, "handle", handler=cast.company.pk, note="请今天换灯")
    client.force_login(cast.company_staff)

    assert (
        client.get(reverse("complaints:ticket-contact-details", args=[ticket.code])).status_code
        == 403
    )
    assert "13900000001" not in client.get(ticket.get_absolute_url()).content.decode()


def test_number_and_code_open_the_ticket_and_a_wrong_code_does_not(client, cast):
    ticket = report(client, cast)
    client.cookies.clear()
    url = reverse("complaints:track")

    wrong = client.post(url, {"number": ticket.code, "code": "AAAAAA"})
    assert "对不上" in wrong.content.decode()
    right = client.post(url, {"number": ticket.code[3:], "code": code_of(ticket).lower()})

    assert right.url == reverse("complaints:track-ticket", args=[ticket.code])


def test_guessing_a_code_ends_after_ten_tries(client, cast):
    ticket = report(client, cast)
    url = reverse("complaints:track")
    for _ in range(10):
        client.post(url, {"number": ticket.code, "code": "AAAAAA"})

    page = client.post(url, {"number": ticket.code, "code": code_of(ticket)})

    assert "试的次数太多了" in page.content.decode()


def test_a_tampered_link_opens_nothing(client, cast):
    ticket = report(client, cast)

    assert client.get(tracking_path(ticket)[:-3] + "xx/").status_code == 404


def test_those_whom_a_deed_concerns_have_a_notice(dispatched, cast):
    told = set(Notice.objects.filter(person__isnull=False).values_list("person__name", "event"))

    assert ("书记", "ticket_filed") in told
    assert ("派单员", "ticket_whistled") in told
    assert ("联络员", "ticket_dispatched") in told
    assert {phone.phone for phone in Notice.objects.filter(person__isnull=True)} == {"13900000001"}


def test_the_database_itself_refuses_a_jump(cast, client):
    from django.db import InternalError, transaction

    ticket = report(client, cast)
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED, closed_at=timezone.now())
    with pytest.raises(InternalError), transaction.atomic():
        ticket.events.update(text="nothing happened")
    with pytest.raises(InternalError), transaction.atomic():
        ticket.events.all().delete()
