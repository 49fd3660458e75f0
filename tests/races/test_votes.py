"""Sixteen hands at one ballot, by every channel at once, and at the close: the first one stands."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ownerscommittee.votes.actions.casting import cast_by_clerk, cast_by_proxy, cast_on_web
from ownerscommittee.votes.actions.meetings import close_meeting
from ownerscommittee.votes.actions.papers import print_forms, read_paper, receive_paper
from ownerscommittee.votes.actions.proxies import record_proxy
from ownerscommittee.votes.actions.scrutiny import ask_void, decide_void
from ownerscommittee.votes.models import Ballot, BallotSecret, PaperBallot
from ownerscommittee.votes.terms import Channel
from ownerscommittee.votes.tests.hall import CLOSES, VOTING, Hall, photo
from tests.races.threads import THREADS, TRIALS, kinds, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

AGREE = {"q1": ["agree"]}


def letter(hall, meeting, right):
    given = {"agent_name": "代理", "agent_phone": f"137{right.number:08}", "questions": []}
    return record_proxy(
        meeting, right, **given, letter=photo(), by=hall.clerk, at=VOTING, key=uuid4()
    )


def test_a_right_is_cast_once_across_all_channels(cast):
    hall = Hall(cast, owners=TRIALS)
    meeting = hall.open()
    forms = {
        form.right_id: form for form in print_forms(meeting, hall.rights, by=hall.clerk, at=VOTING)
    }
    letters = {right.pk: letter(hall, meeting, right) for right in hall.rights}

    def cast_somehow(number, right):
        ways = {
            0: lambda: cast_on_web(meeting, choices=AGREE, by=right.voter, at=VOTING)[0],
            1: lambda: cast_by_clerk(
                meeting,
                right,
                channel=[Channel.HALL, Channel.PHONE][number // 4 % 2],
                choices=AGREE,
                note="录音",
                by=hall.clerk,
                at=VOTING,
            )[0],
            2: lambda: cast_by_proxy(letters[right.pk], choices=AGREE, by=hall.clerk, at=VOTING)[0],
            3: lambda: receive_paper(
                forms[right.pk], scan=photo(), by=hall.clerk, at=VOTING, key=uuid4()
            ),
        }
        return ways[(number + right.number) % 4]()

    for right, got in zip(hall.rights, together(cast_somehow, hall.rights), strict=True):
        found = kinds(got)
        assert found["Conflict"] == THREADS - 1, found
        ballots = Ballot.objects.filter(right=right).count()
        papers = PaperBallot.objects.filter(form__right=right).count()
        assert ballots + papers == 1
    assert Ballot.objects.count() == BallotSecret.objects.count()
    indexes = meeting.stream.entries.order_by("index").values_list("index", flat=True)
    assert list(indexes) == list(range(1 + Ballot.objects.count()))


def test_a_paper_becomes_one_ballot_however_many_type_it(cast):
    hall = Hall(cast, owners=TRIALS // 4)
    meeting = hall.open()
    forms = print_forms(meeting, hall.rights, by=hall.clerk, at=VOTING)
    papers = [
        receive_paper(form, scan=photo(), by=hall.clerk, at=VOTING, key=uuid4()) for form in forms
    ]
    clerks = [cast.person(f"录票{n}") for n in range(THREADS)]

    def read(number, paper):
        return read_paper(paper, choices=AGREE, by=clerks[number], at=VOTING)

    for paper, got in zip(papers, together(read, papers), strict=True):
        assert kinds(got) == {"NoneType": 1, "Ballot": 1, "Conflict": THREADS - 2}
        assert Ballot.objects.filter(paper=paper).count() == 1


def test_no_ballot_slips_in_behind_the_close(cast):
    hall = Hall(cast, owners=THREADS * 8)
    meeting = hall.open()
    last = CLOSES - timedelta(seconds=1)

    def cast_or_close(number, _):
        if number == THREADS - 1:
            return close_meeting(meeting.pk, at=CLOSES)
        got = []
        for owner in hall.owners[number * 8 : number * 8 + 8]:
            try:
                got += cast_on_web(meeting, choices=AGREE, by=owner, at=last)
            except Exception as error:
                got.append(error)
        return got

    (got,) = together(cast_or_close, [None])
    assert got[-1] is True
    told = [one for many in got[:-1] for one in many]
    assert set(kinds(told)) <= {"Ballot", "Conflict"}
    bodies = list(meeting.stream.entries.order_by("index").values_list("body", flat=True))
    assert '"kind":"close"' in bodies[-1]
    assert f'"ballots":{kinds(told)["Ballot"]}' in bodies[-1]


def test_a_meeting_closes_once_and_a_ballot_is_voided_once(cast):
    hall = Hall(cast, owners=30)
    meeting = hall.open()
    ballots = [cast_on_web(meeting, choices=AGREE, by=one, at=VOTING)[0] for one in hall.owners]
    voids = [ask_void(one, reason="冒名", by=hall.supervisor, at=VOTING) for one in ballots]

    def decide(number, void):
        return decide_void(void, is_confirmed=True, by=hall.other_supervisor, at=VOTING)

    for got in together(decide, voids):
        assert kinds(got) == {"BallotVoid": 1, "Conflict": THREADS - 1}
    (got,) = together(lambda number, pk: close_meeting(pk, at=CLOSES), [meeting.pk])
    assert sorted(got) == [False] * (THREADS - 1) + [True]
