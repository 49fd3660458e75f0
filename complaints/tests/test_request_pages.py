"""What a unit asks for, through the pages: who sees it, who answers, what the resident reads."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.desk import tickets_waiting_for
from complaints.access.reporters import tracking_path
from complaints.actions.desk import reply_to_ticket
from complaints.actions.returns import answer_objection, object_to_ticket
from complaints.actions.staffing import assign_ticket, take_ticket, urge_ticket
from complaints.actions.waiting import ask_resident
from complaints.terms import Lane, ObjectionReason, Resolution, State, Verb
from complaints.tests.asking import in_hand, objected, shelved
from complaints.tests.test_lists import queries
from complaints.tests.test_plain_words import assert_plain
from complaints.tests.test_sweep import REPLY, dispatched, told
from compounds.models import Post, working_calendar
from compounds.notices.models import Notice
from compounds.rules import Conflict, Refused, local_day
from compounds.terms import OrganizationKind, Role
from tests.cast import MONDAY

WHY = "要等第三方的检测报告"


@pytest.fixture
def do(client):
    """A person does a deed through its page."""

    def post(who, ticket, deed, **answers):
        client.force_login(who)
        response = client.post(ticket.deed_url(deed), answers)
        assert response.status_code == 302, response.context["form"].errors
        ticket.refresh_from_db()

    return post


def on_the_desk_of(person, ticket):
    person.__dict__.pop("_active_posts", None)
    return tickets_waiting_for(person, at=timezone.now()).filter(pk=ticket.pk).exists()


def offered(client, person, ticket):
    """The deeds on the ticket's page."""
    client.force_login(person)
    page = client.get(ticket.get_absolute_url()).context
    return {
        url.rstrip("/").rsplit("/", 1)[1]
        for name in ("deeds", "dangers", "asides")
        for url, _ in page[name]
    }


def followed(client, ticket):
    client.logout()
    return client.get(tracking_path(ticket), follow=True)


def test_a_return_is_asked_for_answered_and_sent_to_the_unit_that_was_suggested(client, cast, do):
    ticket = in_hand(cast, at=timezone.now())
    assert not on_the_desk_of(cast.dispatcher, ticket)
    do(
        cast.liaison,
        ticket,
        "return",
        reason="duty",
        text="三定方案没有",
        suggested=cast.housing.pk,
    )
    assert on_the_desk_of(cast.dispatcher, ticket)
    assert "return" not in offered(client, cast.liaison, ticket)
    page = client.get(ticket.deed_url("return"))
    assert page.status_code == 200  # asked again it would be refused, and says so

    assert "answer-return" in offered(client, cast.dispatcher, ticket)
    page = client.get(ticket.deed_url("answer-return")).content.decode()
    assert "三定方案没有" in page
    assert "住房城乡建委" in page
    do(cast.dispatcher, ticket, "answer-return", grants="yes", answer="归住建")
    assert ticket.state == State.TO_DISPATCH
    form = client.get(ticket.deed_url("dispatch")).context["form"]
    assert form.initial["to"] == cast.housing.pk
    assert "职责不符" in form.facts[0][1]
    assert "说不归它管，重新安排" in followed(client, ticket).content.decode()


def test_a_ruling_stands_on_the_leader_s_desk_and_names_any_unit(client, cast, do):
    ticket = dispatched(cast, at=timezone.now())
    ticket.policy.terms = {"returns": 0}
    ticket.policy.save(update_fields=["terms"])
    do(cast.liaison, ticket, "return", reason="territory", text="不在辖区")
    assert on_the_desk_of(cast.street_leader, ticket)
    assert not on_the_desk_of(cast.dispatcher, ticket)
    assert "answer-return" not in offered(client, cast.dispatcher, ticket)

    assert "rule" in offered(client, cast.district_supervisor, ticket)
    form = client.get(ticket.deed_url("rule")).context["form"]
    assert cast.housing in form.fields["to"].queryset
    do(cast.street_leader, ticket, "rule", to=cast.housing.pk, text="房屋共用部位")
    assert (ticket.state, ticket.lead) == (State.DISPATCHED, cast.housing)
    assert "改请住房城乡建委来办" in followed(client, ticket).content.decode()


def test_the_resident_reads_the_old_day_the_new_one_and_why(client, cast, do):
    at = timezone.now()
    ticket = in_hand(cast, at=at)
    old = ticket.clocks.get(kind="finish").due_at
    new_day = working_calendar().workday_after(local_day(old - timedelta(hours=1)), 2)
    do(cast.liaison, ticket, "extend", until_on=new_day.isoformat(), text=WHY)
    assert on_the_desk_of(cast.dispatcher, ticket)
    do(cast.dispatcher, ticket, "answer-extension", grants="yes", answer="同意")

    page = followed(client, ticket)
    words = page.content.decode()
    assert WHY in words
    assert "改到" in words
    assert f"{new_day.month} 月 {new_day.day} 日" in words
    assert_plain(page)


