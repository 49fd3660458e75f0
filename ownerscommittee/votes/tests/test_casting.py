"""One ballot a right, whatever the channel; everything else is refused in words."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from compounds.audit.models import AuditEntry
from compounds.models import Residency
from compounds.notices.models import Notice
from compounds.rules import DAY, Conflict, Refused
from compounds.terms import ResidencyKind
from ownerscommittee.votes.actions.casting import cast_by_clerk, cast_by_proxy, cast_on_web
from ownerscommittee.votes.actions.papers import (
    print_forms,
    read_paper,
    receive_paper,
    return_paper,
)
from ownerscommittee.votes.actions.proxies import end_proxy, record_proxy
from ownerscommittee.votes.actions.scrutiny import ask_void, decide_void, open_ballot, secret_of
from ownerscommittee.votes.models import Ballot, PaperReading
from ownerscommittee.votes.rules.sealing import commitment_of
from ownerscommittee.votes.terms import Channel, Item, Question
from ownerscommittee.votes.tests.hall import CLOSES, OPENS, VOTING, photo

AGREE, AGAINST = {"q1": ["agree"]}, {"q1": ["against"]}


def at_the_hall(hall, meeting, right, **over):
    given = {"channel": Channel.HALL, "choices": AGREE, "note": "", "by": hall.clerk, "at": VOTING}
    return cast_by_clerk(meeting, right, **{**given, **over})


def letter_for(hall, meeting, right, agent, **over):
    given = {
        "agent_name": agent.name,
        "agent_phone": agent.phone,
        "questions": [],
        "letter": photo(),
        "by": hall.clerk,
        "at": VOTING,
        "key": uuid4(),
    }
    return record_proxy(meeting, right, **{**given, **over})


def paper_of(hall, meeting, right, **over):
    (form,) = print_forms(meeting, [right], by=hall.clerk, at=VOTING)
    given = {"scan": photo(), "by": hall.clerk, "at": VOTING, "key": uuid4()}
    return receive_paper(form, **{**given, **over})


def typed(hall, paper, *readings):
    clerks = [hall.clerk, hall.other_clerk, hall.third_clerk]
    for clerk, choices in zip(clerks, readings, strict=False):
        ballot = read_paper(paper, choices=choices, by=clerk, at=VOTING)
    return ballot


# --- The window and the roll --------------------------------------------------------------------


def test_a_ballot_comes_within_the_window_and_at_no_other_moment(hall):
    meeting = hall.noticed()
    owner = hall.owners[0]
    with pytest.raises(Conflict, match="还没有开始"):
        cast_on_web(meeting, choices=AGREE, by=owner, at=OPENS - timedelta(seconds=1))
    hall.open(hall.draft())
    with pytest.raises(Conflict, match="等召集人准备好"):
        cast_on_web(hall.noticed(witnesses=0), choices=AGREE, by=owner, at=OPENS)


def test_a_ballot_after_the_close_is_refused_though_no_sweep_came_yet(hall):
    meeting = hall.open()
    for at in (CLOSES, CLOSES + DAY):
        with pytest.raises(Conflict, match="截止"):
            cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=at)
    with pytest.raises(IntegrityError, match="not open"), transaction.atomic():
        ballot = cast_on_web(meeting, choices=AGREE, by=hall.owners[1], at=VOTING)[0]
        Ballot.objects.create(
            meeting=meeting,
            right=hall.rights[0],
            channel=Channel.WEB,
            cast_at=CLOSES,
            by=hall.owners[0],
            entry=ballot.entry,
        )


def test_a_tenant_is_told_that_the_owner_may_write_a_proxy(hall, cast):
    meeting = hall.open()
    unit = hall.rights[0].units.get().unit
    Residency.objects.create(
        unit=unit, person=cast.resident, kind=ResidencyKind.TENANT, from_on="2020-01-01"
    )

    with pytest.raises(Refused, match="租户没有表决权"):
        cast_on_web(meeting, choices=AGREE, by=cast.resident, at=VOTING)


def test_an_owner_of_another_compound_is_not_on_the_roll(hall, cast):
    meeting = hall.open()
    with pytest.raises(Refused, match="名册上没有您"):
        cast_on_web(meeting, choices=AGREE, by=cast.stranger, at=VOTING)
    other = hall.settled_roll([(cast.stranger, 5000)]).rights.get()
    with pytest.raises(Refused, match="不在示范小区一这次表决的名册上"):
        at_the_hall(hall, meeting, other)


def test_an_owner_is_found_by_the_telephone_on_the_roll(hall, cast):
    hall.roll = hall.settled_roll([(None, 5000)], phone_key=cast.resident.phone_key)
    (ballot,) = cast_on_web(hall.open(), choices=AGREE, by=cast.resident, at=VOTING)

    assert ballot.by == cast.resident


# --- One ballot ---------------------------------------------------------------------------------


def channels(hall, meeting, right):
    """Each way to cast the right, as a function; what each needs is prepared beforehand."""
    proxy = letter_for(hall, meeting, right, hall.owners[3])
    return {
        Channel.WEB: lambda: cast_on_web(meeting, choices=AGAINST, by=right.voter, at=VOTING),
        Channel.HALL: lambda: at_the_hall(hall, meeting, right),
        Channel.PHONE: lambda: at_the_hall(
            hall, meeting, right, channel=Channel.PHONE, note="录音 0421"
        ),
        Channel.PROXY: lambda: cast_by_proxy(proxy, choices=AGAINST, by=hall.owners[3], at=VOTING),
        Channel.PAPER: lambda: paper_of(hall, meeting, right),
    }


@pytest.mark.parametrize("first", Channel)
def test_the_first_ballot_stands_against_every_other_channel(hall, first):
    meeting, right = hall.open(), hall.rights[0]
    ways = channels(hall, meeting, right)
    ways[first]()
    for way in ways.values():
        with pytest.raises(Conflict, match="以先投的为准|正在录入"):
            way()
    assert Ballot.objects.filter(right=right).count() == (first != Channel.PAPER)


def test_the_database_has_room_for_one_standing_ballot(hall):
    meeting = hall.open()
    (ballot,) = cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=VOTING)
    (other,) = cast_on_web(meeting, choices=AGREE, by=hall.owners[1], at=VOTING)
    with pytest.raises(IntegrityError, match="ballot_one_a_right|entry"), transaction.atomic():
        Ballot.objects.create(
            meeting=meeting,
            right=ballot.right,
            channel=Channel.WEB,
            cast_at=VOTING,
            by=hall.owners[0],
            entry=other.entry,
        )
    for change in ({"channel": Channel.HALL}, {"cast_at": OPENS}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Ballot.objects.filter(pk=ballot.pk).update(**change)


def test_an_owner_with_three_rights_casts_them_all_with_one_press(hall):
    owner = hall.owners[0]
    hall.roll = hall.settled_roll([(owner, 9000), (owner, 9000), (owner, 6000)])
    meeting = hall.open()
    ballots = cast_on_web(meeting, choices=AGREE, by=owner, at=VOTING)

    assert [ballot.number for ballot in ballots] == [2, 3, 4]
    assert meeting.ballots.turnout() == (3, 24000)
    with pytest.raises(Conflict):
        cast_on_web(meeting, choices=AGREE, by=owner, at=VOTING)


def test_what_the_paper_took_the_press_leaves_out(hall):
    owner = hall.owners[0]
    hall.roll = hall.settled_roll([(owner, 9000), (owner, 6000)])
    meeting = hall.open()
    paper_of(hall, meeting, hall.roll.rights.get(number=2))
    (ballot,) = cast_on_web(meeting, choices=AGREE, by=owner, at=VOTING)

    assert ballot.right.number == 1


def test_a_ballot_says_nothing_of_what_was_chosen_but_to_its_seal(hall):
    meeting = hall.open()
    (ballot,) = cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=VOTING)

    secret, line = secret_of(ballot), json.loads(ballot.entry.body)
    assert secret["choices"] == AGREE
    assert line["commitment"] == commitment_of(secret["nonce"], AGREE)
    assert "agree" not in ballot.entry.body
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM votes_ballotsecret")
        assert "agree" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({}, "还没有选"),
        ({"q1": ["agree", "against"]}, "不能再选"),
        ({"q1": ["maybe"]}, "没有这个选项"),
        ({"q1": ["void"]}, "没有这个选项"),
        ({"q1": ["follow"]}, "没有这个选项"),
        ({"q1": ["agree"], "q9": ["agree"]}, "没有编号为 q9 的议题"),
    ],
)
def test_a_ballot_that_was_filled_wrongly_says_what_to_mend(hall, choices, words):
    with pytest.raises(Refused, match=words):
        cast_on_web(hall.open(), choices=choices, by=hall.owners[0], at=VOTING)


def test_more_choices_than_seats_are_refused(hall):
    meeting = hall.draft(motions=())
    names = ["甲", "乙", "丙", "丁"]
    hall.motion(
        meeting, item=Item.COMMITTEE, kind=Question.ELECTION, seats=2, labels=names, title="选委员"
    )
    meeting = hall.open(meeting)
    with pytest.raises(Refused, match="最多选 2 个，您选了 3 个"):
        cast_on_web(meeting, choices={"q1": ["o1", "o2", "o3"]}, by=hall.owners[0], at=VOTING)
    (ballot,) = cast_on_web(meeting, choices={"q1": ["o3", "o1"]}, by=hall.owners[0], at=VOTING)
    assert secret_of(ballot)["choices"] == {"q1": ["o1", "o3"]}


# --- Hall, telephone, proxy ---------------------------------------------------------------------


def test_a_ballot_by_telephone_needs_its_record_and_the_owner_hears_of_it(hall):
    meeting, right = hall.open(), hall.rights[0]
    with pytest.raises(Refused, match="通话记录"):
        at_the_hall(hall, meeting, right, channel=Channel.PHONE)
    at_the_hall(hall, meeting, right, channel=Channel.PHONE, note="录音 0421")

    told = Notice.objects.get(person=right.voter, event="ballot_recorded")
    assert told.title == "您在电话里投的票已登记"
    assert "同意" not in told.title + told.body


def test_a_proxy_is_written_once_a_right_and_within_the_cap(hall):
    hall.roll = hall.settled_roll([(owner, 9000) for owner in hall.owners] + [(None, 100)])
    meeting, agent = hall.open(), hall.cast.resident
    rights = list(hall.roll.rights.order_by("number"))
    for right in rights[:3]:
        letter_for(hall, meeting, right, agent)
    with pytest.raises(Refused, match="最多代理 3 位"):
        letter_for(hall, meeting, rights[3], agent)
    with pytest.raises(Conflict, match="已经有一份委托"):
        letter_for(hall, meeting, rights[0], hall.cast.secretary)
    with pytest.raises(Refused, match="就是业主本人"):
        letter_for(hall, meeting, rights[3], rights[3].voter)


def test_nobody_votes_twice_by_proxy(hall):
    meeting, right, agent = hall.open(), hall.rights[0], hall.cast.resident
    proxy = letter_for(hall, meeting, right, agent)
    (ballot,) = cast_by_proxy(proxy, choices=AGREE, by=agent, at=VOTING)
    with pytest.raises(Conflict, match="以先投的为准"):
        cast_by_proxy(proxy, choices=AGREE, by=agent, at=VOTING)

    assert (ballot.right, ballot.by) == (right, agent)
    assert Notice.objects.filter(person=right.voter, title="您委托的票已投出").exists()


def test_a_proxy_that_was_ended_casts_nothing(hall):
    meeting = hall.open()
    proxy = letter_for(hall, meeting, hall.rights[0], hall.cast.resident)
    end_proxy(proxy, at=VOTING)

    with pytest.raises(Refused, match="已经撤销"):
        cast_by_proxy(proxy, choices=AGREE, by=hall.cast.resident, at=VOTING)
    letter_for(hall, meeting, hall.rights[0], hall.cast.resident)


def test_what_a_proxy_does_not_reach_is_void(hall):
    meeting = hall.open(motions=((Item.OTHER, "装监控"), (Item.USE_FUND, "修电梯")))
    agent = hall.cast.resident
    proxy = letter_for(hall, meeting, hall.rights[0], agent, questions=["q2"])
    with pytest.raises(Refused, match="没有编号为 q1"):
        cast_by_proxy(proxy, choices={**AGREE, "q2": ["agree"]}, by=agent, at=VOTING)
    (ballot,) = cast_by_proxy(proxy, choices={"q2": ["agree"]}, by=agent, at=VOTING)

    assert secret_of(ballot)["choices"] == {"q1": ["void"], "q2": ["agree"]}


# --- Paper --------------------------------------------------------------------------------------


def test_a_paper_counts_when_two_people_typed_the_same(hall):
    meeting, right = hall.open(), hall.rights[0]
    paper = paper_of(hall, meeting, right)
    assert Notice.objects.filter(person=right.voter, title="您的纸质票已收到").exists()
    assert typed(hall, paper, AGREE) is None
    with pytest.raises(Conflict, match="由另一个人再录"):
        read_paper(paper, choices=AGREE, by=hall.clerk, at=VOTING)
    ballot = read_paper(paper, choices=AGREE, by=hall.other_clerk, at=VOTING)

    line = json.loads(ballot.entry.body)
    assert (line["channel"], line["scan"]) == ("paper", paper.scan.sha256)
    assert Notice.objects.filter(person=right.voter, title="您的纸质票已登记").exists()
    with pytest.raises(Conflict, match="录完或退回"):
        read_paper(paper, choices=AGREE, by=hall.third_clerk, at=VOTING)


def test_where_two_people_differ_a_third_decides(hall):
    meeting = hall.open()
    paper = paper_of(hall, meeting, hall.rights[0])
    ballot = typed(hall, paper, AGREE, AGAINST, AGAINST)

    assert secret_of(ballot)["choices"] == AGAINST
    assert secret_of(ballot)["typed"] == [AGREE, AGAINST, AGAINST]


def test_a_missing_mark_on_paper_is_void_and_on_a_screen_it_is_asked_for(hall):
    ballot = typed(hall, paper_of(hall, hall.open(), hall.rights[0]), *[{"q1": ["void"]}] * 2)
    assert secret_of(ballot)["choices"] == {"q1": ["void"]}


def test_a_paper_that_cannot_be_read_goes_back_and_frees_the_right(hall):
    meeting, right = hall.open(), hall.rights[0]
    paper = paper_of(hall, meeting, right)
    return_paper(paper, reason="照片太暗，看不清", by=hall.clerk, at=VOTING)

    assert Notice.objects.filter(person=right.voter, event="paper_returned").exists()
    cast_on_web(meeting, choices=AGREE, by=right.voter, at=VOTING)
    with pytest.raises(Conflict):
        read_paper(paper, choices=AGREE, by=hall.clerk, at=VOTING)


def test_typing_ends_with_the_vote(hall):
    paper = paper_of(hall, hall.open(), hall.rights[0])
    with pytest.raises(Conflict, match="截止"):
        read_paper(paper, choices=AGREE, by=hall.clerk, at=CLOSES)
    assert not PaperReading.objects.exists()


def test_a_form_keeps_its_number_however_often_it_is_printed(hall):
    meeting = hall.noticed()
    first = print_forms(meeting, hall.rights, by=hall.clerk, at=VOTING)
    again = print_forms(meeting, hall.rights, by=hall.other_clerk, at=VOTING)

    assert [form.token for form in first] == [form.token for form in again]


# --- Void ---------------------------------------------------------------------------------------


def test_a_ballot_is_voided_by_two_and_its_right_votes_anew(hall):
    meeting, right = hall.open(), hall.rights[0]
    (ballot,) = at_the_hall(hall, meeting, right)
    void = ask_void(ballot, reason="业主说不是本人", by=hall.supervisor, at=VOTING)
    with pytest.raises(Conflict, match="已经有人提出"):
        ask_void(ballot, reason="同样", by=hall.other_supervisor, at=VOTING)
    with pytest.raises(Refused, match="两个人"):
        decide_void(void, is_confirmed=True, by=hall.supervisor, at=VOTING)
    decide_void(void, is_confirmed=True, by=hall.other_supervisor, at=VOTING)
    (new,) = cast_on_web(meeting, choices=AGAINST, by=right.voter, at=VOTING)

    ballot.refresh_from_db()
    assert not ballot.is_standing
    assert secret_of(ballot)["choices"] == AGREE
    assert json.loads(new.entry.body)["supersedes"] == ballot.entry.index
    assert meeting.ballots.standing().turnout() == (1, 9000)


def test_a_void_that_the_other_refuses_leaves_the_ballot(hall):
    (ballot,) = at_the_hall(hall, hall.open(), hall.rights[0])
    void = ask_void(ballot, reason="字迹不像", by=hall.supervisor, at=VOTING)
    decide_void(void, is_confirmed=False, by=hall.other_supervisor, at=VOTING)

    ballot.refresh_from_db()
    assert ballot.is_standing
    ask_void(ballot, reason="又有证据", by=hall.other_supervisor, at=VOTING)


def test_no_ballot_is_opened_before_the_close_and_every_look_is_logged(hall):
    meeting = hall.open()
    (ballot,) = cast_on_web(meeting, choices=AGREE, by=hall.owners[0], at=VOTING)
    with pytest.raises(Refused, match="截止以前"):
        open_ballot(ballot, reason="看看", by=hall.supervisor, at=VOTING)
    ballot.meeting = hall.closed(meeting)
    with pytest.raises(Refused, match="为什么"):
        open_ballot(ballot, reason=" ", by=hall.supervisor, at=CLOSES)
    assert open_ballot(ballot, reason="复核", by=hall.supervisor, at=CLOSES)["choices"] == AGREE

    entry = AuditEntry.objects.get(verb="ballot_opened")
    assert (entry.by, entry.reason) == (hall.supervisor, "复核")
