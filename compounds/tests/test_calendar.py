from datetime import date, datetime, timedelta

import pytest

from compounds.models import working_calendar
from compounds.rules import SHANGHAI

VECTORS = [  # the event day, working days allowed, the last day (24:00)
    ("2026-02-12", 3, "2026-02-24"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-09-18", 2, "2026-09-21"),
    ("2026-09-30", 5, "2026-10-13"),
    ("2026-02-16", 1, "2026-02-24"),
    ("2026-04-30", 10, "2026-05-18"),
    ("2026-04-30", 7, "2026-05-13"),
]


@pytest.fixture
def calendar(db):
    return working_calendar()


@pytest.mark.parametrize(("start", "days", "last"), VECTORS)
def test_a_term_expires_at_the_end_of_its_last_working_day(calendar, start, days, last):
    begun = datetime.fromisoformat(f"{start}T15:20").replace(tzinfo=SHANGHAI)

    due = calendar.end_after_workdays(begun, days)

    assert due == datetime.fromisoformat(f"{last}T00:00").replace(tzinfo=SHANGHAI) + timedelta(1)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(calendar, year):
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]

    assert sum(map(calendar.is_workday, days)) == 248


def test_the_event_day_is_shanghai_s(calendar):
    late_in_utc = datetime.fromisoformat("2026-02-12T17:00+00:00")  # 02-13 01:00 there

    assert calendar.end_after_workdays(late_in_utc, 1) == datetime(2026, 2, 15, tzinfo=SHANGHAI)


def test_a_year_without_data_counts_monday_to_friday_and_says_so(calendar):
    assert not calendar.knows(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 1))
    assert not calendar.is_workday(date(2027, 1, 2))


OFFICE = [  # from, minutes of office time, until
    ("2026-03-02T10:00", 60, "2026-03-02T11:00"),
    ("2026-03-02T11:30", 60, "2026-03-02T14:00"),  # over the noon break
    ("2026-03-02T11:00", 60, "2026-03-02T12:00"),  # an interval filled to its end
    ("2026-03-02T17:00", 60, "2026-03-03T09:30"),
    ("2026-03-06T17:29", 60, "2026-03-09T09:59"),  # over a weekend
    ("2026-02-14T17:00", 60, "2026-02-24T09:30"),  # a make-up Saturday, then the holiday
    ("2026-03-01T08:00", 60, "2026-03-02T10:00"),
]


@pytest.mark.parametrize(("start", "minutes", "end"), OFFICE)
def test_office_time_passes_only_in_office_hours(calendar, start, minutes, end):
    start = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)

    ended = calendar.end_after_office_time(start, timedelta(minutes=minutes))

    assert f"{ended:%Y-%m-%dT%H:%M}" == end


def test_office_hours_may_last_until_midnight(calendar):
    start = datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI)

    ended = calendar.end_after_office_time(start, timedelta(minutes=60), ((0, 1440),))

    assert ended == datetime(2026, 3, 3, 0, 30, tzinfo=SHANGHAI)
