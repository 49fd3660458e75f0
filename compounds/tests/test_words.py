from datetime import UTC, date, datetime, timedelta

import pytest

from compounds.rules import SHANGHAI
from compounds.templatetags.words import day, dt, due, iso, left, masked, stacked

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI)


def test_a_moment_is_told_in_shanghai_time():
    assert dt(datetime(2026, 11, 25, 6, 5, tzinfo=UTC)) == "11 月 25 日（周三）14:05"
    assert dt(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == "1 月 1 日（周五）00:00"


def test_a_day_is_told_of_a_date_and_of_a_moment():
    assert day(date(2028, 2, 29)) == "2 月 29 日（周二）"
    assert day(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) == "11 月 25 日（周三）"


def test_a_limit_at_midnight_is_the_end_of_a_day():
    assert due(datetime(2026, 11, 26, 0, 0, tzinfo=SHANGHAI)) == "11 月 25 日（周三）24:00"
    assert due(datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI)) == "12 月 31 日（周四）24:00"
    assert due(NOON) == "11 月 25 日（周三）12:00"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=2, hours=3, minutes=40), "还剩 2 天 3 小时"),
        (timedelta(days=1, minutes=5), "还剩 1 天"),
        (timedelta(hours=3, minutes=20), "还剩 3 小时 20 分钟"),
        (timedelta(hours=3), "还剩 3 小时"),
        (timedelta(seconds=59), "还剩不到 1 分钟"),
        (timedelta(0), "还剩不到 1 分钟"),
        (-timedelta(seconds=1), "刚刚超期"),
        (-timedelta(minutes=40), "已超 40 分钟"),
        (-timedelta(days=3), "已超 3 天"),
    ],
)
def test_time_left_is_told_in_two_units_at_most(span, words):
    assert left(NOON + span, NOON) == words


@pytest.mark.parametrize("said", [dt, day, due, iso, masked, lambda value: left(value, NOON)])
def test_nothing_is_said_of_nothing(said):
    assert said(None) == ""


def test_a_phone_is_masked():
    assert masked("13812340000") == "138****0000"


def test_the_parts_of_a_bar_lie_end_to_end():
    parts = stacked([(3, "ok", "正常"), (0, "soon", "快到期"), (1, "late", "超期")])

    assert [(part.x, part.width, part.tone) for part in parts] == [(0, 3, "ok"), (3, 1, "late")]
