from datetime import datetime, timedelta

import pytest

from complaints.rules.moves import (
    MOVES,
    STAYS,
    UNDOES,
    check_reopening,
    check_reply,
    check_whistle,
    check_withdrawal,
    demands_redo,
    state_after,
)
from complaints.terms import Lane, Resolution, Satisfaction, Solved, State
from compounds.rules import SHANGHAI, Conflict, Refused

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
LISTED = {(verb, state) for verb, (starts, _) in MOVES.items() for state in starts}
LISTED |= {(verb, state) for verb, states in STAYS.items() for state in states}
LISTED |= {(verb, start) for verb, (start, _) in UNDOES.items()}


@pytest.mark.parametrize("verb", [*MOVES, *STAYS, *UNDOES])
@pytest.mark.parametrize("state", State)
def test_what_is_not_listed_is_refused(verb, state):
    if (verb, state) in LISTED:
        assert state_after(verb, state) in State
    else:
        with pytest.raises(Conflict, match="请看最新进展"):
            state_after(verb, state)


WHISTLES = [  # lane, own limit ends, needs enforcement, allowed
    (Lane.GENERAL, NOON + HOUR, False, False),
    (Lane.GENERAL, NOON, False, True),
    (Lane.GENERAL, NOON + HOUR, True, True),
    (Lane.URGENT, NOON + HOUR, False, True),
    (Lane.VITAL, None, False, True),
    (Lane.GENERAL, None, False, False),
]


@pytest.mark.parametrize(("lane", "own_due_at", "needs_enforcement", "allowed"), WHISTLES)
def test_a_whistle_needs_a_reason(lane, own_due_at, needs_enforcement, allowed):
    ask = {"own_due_at": own_due_at, "needs_enforcement": needs_enforcement, "at": NOON}
    if allowed:
        check_whistle(lane, **ask)
    else:
        with pytest.raises(Refused, match="小区自办期限还没到"):
            check_whistle(lane, **ask)


def test_a_reply_of_nineteen_letters_is_too_short_and_spaces_do_not_help():
    with pytest.raises(Refused, match="至少写 20 个字"):
        check_reply("字 " * 19, Resolution.SOLVED, has_date=False, letters=20)
    check_reply("字" * 20, Resolution.SOLVED, has_date=False, letters=20)


def test_a_long_term_plan_names_its_day():
    with pytest.raises(Refused, match="计划完成的日期"):
        check_reply("字" * 20, Resolution.LONG_TERM, has_date=False, letters=20)
    check_reply("字" * 20, Resolution.LONG_TERM, has_date=True, letters=20)


def test_a_ticket_may_be_reopened_for_fifteen_days():
    closed = NOON - timedelta(days=15)

    check_reopening(closed, at=NOON, days=15)
    with pytest.raises(Refused, match="请重新报一次"):
        check_reopening(closed, at=NOON + HOUR, days=15)


def test_danger_cannot_be_withdrawn_nor_what_others_wait_for():
    check_withdrawal(Lane.GENERAL, followers=0)
    with pytest.raises(Refused, match="不能撤回"):
        check_withdrawal(Lane.URGENT, followers=0)
    with pytest.raises(Refused, match="还有 2 位邻居"):
        check_withdrawal(Lane.GENERAL, followers=2)


@pytest.mark.parametrize(
    ("solved", "satisfaction", "again"),
    [
        (Solved.YES, Satisfaction.SATISFIED, False),
        (Solved.PARTLY, Satisfaction.BASICALLY, False),
        (Solved.NO, Satisfaction.SATISFIED, True),
        (Solved.YES, Satisfaction.DISSATISFIED, True),
    ],
)
def test_no_or_dissatisfied_means_again(solved, satisfaction, again):
    assert demands_redo(solved, satisfaction) is again
