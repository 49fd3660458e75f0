from datetime import UTC, datetime, timedelta

import pytest

from complaints.open311.rules import (
    Known,
    Trouble,
    compounds_meant,
    coordinate,
    end_of,
    full_name,
    listed,
    metres,
    moment,
    number,
    span,
    telephone,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAYS = timedelta(days=1)
KNOWN = [
    Known("BS001", "示范梧桐苑", "璧泉街道双狮社区示范路12号"),
    Known("BS002", "示范梧桐苑二期", "璧泉街道双狮社区示范路14号"),
    Known("BS003", "云栖花园", ""),
    Known("BS004", "翠堤花园", ""),
]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T08:00:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T08:00:00 08:00", datetime(2026, 3, 1, tzinfo=UTC)),  # an unquoted plus
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_moment_is_read_as_w3c_writes_it(written, expected):
    assert moment("start_date", written) == expected


@pytest.mark.parametrize("written", ["yesterday", "03/01/2026", "0001-01-01", "2026-13-01"])
def test_another_moment_is_refused_by_name(written):
    with pytest.raises(Trouble) as trouble:
        moment("start_date", written)
    assert trouble.value.code == 400
    assert "start_date" in trouble.value.descriptions[0]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, (NOW - 90 * DAYS, NOW)),
        (None, NOW - DAYS, (NOW - 91 * DAYS, NOW - DAYS)),
        (NOW - 200 * DAYS, None, (NOW - 200 * DAYS, NOW - 110 * DAYS)),
        (NOW - 90 * DAYS, NOW, (NOW - 90 * DAYS, NOW)),
    ],
)
def test_a_span_is_ninety_days(start, end, expected):
    assert span(start, end, now=NOW, what="") == expected


def test_a_longer_span_is_refused():
    with pytest.raises(Trouble, match="90 天"):
        span(NOW - 90 * DAYS - timedelta(seconds=1), NOW, now=NOW, what="")


def test_lists_are_comma_separated_repeated_or_both():
    assert listed(["lift,fire", " lift ", "", "gas"]) == ["lift", "fire", "gas"]


@pytest.mark.parametrize("written", ["0", "-1", "1001", "two", "1e3", "９"])
def test_a_page_is_a_small_whole_number(written):
    assert number("page", "", default=7, most=1000) == 7
    assert number("page", " 3 ", default=7, most=1000) == 3
    with pytest.raises(Trouble):
        number("page", written, default=7, most=1000)


@pytest.mark.parametrize("written", ["91", "nan", "inf", "north"])
def test_a_latitude_is_in_degrees(written):
    assert coordinate("lat", "29.592", 90) == 29.592
    with pytest.raises(Trouble):
        coordinate("lat", written, 90)


def test_distances_are_those_of_the_map():
    assert metres((29.592, 106.227), (29.601, 106.227)) == pytest.approx(1001, abs=2)
    assert metres((29.592, 106.227), (29.592, 106.237)) == pytest.approx(967, abs=2)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("重庆市璧山区示范梧桐苑5栋2单元", ["BS001"]),
        ("示范梧桐苑 二期 3栋", ["BS002"]),
        ("ＢＳ００３ 门口", []),
        ("BS003 门口", ["BS003"]),
        ("璧泉街道双狮社区示范路14号门口", ["BS002"]),
        ("云栖花园", ["BS003"]),
        ("住在梧桐苑的楼下", ["BS001"]),
        ("155 9th St", []),
        ("花园门口", []),
    ],
)
def test_a_compound_is_recognised_in_an_address(words, codes):
    assert [one.code for one in compounds_meant(words, KNOWN)] == codes


def test_two_compounds_that_fit_alike_are_both_named():
    twins = [Known("BS005", "春晓里东区", ""), Known("BS006", "春晓里西区", "")]
    assert len(compounds_meant("春晓里门口", twins)) == 2


def test_building_five_is_not_building_fifteen():
    assert end_of("5栋", "示范梧桐苑15栋") == 0
    assert end_of("5栋", "示范梧桐苑5栋2单元") == 7


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("建国", "王", "王建国"),
        ("Zach", "Williams", "Zach Williams"),
        ("", "王", "王"),
        ("", "", ""),
    ],
)
def test_a_name_is_said_as_its_language_says_it(first, last, name):
    assert full_name(first, last) == name


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("139 0000-0001", "13900000001"),
        ("+8613900000001", "13900000001"),
        ("023-41420000", "02341420000"),
        ("call me", "call me"),
    ],
)
def test_a_telephone_is_kept_as_it_is_dialled(written, number):
    assert telephone(written) == number
