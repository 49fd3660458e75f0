"""Days as the Civil Code counts them: rules 13 to 15, 22, 24."""

from datetime import date, datetime, timedelta

import pytest

from compounds.rules import SHANGHAI, Calendar, Refused
from ownerscommittee.votes.rules import timetable
from ownerscommittee.votes.rules.timetable import Extension
from ownerscommittee.votes.rules.weights import Weight
from ownerscommittee.votes.terms import Item

CALENDAR = Calendar(
    days_off=frozenset(date(2026, 5, day) for day in range(1, 6)),
    days_on=frozenset({date(2026, 5, 9)}),
    years=frozenset({2026}),
)


def on(month, day, hour=0):
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("noticed", "days", "earliest"),
    [
        (on(3, 2, 9), 15, on(3, 18)),  # 3 to 17 March, whatever the hour of the notice
        (on(3, 2, 23), 15, on(3, 18)),
        (on(3, 6, 9), 15, on(3, 24)),  # the 21st is a Saturday: the last day is Monday
        (on(4, 17, 9), 15, on(5, 7)),  # 2 May is a holiday: the 6th is the first working day
        (on(4, 24, 9), 15, on(5, 10)),  # 9 May is a Saturday that is worked
    ],
)
def test_fifteen_full_days_of_notice(noticed, days, earliest):
    assert timetable.earliest_opening(noticed, days, CALENDAR) == earliest
    assert timetable.check_notice(noticed, earliest, days, CALENDAR) == earliest
    with pytest.raises(Refused, match="最早"):
        timetable.check_notice(noticed, earliest - timedelta(seconds=1), days, CALENDAR)


@pytest.mark.parametrize(("days", "allowed"), [(4, False), (5, True), (60, True), (61, False)])
def test_the_window_of_hangzhou(days, allowed):
    window = {"least": 5, "most": 60}
    if allowed:
        timetable.check_window(on(3, 2), on(3, 2) + timedelta(days), **window)
    else:
        with pytest.raises(Refused, match="表决期"):
            timetable.check_window(on(3, 2), on(3, 2) + timedelta(days), **window)


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"at": on(3, 12)}, "已经截止"),
        ({"reason": " "}, "为什么"),
        ({"new_closes_at": on(3, 11)}, "要晚于"),
        ({"new_closes_at": on(5, 2)}, "最多 60 天"),
        ({}, None),
    ],
)
def test_an_extension_only_before_the_close_with_a_reason_and_within_bounds(over, why):
    given = {
        "at": on(3, 11),
        "closes_at": on(3, 12),
        "new_closes_at": on(3, 22),
        "reason": "还差 37 人",
    }
    limits = {"opens_at": on(3, 2), "earlier": 0, "allowed": 1, "most": 60}
    extension = Extension(**{**given, **over})
    if why is None:
        timetable.check_extension(extension, **limits)
        with pytest.raises(Refused, match="最多延长 1 次"):
            timetable.check_extension(extension, **{**limits, "earlier": 1})
    else:
        with pytest.raises(Refused, match=why):
            timetable.check_extension(extension, **limits)


@pytest.mark.parametrize(
    ("heads", "area", "counts_area", "stands"),
    [
        (124, 0, False, True),
        (123, 1_000, False, False),
        (124, 199, True, False),
        (124, 200, True, True),
    ],
)
def test_a_fifth_of_620_owners_calls_a_meeting(heads, area, counts_area, stands):
    supporters, everyone = Weight(area, heads), Weight(1_000, 620)
    given = {"percent": 20, "counts_area": counts_area}

    assert timetable.petition_stands(supporters, everyone, **given) is stands
    if not stands:
        with pytest.raises(Refused, match="20%"):
            timetable.check_petition(supporters, everyone, **given)


def test_what_a_result_obliges_to():
    duties = timetable.duties_after(
        on(3, 2, 9), {Item.COMMITTEE, Item.PROPERTY_COMPANY}, CALENDAR, dismisses=True
    )

    assert [(duty.name, duty.due_at) for duty in duties] == [
        ("新一届业委会召开第一次会议", on(3, 10)),
        ("到街道备案", on(4, 2)),
        ("提前六十日书面通知物业服务人", on(5, 7)),  # 1 May is a holiday
    ]
    assert timetable.duties_after(on(3, 2), {Item.OTHER}, CALENDAR) == []
    assert timetable.at_risk_until(on(3, 2)) == date(2027, 3, 2)
