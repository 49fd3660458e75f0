from datetime import datetime, timedelta

from compounds.models import CalendarYear
from compounds.notices.actions import warn_of_calendar
from compounds.notices.models import Notice
from compounds.rules import SHANGHAI

AUTUMN = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


def test_administrators_hear_once_a_week_that_the_calendar_runs_out(cast):
    for day in range(8):
        warn_of_calendar(at=AUTUMN + timedelta(days=day))

    notices = Notice.objects.filter(event="calendar_runs_out")
    assert {notice.person for notice in notices} == {cast.administrator}
    assert len(notices) == 2
    assert "2026-12-31" in notices[0].body


def test_nobody_is_bothered_while_there_is_time(cast):
    warn_of_calendar(at=AUTUMN - timedelta(days=60))
    CalendarYear.objects.create(year=2027)
    warn_of_calendar(at=AUTUMN)

    assert not Notice.objects.filter(event="calendar_runs_out").exists()
