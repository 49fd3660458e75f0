from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from compounds.accounts.access import address_of
from compounds.accounts.actions import allow, forget_attempts
from compounds.accounts.models import Attempt
from compounds.accounts.rules import client_address, device_words

AT = timezone.now()
MINUTE = timedelta(minutes=1)


def ask(who="203.0.113.7", *, kind="report", at=AT):
    return allow(kind, who, limit=5, per=10 * MINUTE, at=at)


def test_what_is_limited_is_allowed_so_often_and_no_more(db):
    assert [ask() for _ in range(7)] == [True] * 5 + [False] * 2
    assert Attempt.objects.count() == 5


def test_a_limit_is_one_person_s_and_one_thing_s(db):
    for _ in range(5):
        ask()

    assert not ask()
    assert ask("203.0.113.8")
    assert ask(kind="code")


def test_a_limit_slides(db):
    for n in range(5):
        assert ask(at=AT + n * MINUTE)

    assert not ask(at=AT + 9 * MINUTE)
    assert ask(at=AT + 10 * MINUTE)
    assert not ask(at=AT + 10 * MINUTE)
    assert ask(at=AT + 11 * MINUTE)


def test_who_was_limited_cannot_be_read_from_the_table(db):
    ask("13800000001")

    assert "13800000001" not in str(Attempt.objects.values().get())


def test_old_attempts_are_forgotten(db):
    ask(at=AT - timedelta(days=3))
    ask(at=AT)

    assert forget_attempts(at=AT) == 1
    assert Attempt.objects.get().at == AT


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_do_not_slip_past_a_limit():
    def one(who):
        try:
            return ask(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        for trial in range(20):
            assert sum(pool.map(one, [f"trial {trial}"] * 16)) == 5


# --- Where a request comes from ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "address"),
    [
        ("203.0.113.7", "", [], "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", [], "203.0.113.7"),  # whoever says so is not believed
        ("127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("10.0.0.3", "6.6.6.6, 198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.3", "10.0.0.2", ["10.0.0.0/8"], "10.0.0.2"),
        ("10.0.0.3", "nonsense", ["10.0.0.0/8"], "10.0.0.3"),
        ("2001:db8:1:2:3::9", "", [], "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "", [], "203.0.113.7"),
        ("", "198.51.100.1", [], "0.0.0.0"),
    ],
)
def test_the_address_is_that_of_the_nearest_one_we_do_not_trust(
    remote, forwarded, trusted, address
):
    assert client_address(remote, forwarded, trusted) == address


def test_the_setting_names_the_proxies_we_believe(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6")

    assert address_of(request) == "127.0.0.1"
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    assert address_of(request) == "6.6.6.6"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU) AppleWebKit Safari MicroMessenger/8.0", "iPhone，微信"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140 Safari", "安卓手机，Chrome 浏览器"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari Edg/140", "Windows 电脑，Edge 浏览器"),
        ("curl/8", "其他设备"),
    ],
)
def test_a_device_is_called_what_its_owner_calls_it(agent, words):
    assert device_words(agent) == words
