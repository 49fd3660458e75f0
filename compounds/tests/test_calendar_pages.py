from datetime import date, datetime

import pytest
from django.urls import reverse

from compounds.actions import load_year
from compounds.forms.calendar import lines_of
from compounds.models import CalendarYear, calendar_runs_out, working_calendar
from compounds.rules import SHANGHAI, Refused

LINES = "放 2027-01-01~2027-01-03 元旦\n班 2027-01-09 元旦"
URL = "/manage/calendar/2027/"


def shanghai(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_year_is_previewed_and_then_loaded(client, cast):
    client.force_login(cast.administrator)

    preview = client.post(URL, {"lines": LINES, "source": "国办发"})
    assert "这是预览" in preview.text
    assert not CalendarYear.objects.filter(year=2027).exists()

    client.post(URL, {"lines": LINES, "source": "国办发", "confirm": "yes"})
    calendar = working_calendar()
    assert calendar.is_workday(date(2027, 1, 9))
    assert not calendar.is_workday(date(2027, 1, 1))


def test_a_year_loaded_again_forgets_its_earlier_days_and_says_when(cast):
    first, then = shanghai("2026-12-01T09:00"), shanghai("2026-12-02T09:00")
    load_year(2027, {date(2027, 5, 3): (False, "劳动节")}, by=cast.administrator, at=first)

    load_year(2027, {date(2027, 5, 4): (False, "劳动节")}, by=cast.administrator, at=then)

    year = CalendarYear.objects.get(year=2027)
    assert year.loaded_at == then
    assert [each.day for each in year.exceptions.all()] == [date(2027, 5, 4)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("休 2027-01-01", "看不懂"),
        ("放 2027-02-30", "没有 2027-2-30 这一天|没有 2027-02-30 这一天"),
        ("放 2026-12-31~2027-01-01 元旦", "不在 2027 年"),
        ("放 2027-01-03~2027-01-01 元旦", "结束日期要在开始日期之后"),
        ("放 2027-01-01~2027-12-31 元旦", "不超过 31 天"),
        ("班 2027-01-04 元旦", "周一至周五本来就上班"),
        ("放 2027-01-01 元旦\n放 2027-01-01 元旦", "第 2 行：2027-01-01 前面已经写过"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_loaded(client, cast, line, why):
    client.force_login(cast.administrator)

    response = client.post(URL, {"lines": line, "confirm": "yes"})

    [error] = response.context["form"].errors["lines"]
    assert any(words in error for words in why.split("|"))
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_what_is_stored_comes_back_as_the_lines_that_load_it(client, cast):
    year = CalendarYear.objects.get(year=2026)
    before = year.entries()
    client.force_login(cast.administrator)

    client.post(
        "/manage/calendar/2026/", {"lines": lines_of(year), "source": year.source, "confirm": "yes"}
    )

    assert CalendarYear.objects.get(year=2026).entries() == before


def test_a_day_of_another_year_is_refused_by_the_deed_too(cast):
    with pytest.raises(Refused, match="不在 2027 年"):
        load_year(
            2027, {date(2026, 5, 3): (False, "")}, by=cast.administrator, at=shanghai("2026-12-01")
        )


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-01T00:00", None),
        ("2026-11-02T00:00", date(2026, 12, 31)),
        ("2026-12-31T23:59", date(2026, 12, 31)),
        ("2027-06-01T09:00", date(2026, 12, 31)),
    ],
)
def test_the_alarm_rings_sixty_days_before_the_calendar_ends(db, at, until):
    assert calendar_runs_out(shanghai(at)) == until


def test_the_page_rings_the_alarm_and_offers_the_next_year(client, cast, time_machine):
    time_machine.move_to(shanghai("2026-12-01T09:00"))
    client.force_login(cast.administrator)

    response = client.get(reverse("compounds:calendar"))

    assert "日历只到 2026-12-31" in response.text
    assert URL in response.text


def test_a_year_of_the_calendar_has_twelve_months(client, cast):
    client.force_login(cast.administrator)

    response = client.get("/manage/calendar/2026/")

    months = response.context["months"]
    assert len(months) == 12
    assert sum(month.workdays for month in months) == 248


@pytest.mark.parametrize("who", ["resident", "secretary", "security", "auditor", "street_leader"])
def test_only_the_administrator_touches_the_calendar(client, cast, who):
    client.force_login(getattr(cast, who))

    assert client.get(reverse("compounds:calendar")).status_code == 403
    assert client.post(URL, {"lines": LINES, "confirm": "yes"}).status_code == 403
    assert not CalendarYear.objects.filter(year=2027).exists()
