from datetime import datetime, timedelta

import pytest

from compounds.notices.rules import channels, digest_at, is_quiet, not_before, retry_at, shortened
from compounds.rules import SHANGHAI
from tests.cast import MONDAY


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (at(2, 7, 59), at(2, 8)),
        (at(2, 8), at(2, 8)),
        (at(2, 20, 59), at(2, 20, 59)),
        (at(2, 21), at(3, 8)),
        (at(2, 23, 59), at(3, 8)),
        (at(3, 0), at(3, 8)),
        (at(31, 22), datetime(2026, 4, 1, 8, tzinfo=SHANGHAI)),
    ],
)
def test_what_can_wait_is_not_sent_between_nine_and_eight(moment, sent):
    assert not_before(moment, is_urgent=False) == sent
    assert not_before(moment, is_urgent=True) == moment
    assert is_quiet(moment) == (sent != moment)


def test_the_clock_of_the_server_may_stand_anywhere():
    assert not_before(at(2, 22).astimezone(None), is_urgent=False) == at(3, 8)


def test_attempts_lie_ever_further_apart_and_end():
    waits = [retry_at(attempts, MONDAY) for attempts in range(1, 8)]

    minutes = [1, 5, 25, 125, 625]
    assert waits == [MONDAY + timedelta(minutes=wait) for wait in minutes] + [None, None]


@pytest.mark.parametrize(
    ("has", "ways"),
    [
        ({}, []),
        ({"email": "a@b.cn"}, ["email"]),
        ({"email": "a@b.cn", "openid": "o"}, ["email", "wechat"]),
        ({"is_compulsory": True}, ["sms"]),
        ({"email": "a@b.cn", "is_compulsory": True}, ["email", "sms"]),
        ({"has_account": False}, ["sms"]),
    ],
)
def test_a_message_goes_by_what_the_person_has(has, ways):
    given = {"has_account": True, "email": "", "openid": "", "is_compulsory": False, "chosen": {}}

    assert list(channels(**{**given, **has})) == ways


BOTH = {"has_account": True, "email": "a@b.cn", "openid": "o"}


@pytest.mark.parametrize(
    ("chosen", "ways"),
    [
        ({}, {"email": "now", "wechat": "now"}),
        ({"email": "digest"}, {"email": "digest", "wechat": "now"}),
        ({"email": "never", "wechat": "never"}, {}),
        ({"sms": "now", "email": "never"}, {"wechat": "now", "sms": "now"}),
    ],
)
def test_a_message_goes_as_the_person_chose_unless_it_is_compulsory(chosen, ways):
    assert channels(**BOTH, is_compulsory=False, chosen=chosen) == ways
    assert {*channels(**BOTH, is_compulsory=True, chosen=chosen).values()} == {"now"}
    assert len(channels(**BOTH, is_compulsory=True, chosen=chosen)) == 3


@pytest.mark.parametrize(
    ("moment", "digest"),
    [(at(2, 7, 59), at(2, 8)), (at(2, 8), at(3, 8)), (at(2, 23), at(3, 8))],
)
def test_the_digest_goes_at_the_next_eight_in_the_morning(moment, digest):
    assert digest_at(moment) == digest


def test_a_long_text_is_cut_with_a_sign():
    assert shortened("一二三四", 4) == "一二三四"
    assert shortened("一二三四五", 4) == "一二三…"
