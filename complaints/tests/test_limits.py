from datetime import datetime

import pytest

from complaints.rules.clocks import light_of
from complaints.rules.limits import DEFAULT_TERMS, Limit, Policy
from complaints.terms import ClockKind, Kind, Lane, Light, State
from compounds.models import working_calendar
from compounds.rules import SHANGHAI

POLICY = Policy(DEFAULT_TERMS)


@pytest.fixture
def calendar(db):
    return working_calendar()


def moment(written):
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


LIMITS = [  # written, start, warning, end
    ("15min", "2026-03-02T09:00", "2026-03-02T09:11:15", "2026-03-02T09:15"),
    ("24h", "2026-02-14T09:00", "2026-02-15T03:00", "2026-02-15T09:00"),  # a holiday counts
    ("24wh", "2026-02-14T09:00", "2026-02-24T03:00", "2026-02-24T09:00"),  # and here it does not
    ("1oh", "2026-03-02T17:00", "2026-03-03T09:15", "2026-03-03T09:30"),
    ("1wd", "2026-03-02T09:00", "2026-03-03T00:00", "2026-03-04T00:00"),
    ("3wd", "2026-03-02T09:00", "2026-03-05T00:00", "2026-03-06T00:00"),
    ("5wd", "2026-03-02T09:00", "2026-03-06T18:00", "2026-03-10T00:00"),  # a quarter is 1.25 days
    ("7wd", "2026-04-30T09:00", "2026-05-12T06:00", "2026-05-14T00:00"),
]


@pytest.mark.parametrize(("written", "start", "warning", "end"), LIMITS)
def test_a_limit_warns_and_ends(calendar, written, start, warning, end):
    limit = Limit.parse(written)

    assert limit.warning(moment(start), calendar) == moment(warning)
    assert limit.after(moment(start), calendar) == moment(end)


def test_nonsense_is_no_limit():
    with pytest.raises(ValueError, match="3 weeks"):
        Limit.parse("3 weeks")


GIVEN = [  # tickets.md §3
    (ClockKind.ACCEPT, Lane.URGENT, Kind.REQUEST, "15 分钟"),
    (ClockKind.CONTACT, Lane.URGENT, Kind.REQUEST, "30 分钟"),
    (ClockKind.FINISH, Lane.URGENT, Kind.REQUEST, "2 小时"),
    (ClockKind.SIGN, Lane.VITAL, Kind.REQUEST, "30 分钟"),
    (ClockKind.CONTACT, Lane.VITAL, Kind.REQUEST, "2 小时"),
    (ClockKind.FINISH, Lane.VITAL, Kind.REQUEST, "24 小时"),
    (ClockKind.ACCEPT, Lane.GENERAL, Kind.REPORT, "1 个工作日"),
    (ClockKind.SIGN, Lane.GENERAL, Kind.REPORT, "1 个工作小时"),
    (ClockKind.FINISH, Lane.GENERAL, Kind.ENQUIRY, "3 个工作日"),
    (ClockKind.FINISH, Lane.GENERAL, Kind.REQUEST, "5 个工作日"),
    (ClockKind.FINISH, Lane.GENERAL, Kind.SUGGESTION, "5 个工作日"),
    (ClockKind.FINISH, Lane.GENERAL, Kind.COMPLAINT, "7 个工作日"),
    (ClockKind.FINISH, Lane.GENERAL, Kind.REPORT, "7 个工作日"),
    (ClockKind.FINISH, Lane.COMPLEX, Kind.COMPLAINT, "15 个工作日"),
    (ClockKind.COMPOUND, Lane.GENERAL, Kind.COMPLAINT, "3 个工作日"),
]


@pytest.mark.parametrize(("clock", "lane", "kind", "words"), GIVEN)
def test_the_district_s_limits(clock, lane, kind, words):
    assert str(POLICY.limit(clock, lane, kind)) == words


def test_praise_runs_against_no_clock():
    assert POLICY.limit(ClockKind.FINISH, Lane.GENERAL, Kind.PRAISE) is None


def ladder(calendar, clock, lane, start, limit):
    started_at, limit = moment(start), Limit.parse(limit)
    steps = POLICY.steps(
        clock,
        lane,
        started_at=started_at,
        warn_at=limit.warning(started_at, calendar),
        due_at=limit.after(started_at, calendar),
        calendar=calendar,
    )
    return [(level, f"{at.astimezone(SHANGHAI):%m-%d %H:%M}") for level, at in steps]


def test_the_ordinary_ladder_climbs_by_working_days(calendar):
    # 7 working days end on Tuesday 03-10 at 24:00.
    assert ladder(calendar, ClockKind.FINISH, Lane.GENERAL, "2026-02-28T09:00", "7wd") == [
        (0, "03-09 06:00"),
        (1, "03-11 00:00"),
        (2, "03-12 00:00"),
        (3, "03-14 00:00"),
        (4, "03-18 00:00"),
    ]


def test_the_urgent_ladder_climbs_day_and_night(calendar):
    assert ladder(calendar, ClockKind.ACCEPT, Lane.URGENT, "2026-02-15T23:00", "15min") == [
        (0, "02-15 23:15"),
        (1, "02-15 23:30"),
        (2, "02-16 00:15"),
        (3, "02-16 01:15"),
        (4, "02-16 03:15"),
    ]


LIGHTS = [
    (State.IN_HAND, "2026-03-01T00:00", Light.GREEN),
    (State.IN_HAND, "2026-03-02T00:00", Light.YELLOW),
    (State.IN_HAND, "2026-03-03T00:00", Light.RED),
    (State.CALLBACK, "2026-03-03T00:00", Light.GREEN),
]


@pytest.mark.parametrize(("state", "at", "light"), LIGHTS)
def test_lights_follow_the_moments(state, at, light):
    warn, due = moment("2026-03-02T00:00"), moment("2026-03-03T00:00")

    assert light_of(state=state, warn_at=warn, due_at=due, at=moment(at)) == light


def test_what_has_no_term_is_green():
    assert (
        light_of(state=State.CLOSED, warn_at=None, due_at=None, at=moment("2026-03-03T00:00"))
        == Light.GREEN
    )