def test_a_refused_deed_keeps_what_was_typed(client, cast, do):
    ticket = in_hand(cast, at=timezone.now())
    client.force_login(cast.liaison)
    day = (timezone.now() + timedelta(days=400)).date()
    page = client.post(ticket.deed_url("extend"), {"until_on": day.isoformat(), "text": WHY})

    assert page.status_code == 200
    assert WHY in page.content.decode()
    assert "最晚只能延到" in page.content.decode()


def test_a_form_that_would_be_filled_in_in_vain_is_not_shown(client, cast):
    ticket = in_hand(cast, lane=Lane.VITAL, at=timezone.now())
    client.force_login(cast.liaison)

    page = client.get(ticket.deed_url("return"))

    assert page.status_code == 409
    assert "先办后议" in page.content.decode()
    assert {"return", "extend"} & offered(client, cast.liaison, ticket) == set()


def test_the_resident_is_asked_on_their_page_and_answers_there(client, cast, do):
    ticket = in_hand(cast, at=timezone.now())
    do(cast.liaison, ticket, "ask", question="几点方便上门？")
    page = followed(client, ticket)
    assert "几点方便上门？" in page.content.decode()
    assert "等您回话" in page.content.decode()
    assert_plain(page)
    url = reverse("complaints:track-tell", args=[ticket.code])
    assert_plain(client.get(url))
    assert client.post(url, {"text": ""}).status_code == 200

    assert client.post(url, {"text": "晚上七点以后"}).status_code == 302
    assert client.post(url, {"text": "晚上七点以后"}).status_code == 409
    assert ticket.events.filter(verb=Verb.TOLD).count() == 1
    assert "tell" not in offered(client, cast.liaison, ticket)


def test_the_shelf_is_told_to_the_resident_in_plain_words(client, cast, do):
    ticket = in_hand(cast, at=timezone.now())
    day = (timezone.now() + timedelta(days=60)).date()
    do(
        cast.liaison,
        ticket,
        "shelve",
        reason="money",
        plan="等维修资金到位后施工",
        keeper=cast.housing.pk,
        review_on=day.isoformat(),
    )
    assert on_the_desk_of(cast.street_leader, ticket)
    do(cast.street_leader, ticket, "answer-shelving", grants="yes", answer="同意")
    assert not on_the_desk_of(cast.liaison, ticket)
    page = followed(client, ticket)
    assert "钱还没有着落" in page.content.decode()
    assert "再看一次能不能办" in page.content.decode()
    assert_plain(page)

    later = (timezone.now() + timedelta(days=80)).date()
    do(cast.street_leader, ticket, "review", review_on=later.isoformat(), note="钱还没到")
    do(cast.street_leader, ticket, "unshelve", note="钱到了")
    assert ticket.state == State.IN_HAND
    assert_plain(followed(client, ticket))


def test_the_resident_urges_once_a_day(client, cast):
    ticket = in_hand(cast, at=timezone.now())
    page = followed(client, ticket)
    assert "催一催" in page.content.decode()
    url = reverse("complaints:track-urge", args=[ticket.code])
    assert_plain(client.get(url))

    assert client.post(url, {"text": "又漏了"}).status_code == 302
    assert "联络员" in told("ticket_urged")
    again = client.post(url, {"text": "快点"})
    assert "今天已经催过" in again.content.decode()
    assert "快点" in again.content.decode()
    assert "催一催" not in followed(client, ticket).content.decode()


def test_a_day_later_it_may_be_urged_again_and_the_pool_is_the_dispatcher_s(cast):
    ticket = dispatched(cast)
    urge_ticket(ticket, by=None, at=MONDAY)
    with pytest.raises(Refused):
        urge_ticket(ticket, by=None, at=MONDAY + timedelta(hours=14))
    urge_ticket(ticket, by=None, at=MONDAY + timedelta(hours=16))
    assert ticket.events.filter(verb=Verb.URGED).count() == 2
    object_to_ticket(ticket, reason=ObjectionReason.DUTY, text="不归我", by=cast.liaison, at=MONDAY)


def test_whoever_of_the_unit_takes_it_has_it_on_the_desk_and_the_others_have_not(client, cast, do):
    ticket = in_hand(cast, at=timezone.now())
    colleague = cast.person("同事", cast.fire_brigade, Role.LIAISON)
    assert on_the_desk_of(colleague, ticket)
    do(cast.liaison, ticket, "take")
    with pytest.raises(Conflict, match="已经由联络员经办"):
        take_ticket(ticket, by=colleague, at=timezone.now())
    assert on_the_desk_of(cast.liaison, ticket)
    assert not on_the_desk_of(colleague, ticket)
    assert on_the_desk_of(cast.department_leader, ticket)

    do(cast.department_leader, ticket, "assign", to=colleague.pk)
    assert on_the_desk_of(colleague, ticket)
    assert "同事" in told("ticket_assigned")
    Post.objects.filter(person=colleague).update(ended_at=timezone.now())
    assert on_the_desk_of(cast.liaison, ticket)  # whose holder has left is nobody's


