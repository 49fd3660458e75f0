"""The way of an owner, of a convener, of a clerk and of a scrutineer, page by page."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compounds.audit.models import AuditEntry
from compounds.models import Residency
from compounds.rules import DAY
from compounds.templatetags.words import dt, due
from compounds.terms import ResidencyKind
from ownerscommittee.votes.actions.casting import cast_on_web
from ownerscommittee.votes.actions.papers import print_forms
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.models import AssemblyMeeting, Ballot, PaperBallot, Proxy
from ownerscommittee.votes.terms import Item, MeetingState, Question
from ownerscommittee.votes.tests.hall import Hall, photo


@pytest.fixture
def hall(cast):
    """A vote that is open as the clock has it."""
    return Hall(cast, at=timezone.now() - 21 * DAY)


def page(name, meeting, *more):
    return reverse(f"votes:{name}", args=[meeting.code, *more])


def vote(client, meeting, **answers):
    return client.post(page("cast", meeting), {**answers, "confirm": "1"})


# --- The owner ----------------------------------------------------------------------------------


def test_an_owner_finds_the_vote_fills_it_in_looks_it_over_and_keeps_a_receipt(client, hall):
    meeting = hall.open(motions=((Item.OTHER, "装监控"), (Item.COMMON_PARTS, "出租架空层")))
    client.force_login(hall.owners[0])
    home, mine = client.get("/").text, client.get(reverse("votes:mine")).text
    assert page("cast", meeting) in home and page("cast", meeting) in mine
    assert "等您表决" in home

    form = client.get(page("cast", meeting))
    assert "90.00" in form.text and "在三个出入口各装一个摄像头" in form.text
    missed = client.post(page("cast", meeting), {"q1": "agree"})
    assert "「出租架空层」还没有选" in missed.text
    assert 'value="agree"' in missed.text and "checked" in missed.text
    checked = client.post(page("cast", meeting), {"q1": "agree", "q2": "against"})
    assert "请核对" in checked.text and not Ballot.objects.exists()
    changed = client.post(page("cast", meeting), {"q1": "agree", "q2": "against", "change": "1"})
    assert "下一步" in changed.text and changed.text.count("checked") == 2

    done = vote(client, meeting, q1="agree", q2="against")
    assert done.url == page("voted", meeting)
    voted = client.get(done.url).text
    assert "<h1>已投票</h1>" in voted and "第 2 号" in voted and "<svg" in voted
    receipt = json.loads(client.get(page("receipt", meeting, 2)).content)
    assert receipt["choices"] == {"q1": ["agree"], "q2": ["against"]}
    assert page("cast", meeting) not in client.get(reverse("votes:mine")).text


def test_messages_name_the_hours_of_shanghai(hall):
    meeting = hall.open()

    told = dict(hall.owners[0].notices.values_list("event", "body"))
    assert told["meeting_noticed"].startswith(dt(meeting.opens_at))
    assert told["meeting_opened"].startswith(due(meeting.closes_at))


def test_pressed_twice_is_voted_once(client, hall):
    meeting = hall.open()
    client.force_login(hall.owners[0])
    answers = [vote(client, meeting, q1="agree") for _ in range(3)]

    assert {answer.url for answer in answers} == {page("voted", meeting)}
    assert Ballot.objects.count() == 1


def test_three_homes_are_one_list_and_one_press(client, hall):
    owner = hall.owners[0]
    hall.roll = hall.settled_roll([(owner, 9000), (owner, 9000), (owner, 6000)])
    meeting = hall.open()
    client.force_login(owner)
    assert client.get(reverse("votes:mine")).text.count(page("cast", meeting)) == 1
    listed = client.get(reverse("votes:mine")).text
    homes = [str(right.units.get()) for right in hall.roll.rights.all()]
    assert "您的 3 份表决权，一次投好" in listed and all(home in listed for home in homes)
    assert "240.00" in client.get(page("cast", meeting)).text

    vote(client, meeting, q1="agree")
    assert Ballot.objects.count() == 3
    done = client.get(reverse("votes:mine")).text
    assert "已投票" in done and page("cast", meeting) not in done


@pytest.mark.parametrize("who", ["tenant", "stranger"])
def test_whoever_has_no_right_is_told_why(client, cast, hall, who):
    meeting = hall.open()
    if who == "tenant":
        unit = hall.rights[0].units.get().unit
        Residency.objects.create(
            unit=unit, person=cast.resident, kind=ResidencyKind.TENANT, from_on="2020-01-01"
        )
    client.force_login(cast.resident if who == "tenant" else cast.stranger)
    words = "租户没有表决权" if who == "tenant" else "名册上没有您"
    for answer in (client.get(page("cast", meeting)), vote(client, meeting, q1="agree")):
        assert (answer.status_code, words in answer.text) == (403, True)
    assert not Ballot.objects.exists()


def test_before_and_after_the_window_the_page_says_when(client, hall):
    noticed = hall.noticed()
    client.force_login(hall.owners[0])
    soon = AssemblyMeeting.objects.get(pk=noticed.pk)
    hall.at = timezone.now()
    later = hall.noticed()
    early = client.get(page("cast", later))
    assert (early.status_code, "还没有开始" in early.text) == (409, True)

    hall.at = timezone.now() - 40 * DAY
    closed = hall.open(hall.draft())
    late = vote(client, closed, q1="agree")
    assert (late.status_code, "截止" in late.text) == (409, True)
    assert soon.pk and not Ballot.objects.exists()


def test_nobody_reads_anothers_receipt(client, hall):
    meeting = hall.open()
    cast_on_web(meeting, choices={"q1": ["agree"]}, by=hall.owners[0], at=timezone.now())
    for who in (hall.owners[1], hall.chair, hall.supervisor, hall.clerk):
        client.force_login(who)
        assert client.get(page("receipt", meeting, 2)).status_code == 404
        assert "看我选了什么" not in client.get(page("voted", meeting)).text


# --- The convener -------------------------------------------------------------------------------


def moment(at):
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def test_a_chair_drafts_adds_a_question_and_posts_the_notice(client, cast, hall):
    client.force_login(hall.chair)
    draft = reverse("votes:draft", args=[cast.home.code])
    opens = timezone.now() + 30 * DAY
    sent = {
        "title": "2026 年大会",
        "kind": "regular",
        "convener": hall.committee.pk,
        "roll": hall.roll.pk,
        "opens_at": moment(opens),
        "closes_at": moment(opens + 10 * DAY),
        "submission_key": "6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0f0f",
    }
    made = client.post(draft, sent)
    assert client.post(draft, sent).url == made.url
    meeting = AssemblyMeeting.objects.get()
    assert "还没有议题" in client.get(made.url).text
    client.post(
        page("motion-new", meeting),
        {
            "item": 4,
            "title": "选聘物业",
            "text": "从两家里选一家。",
            "kind": Question.PICK,
            "labels": "甲公司\n乙公司",
            "seats": 1,
        },
    )
    assert "甲公司、乙公司" in client.get(made.url).text
    notice = client.post(page("notice", meeting))
    assert notice.url == meeting.get_absolute_url()
    assert AssemblyMeeting.objects.get().state == MeetingState.NOTICED
    assert client.post(page("notice", meeting)).status_code == 409


def test_what_hinders_the_notice_stands_on_its_page(client, hall):
    meeting = hall.draft(motions=(), opens_at=timezone.now() + DAY)
    client.force_login(hall.chair)

    answer = client.post(page("notice", meeting)).text
    assert "还没有议题" in answer and "公告要满 15 天" in answer


def test_the_way_from_the_close_to_the_announcement_is_walked_on_pages(client, hall):
    hall.at = timezone.now() - 50 * DAY
    meeting = hall.open()
    for owner in hall.owners[:3]:
        at = meeting.opens_at + timedelta(hours=1)
        cast_on_web(meeting, choices={"q1": ["agree"]}, by=owner, at=at)
    sweep_meetings(at=timezone.now())
    client.force_login(hall.chair)
    for name in ("王五", "赵六"):
        client.post(
            page("count-witness", meeting),
            {
                "name": name,
                "capacity": "业主代表",
                "signature": photo(),
                "submission_key": f"6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0{ord(name[0]) % 900 + 100}",
            },
        )
    client.post(page("count", meeting))
    client.post(page("post", meeting))
    shown = client.get(meeting.get_absolute_url()).text

    assert "王五" in shown and "初步结果" in shown and "看算式" in shown
    assert "75.00%" in shown and "通过" in shown
    client.force_login(hall.owners[3])
    answer = client.post(
        page("objection", meeting),
        {"text": "面积不对", "submission_key": "6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0f0f"},
    )
    assert answer.url == meeting.get_absolute_url()
    client.force_login(hall.chair)
    client.post(page("reply", meeting, 1), {"text": "以登记为准", "is_upheld": "no"})
    shown = client.get(meeting.get_absolute_url()).text
    assert "面积不对" in shown and "以登记为准" in shown
    early = client.post(page("announce", meeting))
    assert "异议期还没有满" in early.text


# --- The clerk ----------------------------------------------------------------------------------


def test_the_front_page_leads_whoever_works_on_a_vote_to_it(client, cast, hall):
    meeting = hall.open()

    for person in (hall.chair, hall.clerk, hall.supervisor):
        client.force_login(person)
        assert f'href="{meeting.get_absolute_url()}"' in client.get("/").text
    for person in (cast.resident, cast.dispatcher):
        client.force_login(person)
        assert f'href="{meeting.get_absolute_url()}"' not in client.get("/").text


def test_a_clerk_finds_a_right_and_enters_a_ballot_from_the_hall(client, hall):
    meeting = hall.open()
    client.force_login(hall.clerk)
    found = client.get(page("desk", meeting), {"q": "1"}).text
    assert page("enter", meeting, 1) in found
    entered = client.post(page("enter", meeting, 1), {"channel": "hall", "q1": "agree"})
    assert entered.url == page("desk", meeting)
    assert "已投" in client.get(page("desk", meeting), {"q": "1"}).text
    again = client.post(page("enter", meeting, 1), {"channel": "phone", "q1": "agree", "note": "1"})
    assert (again.status_code, "以先投的为准" in again.text) == (409, True)
    assert (
        "通话记录"
        in client.post(page("enter", meeting, 2), {"channel": "phone", "q1": "agree"}).text
    )


def test_a_paper_is_printed_scanned_and_typed_by_two(client, hall):
    meeting = hall.open()
    client.force_login(hall.clerk)
    pdf = client.post(page("forms", meeting, hall.entrance.building.pk))
    assert pdf.content.startswith(b"%PDF")
    form = meeting.forms.get(right=hall.rights[0])
    received = client.post(
        page("paper", meeting, form.token),
        {"scan": photo(), "submission_key": "6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0f0f"},
    )
    assert received.url == page("desk", meeting)
    paper = PaperBallot.objects.get()
    for clerk, marks in ((hall.clerk, "agree"), (hall.other_clerk, "agree")):
        client.force_login(clerk)
        read = client.get(page("typing", meeting))
        assert read.url == page("read", meeting, paper.pk)
        assert "checked" not in client.get(read.url).text
        assert client.get(page("scan", meeting, paper.pk)).getvalue().startswith(b"\xff\xd8")
        client.post(read.url, {"q1": marks})
    assert Ballot.objects.get().channel == "paper"


def test_an_owner_who_scans_the_paper_is_led_to_the_vote(client, hall):
    meeting = hall.open()
    (form,) = print_forms(meeting, hall.rights[:1], by=hall.clerk, at=timezone.now())
    client.force_login(hall.owners[0])

    assert client.get(page("paper", meeting, form.token)).url == meeting.get_absolute_url()


def test_an_agent_casts_from_an_own_account_by_the_letter_that_the_clerk_took(client, hall, cast):
    meeting = hall.open()
    client.force_login(hall.clerk)
    client.post(
        page("proxy", meeting, 1),
        {
            "agent_name": "居民",
            "agent_phone": cast.resident.phone,
            "letter": photo(),
            "submission_key": "6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0f0f",
        },
    )
    assert Proxy.objects.count() == 1
    client.force_login(cast.resident)
    assert page("cast-for", meeting, 1) in client.get(meeting.get_absolute_url()).text
    client.post(page("cast-for", meeting, 1), {"q1": "agree", "confirm": "1"})

    ballot = Ballot.objects.get()
    assert (ballot.channel, ballot.right) == ("proxy", hall.rights[0])


def test_no_agent_votes_twice_or_speaks_for_a_fourth(client, cast):
    hall = Hall(cast, at=timezone.now() - 21 * DAY)
    meeting, agent = hall.open(), cast.resident
    given = {"agent_name": "居民", "agent_phone": agent.phone, "letter": photo()}
    client.force_login(hall.clerk)
    for number in (1, 2, 3, 4):
        sent = {**given, "letter": photo(), "submission_key": uuid4()}
        answer = client.post(page("proxy", meeting, number), sent)
    assert "最多代理 3 位" in answer.text
    assert Proxy.objects.count() == 3

    client.force_login(agent)
    client.post(page("cast-for", meeting, 1), {"q1": "agree", "confirm": "1"})
    for who, name, more in ((agent, "cast-for", [1]), (hall.owners[0], "cast", [])):
        client.force_login(who)
        sent = {"q1": "against", "confirm": "1"}
        told = client.post(page(name, meeting, *more), sent, follow=True).text
        assert "以先投的为准" in told and "（代理）" in told and "已投票" in told
    assert Ballot.objects.get().channel == "proxy"


# --- The scrutineer -----------------------------------------------------------------------------


def test_a_scrutineer_sees_who_voted_never_what_and_each_look_is_logged(client, hall):
    meeting = hall.open()
    cast_on_web(meeting, choices={"q1": ["agree"]}, by=hall.owners[0], at=timezone.now())
    client.force_login(hall.supervisor)
    shown = client.get(page("ballots", meeting)).text
    assert "第 2 号" in shown and "同意" not in shown.replace("同意作废", "").replace("不同意", "")
    assert AuditEntry.objects.get(verb="ballots_listed").by == hall.supervisor

    refused = client.post(page("ballot", meeting, 2), {"open": "1", "look-reason": "看看"})
    assert "截止以前" in refused.text
    assert not AuditEntry.objects.filter(verb="ballot_opened").exists()
    client.post(page("ballot", meeting, 2), {"void-reason": "冒名"})
    client.force_login(hall.other_supervisor)
    void = Ballot.objects.get().voids.get()
    assert page("void", meeting, void.pk) in client.get(page("ballots", meeting)).text
    client.post(page("void", meeting, void.pk), {"confirm": "1"})
    assert Ballot.objects.get().voided_at


# --- Petition -----------------------------------------------------------------------------------


def test_a_fifth_of_the_owners_starts_the_conveners_clock(client, cast):
    hall = Hall(cast, owners=6, at=timezone.now() - 21 * DAY)
    new = reverse("votes:petition-new", args=[cast.home.code])
    client.force_login(hall.owners[0])
    key = "6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0f0f"
    begun = client.post(new, {"title": "换物业", "text": "长期不保洁", "submission_key": key}).url
    assert "1 人，占 16.66%" in client.get(begun).text
    assert cast.home.petitions.get().convene_due_at is None
    client.force_login(cast.resident)
    assert "不能联名" in client.post(begun).text
    client.force_login(hall.owners[1])
    client.post(begun)

    assert cast.home.petitions.get().convene_due_at is not None
    assert "您已联名" in client.get(begun).text


# --- Cost ---------------------------------------------------------------------------------------


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_cost_the_same_for_one_ballot_and_for_twenty(client, cast):
    hall = Hall(cast, owners=20, at=timezone.now() - 21 * DAY)
    meeting = hall.open()
    at = timezone.now()
    cast_on_web(meeting, choices={"q1": ["agree"]}, by=hall.owners[0], at=at)
    urls = [
        (hall.supervisor, page("ballots", meeting)),
        (hall.clerk, page("desk", meeting) + "?q=0"),
        (hall.chair, meeting.get_absolute_url()),
        (hall.owners[0], reverse("votes:mine")),
        (hall.chair, reverse("votes:of-compound", args=[cast.home.code])),
    ]
    first = []
    for who, url in urls:
        client.force_login(who)
        client.get(url)
        first.append(queries(client, url))
    for owner in hall.owners[1:]:
        cast_on_web(meeting, choices={"q1": ["agree"]}, by=owner, at=at)
    for _ in range(5):
        hall.draft()
    for (who, url), cost in zip(urls, first, strict=True):
        client.force_login(who)
        assert queries(client, url) == cost, url
