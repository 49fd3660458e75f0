"""From the sealed ballots to the announcement; and verify.py comes to the same result."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from compounds.notices.models import Notice
from compounds.rules import DAY, Conflict, Refused
from evidence.verify import verify
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.votes.actions.casting import cast_by_clerk, cast_by_proxy, cast_on_web
from ownerscommittee.votes.actions.counting import count_meeting
from ownerscommittee.votes.actions.papers import deliver_form, print_forms
from ownerscommittee.votes.actions.results import (
    announce_result,
    object_to_result,
    post_result,
    reply_to_objection,
)
from ownerscommittee.votes.actions.scrutiny import ask_void, decide_void
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.rules.results import Cast, Terms, channels_of, sheet_of
from ownerscommittee.votes.rules.sealing import Asked, labels_for
from ownerscommittee.votes.rules.weights import Weight
from ownerscommittee.votes.terms import Channel, Item, MeetingState, Outcome, Question
from ownerscommittee.votes.tests.bundles import bundle_of, receipt_file
from ownerscommittee.votes.tests.hall import CLOSES, VOTING, Hall
from ownerscommittee.votes.tests.test_casting import at_the_hall, letter_for, paper_of, typed

AGREE, AGAINST, ABSTAIN = ({"q1": [mark]} for mark in ("agree", "against", "abstain"))


def vote(hall, meeting, *marks, question="q1"):
    for owner, mark in zip(hall.owners, marks, strict=False):
        cast_on_web(meeting, choices={question: [mark]}, by=owner, at=VOTING)


def question_of(meeting):
    return meeting.results.latest().sheet["questions"][0]


# --- The count as a function of values ----------------------------------------------------------


def asked(kind=Question.APPROVAL, item=Item.OTHER, plans=(), seats=1, follows=False):
    labels = labels_for(kind, plans, may_follow=follows)
    return Asked("q1", kind, item, seats, "议题", labels)


marks = st.sampled_from(["agree", "against", "abstain", "void"])
ballots = st.lists(
    st.tuples(st.integers(1, 30000), st.sampled_from(Channel), marks), min_size=1, max_size=30
)


@given(ballots, st.randoms(use_true_random=False), st.integers(0, 90000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_tally_is_the_same_in_any_order_and_by_any_channel(told, dice, unreturned):
    everyone = Weight(sum(area for area, _, _ in told) + unreturned, len(told) + (unreturned > 0))
    cast = [Cast(Weight(area, 1), channel, {"q1": [mark]}) for area, channel, mark in told]
    elsewhere = [Cast(one.weight, Channel.WEB, one.choices) for one in cast]
    dice.shuffle(elsewhere)

    sheets = [sheet_of(asked(), each, Terms(everyone)) for each in (cast, elsewhere)]
    for sheet in sheets:
        sheet.pop("channels")
    assert sheets[0] == sheets[1]


def test_few_ballots_of_one_channel_are_not_shown_apart():
    def some(count, channel):
        return [Cast(Weight(100, 1), channel, AGREE) for _ in range(count)]

    apart = channels_of(asked(), some(20, "web") + some(12, "paper"))
    assert [one["channels"] for one in apart] == [["paper"], ["web"]]
    together = channels_of(asked(), some(20, "web") + some(12, "paper") + some(1, "phone"))
    assert [one["channels"] for one in together] == [["paper", "phone"], ["web"]]
    assert channels_of(asked(), some(9, "web")) == []


def test_numbers_that_do_not_add_up_are_not_published():
    pick = asked(Question.PICK, Item.PROPERTY_COMPANY, [("o1", "甲"), ("o2", "乙")])
    twice = [Cast(Weight(100, 1), "web", {"q1": ["o1", "o2"]})]
    with pytest.raises(Refused, match="对不上"):
        sheet_of(pick, twice, Terms(Weight(300, 3)))
    more_than_the_roll = [Cast(Weight(100, 1), "web", AGREE)] * 2
    with pytest.raises(Refused, match="比名册多"):
        sheet_of(asked(), more_than_the_roll, Terms(Weight(100, 1)))


# --- The life of a result -----------------------------------------------------------------------


def test_a_count_needs_two_who_stood_by(hall):
    meeting = hall.open()
    sweep_meetings(at=CLOSES)
    with pytest.raises(Refused, match="2 位见证人"):
        count_meeting(meeting, by=hall.chair, at=CLOSES)


def test_a_ballot_that_was_swapped_under_its_seal_stops_the_count(hall):
    meeting = hall.open()
    vote(hall, meeting, "agree", "against")
    first, second = (ballot.secret for ballot in meeting.ballots.order_by("pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    first.sealed, second.sealed = second.sealed, first.sealed
    first.save(), second.save()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")

    with pytest.raises(Refused, match="与投票时的存证不符"):
        count_meeting(hall.closed(meeting), by=hall.chair, at=CLOSES)


def test_each_objection_is_answered_before_the_announcement(hall, cast):
    meeting = hall.open()
    vote(hall, meeting, "agree", "agree", "agree")
    meeting = hall.posted(meeting)
    at, until = meeting.posted_at, meeting.objections_until
    words = {"text": "我家的面积不对", "by": hall.owners[3], "key": uuid4()}
    objection = object_to_result(meeting, at=at, **words)
    assert object_to_result(meeting, at=at, **words) == objection
    with pytest.raises(Refused, match="名册上没有您"):
        object_to_result(meeting, text="我", by=cast.stranger, at=at, key=uuid4())
    with pytest.raises(Conflict, match="异议期"):
        object_to_result(meeting, text="晚了", by=hall.owners[0], at=until, key=uuid4())
    with pytest.raises(Refused, match="异议期还没有满"):
        announce_result(meeting, by=hall.chair, at=until - DAY)
    with pytest.raises(Refused, match="1 条异议没有答复"):
        announce_result(meeting, by=hall.chair, at=until)
    reply = {"text": "以登记为准", "is_upheld": False, "by": hall.chair, "at": until}
    reply_to_objection(objection, **reply)
    with pytest.raises(Conflict, match="答复过了"):
        reply_to_objection(objection, **reply)
    announce_result(meeting, by=hall.chair, at=until)

    assert Notice.objects.filter(person=hall.owners[3], event="objection_replied").exists()


def test_a_void_after_the_count_must_be_counted_before_anything_goes_on(hall, tmp_path):
    meeting = hall.open()
    vote(hall, meeting, "agree", "agree", "agree", "against")
    meeting = hall.posted(meeting)
    with pytest.raises(Conflict, match="不用再计"):
        count_meeting(meeting, by=hall.chair, at=meeting.posted_at)
    ballot = meeting.ballots.get(right=hall.rights[0])
    void = ask_void(ballot, reason="冒名", by=hall.supervisor, at=meeting.posted_at)
    decide_void(void, is_confirmed=True, by=hall.other_supervisor, at=meeting.posted_at)
    with pytest.raises(Refused, match="先重新计票"):
        announce_result(meeting, by=hall.chair, at=meeting.objections_until)
    count_meeting(meeting, by=hall.chair, at=meeting.posted_at + DAY)
    meeting = hall.again(meeting)

    assert (meeting.state, meeting.objections_until) == (MeetingState.PRELIMINARY, None)
    assert question_of(meeting)["counts"]["agree"] == {"heads": 2, "area": 18000}
    meeting = post_result(meeting, by=hall.chair, at=meeting.closes_at + 3 * DAY)
    announce_result(meeting, by=hall.chair, at=meeting.objections_until)
    assert verified(meeting, tmp_path)


# --- Channels, and the stranger who checks ------------------------------------------------------


def verified(meeting, folder, *papers, opened=True):
    report = verify(str(bundle_of(meeting, folder, opened=opened)), papers)
    assert report.failures == []
    return report.facts


def test_paper_typed_by_two_comes_to_the_same_as_the_screen(cast, tmp_path):
    hall = Hall(cast, owners=8)
    meeting = hall.open(motions=((Item.COMMON_PARTS, "出租架空层"),))
    vote(hall, meeting, "agree", "agree", "against")
    rights = hall.rights
    typed(hall, paper_of(hall, meeting, rights[3]), AGREE, AGREE)
    typed(hall, paper_of(hall, meeting, rights[4]), AGREE, AGAINST, AGREE)
    at_the_hall(hall, meeting, rights[5], choices=AGREE)
    cast_by_clerk(
        meeting,
        rights[6],
        channel=Channel.PHONE,
        choices=ABSTAIN,
        note="录音 7",
        by=hall.clerk,
        at=VOTING,
    )
    proxy = letter_for(hall, meeting, rights[7], hall.owners[0])
    cast_by_proxy(proxy, choices=AGREE, by=hall.owners[0], at=VOTING)
    mine = meeting.ballots.get(right=rights[0])
    meeting = hall.announced(meeting)

    question = question_of(meeting)
    assert question["counts"]["agree"]["heads"] == 6
    assert question["outcome"] == Outcome.PASSED  # 6 of 8 are three quarters
    facts = verified(meeting, tmp_path / "bundle", receipt_file(mine, tmp_path / "receipt.json"))
    assert any("逐票清点了 8 张有效票" in fact for fact in facts)


def test_a_forged_receipt_is_caught(hall, tmp_path):
    meeting = hall.open()
    vote(hall, meeting, "agree")
    meeting = hall.closed(meeting)
    path = tmp_path / "receipt.json"
    receipt_file(meeting.ballots.get(), path)
    receipt = json.loads(path.read_text())
    path.write_text(json.dumps({**receipt, "choices": AGAINST}))

    report = verify(str(bundle_of(meeting, tmp_path / "bundle")), [str(path)])
    assert report.failures


def test_a_committee_is_elected_and_a_tie_at_the_last_seat_waits_for_the_lot(hall, tmp_path):
    meeting = hall.draft(motions=())
    hall.motion(
        meeting,
        item=Item.COMMITTEE,
        kind=Question.ELECTION,
        seats=3,
        title="选举业委会",
        labels=["甲", "乙", "丙", "丁"],
    )
    meeting = hall.open(meeting)
    left_out = ["o4", "o3", "o2", "o1"]
    for owner, left in zip(hall.owners, left_out, strict=True):
        chosen = [ident for ident in reversed(left_out) if ident != left]
        cast_on_web(meeting, choices={"q1": chosen}, by=owner, at=VOTING)
    meeting = hall.closed(meeting)
    with pytest.raises(Refused, match="票数和面积都相同"):
        count_meeting(meeting, by=hall.chair, at=CLOSES)
    count_meeting(meeting, lots="丁、丙，乙、甲", by=hall.chair, at=CLOSES)

    question = question_of(meeting)
    assert (question["elected"], question["reserves"]) == (["o4", "o3", "o2"], ["甲"])
    verified(hall.again(meeting), tmp_path)


def where_owners_follow(cast, rule):
    """Ten owners whose bylaws have 从众, in a place that allows it; the last got a paper in vain."""
    hall = Hall(cast, owners=10)
    since = {"in_force_on": "2026-01-01", "at": VOTING}
    profile = LocalityProfile.objects.create(
        region="示例", numbers={"follow_majority": {"value": 1}}, **since
    )
    terms = {"follow_majority": {"value": rule, "article": "第二十条"}}
    bylaws = Bylaws.objects.create(compound=cast.home, terms=terms, **since)
    holdings = [(owner, 9000) for owner in hall.owners]
    hall.roll = hall.settled_roll(holdings, profile=profile, bylaws=bylaws)
    meeting = hall.open()
    last = hall.roll.rights.order_by("number").last()
    (form,) = print_forms(meeting, [last], by=hall.clerk, at=VOTING)
    deliver_form(form, note="本人签收", by=hall.clerk, at=VOTING)
    return hall, meeting


@pytest.mark.parametrize(("rule", "followers"), [("chosen", 2), ("delivered", 3)])
def test_those_who_follow_stand_beside_the_strict_tally(cast, tmp_path, rule, followers):
    hall, meeting = where_owners_follow(cast, rule)
    vote(hall, meeting, *["agree"] * 4, *["against"] * 3, *["follow"] * 2)
    meeting = hall.counted(meeting)

    question = question_of(meeting)
    assert (question["strict"], question["outcome"]) == ("passed", "passed")
    assert question["strict_participating"]["heads"] == 7
    assert question["participating"]["heads"] == 7 + followers
    assert question["counts"]["followed"]["heads"] == followers
    assert question["counts"]["unreturned"]["heads"] == 3 - followers
    verified(meeting, tmp_path)


@pytest.mark.parametrize(
    "marks",
    [
        ["agree"] * 2 + ["against"] + ["abstain"] * 4,
        ["agree"] * 3 + ["against"] + ["abstain"] * 3,
        ["agree"] * 3 + ["against"] * 3 + ["abstain"],
    ],
)
def test_where_most_abstain_or_both_sides_tie_nobody_is_followed(cast, tmp_path, marks):
    hall, meeting = where_owners_follow(cast, "delivered")
    vote(hall, meeting, *marks, "follow", "follow")
    meeting = hall.counted(meeting)

    question = question_of(meeting)
    assert (question["direction"], question["participating"]["heads"]) == ("", 7)
    assert question["counts"]["followed"]["heads"] == 3
    verified(meeting, tmp_path)