def test_only_people_of_the_unit_are_named(client, cast):
    ticket = in_hand(cast, at=timezone.now())
    client.force_login(cast.liaison)

    page = client.post(ticket.deed_url("assign"), {"to": cast.secretary.pk})

    assert page.status_code == 200
    assert page.context["form"].errors
    with pytest.raises(Refused, match="已经是"):
        assign_ticket(ticket, to=cast.liaison, by=cast.liaison, at=timezone.now())
        assign_ticket(ticket, to=cast.liaison, by=cast.liaison, at=timezone.now())


def test_the_reply_needs_two_houses_to_be_called_unreasonable(client, cast, do):
    at = timezone.now()
    ticket = in_hand(cast, at=at)
    reply_to_ticket(ticket, text=REPLY, resolution=Resolution.EXPLAINED, by=cast.liaison, at=at)
    do(cast.liaison, ticket, "call-unreasonable", reason="要求拆承重墙")
    assert "find-unreasonable" not in offered(client, cast.liaison, ticket)
    do(cast.dispatcher, ticket, "find-unreasonable", reason="违反建筑法规定")

    assert ticket.resolution == Resolution.UNREASONABLE
    page = followed(client, ticket)
    assert "违反建筑法规定" in page.content.decode()
    assert_plain(page)


def test_a_question_reaches_the_resident_by_their_phone_and_never_by_name(cast):
    ticket = in_hand(cast)
    ask_resident(ticket, question="哪一层？", by=cast.liaison, at=MONDAY)

    assert not Notice.objects.filter(event="resident_asked", person__isnull=False).exists()


def number_behind(client, url):
    return len(client.get(url).context["rows"])


def test_every_number_of_the_returns_and_of_the_shelf_opens_exactly_its_tickets(client, cast):
    at = timezone.now()
    kept, let_go, waits = (dispatched(cast, at=at) for _ in range(3))
    for ticket in (kept, let_go, waits):
        objected(cast, ticket, at=at)
    for ticket, grants in ((kept, False), (let_go, True)):
        answer_objection(ticket, grants=grants, answer="看过", by=cast.dispatcher, at=at)
    shelved(cast, in_hand(cast, at=at), at, review_on=local_day(at) + timedelta(days=9))
    late = in_hand(cast, at=MONDAY)
    shelved(cast, late, MONDAY)
    client.force_login(cast.dispatcher)

    (unit,) = client.get(reverse("dashboard-returns", args=[cast.street.pk])).context["units"]
    assert (unit.name, unit.asked) == ("消防救援支队", 3)
    numbers = {label: count for label, count, _ in unit.outcomes}
    assert numbers == {"待答复": 1, "同意": 1, "不同意": 1, "失效": 0, "已裁定": 0}
    assert number_behind(client, unit.asked_url) == 3
    for _, count, url in unit.outcomes:
        assert number_behind(client, url) == count

    page = client.get(reverse("dashboard")).context
    assert [(label, count) for label, count, _ in page["shelved"]] == [("挂账", 2), ("复核超期", 1)]
    for _, count, url in page["shelved"]:
        assert number_behind(client, url) == count
    assert page["lights"].total == 3  # the shelf is not among what is being worked on


@pytest.mark.parametrize("words", ["x", "1-x", "-granted", "²"])
def test_a_unit_that_somebody_made_up_gave_nothing_back(client, cast, words):
    dispatched(cast, at=timezone.now())
    client.force_login(cast.dispatcher)

    assert number_behind(client, f"{reverse('complaints:tickets')}?returns={words}") == 0


def test_the_returns_cost_the_same_for_one_unit_and_for_more(client, cast):
    at, url = timezone.now(), reverse("dashboard-returns", args=[cast.street.pk])
    client.force_login(cast.dispatcher)
    objected(cast, dispatched(cast, at=at), at=at)
    client.get(url)
    one = len(queries(client, url))
    for number in range(4):
        ticket = dispatched(cast, at=at)
        unit = cast.organization(f"{number} 局", OrganizationKind.DEPARTMENT, cast.district)
        said = {"reason": ObjectionReason.DUTY, "text": "不归我", "by": cast.liaison}
        ticket.objections.create(unit=unit, asked_at=at, **said)

    assert len(queries(client, url)) == one <= 12
