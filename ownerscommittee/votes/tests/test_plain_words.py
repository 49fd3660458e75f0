"""What an owner reads about a vote is plain: no word of the trade, and no sentence that is long."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.tests import test_plain_words as tickets
from compounds.models import Residency
from compounds.rules import DAY
from compounds.terms import ResidencyKind
from ownerscommittee.votes.actions.casting import cast_on_web
from ownerscommittee.votes.actions.meetings import cancel_meeting
from ownerscommittee.votes.actions.petitions import begin_petition
from ownerscommittee.votes.terms import Item, Question
from ownerscommittee.votes.tests.hall import Hall

TRADE = f"{tickets.TRADE} 法定人数 从众 哈希 承诺值 默克尔 随机数 专有部分 签名文本 nonce quorum"
MOTIONS = ((Item.OTHER, "装监控"), (Item.COMMON_PARTS, "出租架空层"))
ANSWERS = {"q1": "agree", "q2": "against", "q3": "o1"}


def assert_plain(page):
    tickets.assert_plain(page, TRADE)


def page(name, meeting, *more):
    return reverse(f"votes:{name}", args=[meeting.code, *more])


def draft(hall):
    meeting = hall.draft(motions=MOTIONS)
    given = {"item": Item.COMMITTEE, "kind": Question.ELECTION, "title": "选委员", "seats": 1}
    hall.motion(meeting, **given, labels=["张三", "李四"])
    return meeting


@pytest.fixture
def hall(cast):
    """A vote that is open as the clock has it."""
    return Hall(cast, at=timezone.now() - 21 * DAY)


def test_the_way_to_the_ballot_and_its_receipt_are_plain(client, hall):
    meeting = hall.open(draft(hall))
    client.force_login(hall.owners[0])
    for address in ("/", reverse("votes:mine"), page("cast", meeting), page("voted", meeting)):
        assert_plain(client.get(address))
    for answers in ({}, {"q1": "agree"}, ANSWERS, {**ANSWERS, "q3": ["o1", "o2"]}):
        assert_plain(client.post(page("cast", meeting), answers))
    voted = client.post(page("cast", meeting), {**ANSWERS, "confirm": "1"}, follow=True)
    assert "<h1>已投票</h1>" in voted.text
    assert_plain(voted)
    assert_plain(client.get(reverse("votes:mine")))


def noticed(hall):
    return hall.noticed(draft(hall))


def opened(hall):
    return hall.open(draft(hall))


def voted(hall):
    meeting = opened(hall)
    choices = {"q1": ["agree"], "q2": ["against"], "q3": ["o1"]}
    for owner in hall.owners[:3]:
        at = meeting.opens_at + timedelta(hours=1)
        cast_on_web(meeting, choices=choices, by=owner, at=at)
    return meeting


def cancelled(hall):
    meeting = noticed(hall)
    cancel_meeting(meeting, reason="场地没有了", by=hall.chair, at=hall.at + DAY)
    return hall.again(meeting)


STATES = {
    "noticed": noticed,
    "cancelled": cancelled,
    "open": opened,
    "closed": lambda hall: hall.closed(voted(hall)),
    "preliminary": lambda hall: hall.counted(voted(hall)),
    "objections": lambda hall: hall.posted(voted(hall)),
    "announced": lambda hall: hall.announced(voted(hall)),
    "without a quorum": lambda hall: hall.posted(opened(hall)),
}


@pytest.mark.parametrize("state", STATES)
def test_a_meeting_is_told_plainly_however_far_it_is(client, cast, hall, state):
    meeting = STATES[state](hall)
    for who in (None, hall.owners[0]):
        if who:
            client.force_login(who)
        assert_plain(client.get(meeting.get_absolute_url()))
        assert_plain(client.get(reverse("votes:of-compound", args=[cast.home.code])))
    assert_plain(client.get(page("cast", meeting)))
    assert_plain(client.get(page("objection", meeting)))
    assert_plain(client.post(page("objection", meeting), {}))


@pytest.mark.parametrize("who", ["tenant", "stranger"])
def test_whoever_may_not_vote_is_told_plainly(client, cast, hall, who):
    meeting = hall.open()
    if who == "tenant":
        unit = hall.rights[0].units.get().unit
        Residency.objects.create(
            unit=unit, person=cast.resident, kind=ResidencyKind.TENANT, from_on="2020-01-01"
        )
    client.force_login(cast.resident)
    assert_plain(client.get(page("cast", meeting)))


def test_a_petition_is_plain(client, cast, hall):
    client.force_login(hall.owners[0])
    new = reverse("votes:petition-new", args=[cast.home.code])
    assert_plain(client.get(new))
    assert_plain(client.post(new, {}))
    given = {"title": "换物业", "text": "长期不保洁", "at": timezone.now(), "key": uuid4()}
    petition = begin_petition(cast.home, by=hall.owners[0], **given)
    for owner in hall.owners[:2]:
        client.force_login(owner)
        assert_plain(client.get(reverse("votes:petition", args=[petition.pk])))


def test_what_anybody_checks_is_asked_and_told_plainly(client, hall):
    meeting = hall.open()
    for address in (
        reverse("votes:check"),
        reverse("evidence:check"),
        reverse("evidence:streams"),
        reverse("evidence:stream", args=[meeting.stream.origin]),
        reverse("votes:roll-posted", args=[meeting.compound.code, meeting.roll_id]),
    ):
        assert_plain(client.get(address))
