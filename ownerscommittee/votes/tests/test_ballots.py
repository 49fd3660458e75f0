"""What a ballot must offer and who may cast it for whom: rules 18 and 19."""

from dataclasses import replace

import pytest

from compounds.rules import Refused
from ownerscommittee.votes.rules.ballots import Draft, check_proxy, lint_question, lint_vote
from ownerscommittee.votes.terms import Item, Question

APPROVAL = Draft(Question.APPROVAL, "是否解聘物业服务企业？", Item.PROPERTY_COMPANY)
PICK = replace(APPROVAL, kind=Question.PICK, text="选聘哪一家？", options=("甲", "乙"))
ELECTION = replace(
    PICK, kind=Question.ELECTION, item=Item.COMMITTEE, seats=5, choices=5, text="选举委员"
)


@pytest.mark.parametrize("good", [APPROVAL, PICK, ELECTION])
def test_a_whole_ballot_is_let_through(good):
    assert lint_question(good) == []


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        (replace(PICK, offers_none=False), "都不同意"),
        (replace(PICK, offers_abstain=False), "弃权"),
        (replace(PICK, options=("甲", "甲 ", "乙")), "选项重复：甲"),
        (replace(PICK, options=("甲",)), "选项太少"),
        (replace(PICK, options=("甲", "")), "空白"),
        (replace(PICK, choices=2), "最多选 1 个"),
        (replace(ELECTION, choices=6), "最多选 5 个"),
        (replace(ELECTION, item=Item.OTHER), "第3项"),
        (replace(PICK, item=Item.COMMITTEE), "请用“选举”"),
        (replace(APPROVAL, item=None), "哪一项"),
        (replace(APPROVAL, item=279), "哪一项"),
        (replace(APPROVAL, text=" "), "全文"),
    ],
)
def test_what_the_linter_refuses(draft, word):
    [wrong] = lint_question(draft)
    assert word in wrong


def test_a_vote_needs_questions_notice_and_a_frozen_roll():
    given = {"notice_days": 15, "least_notice_days": 15, "is_roll_frozen": True}

    assert lint_vote([APPROVAL], **given) == []
    assert lint_vote([], **given) == ["还没有议题。"]
    assert len(lint_vote([APPROVAL], **{**given, "notice_days": 14})) == 1
    assert len(lint_vote([APPROVAL], **{**given, "notice_days": None})) == 1
    assert "名册" in lint_vote([APPROVAL], **{**given, "is_roll_frozen": False})[0]
    assert lint_vote([APPROVAL, replace(PICK, choices=2)], **given)[0].startswith("议题2：")


@pytest.mark.parametrize(
    ("principals", "over", "why"),
    [
        (0, {}, None),
        (2, {}, None),
        (3, {}, "最多代理 3 位"),
        (0, {"is_written": False}, "书面"),
        (0, {"is_for_this_vote": False}, "不是为这次表决"),
    ],
)
def test_a_proxy_of_weifang_speaks_for_three(principals, over, why):
    given = {"principals": principals, "cap": 3, "is_written": True, "is_for_this_vote": True}
    if why is None:
        check_proxy(**given)
    else:
        with pytest.raises(Refused, match=why):
            check_proxy(**{**given, **over})
