import base64
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from compounds.accounts.models import Authenticator
from compounds.accounts.rules import STEP_SECONDS, step_of, totp
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb

PASSWORD = "correct horse"
SIGN_IN, SECOND, MINE = "/sign-in/", "/sign-in/second-step/", "/me/authenticator/"
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def needed(settings):
    settings.STAFF_NEED_AUTHENTICATOR = True


def give_password(client, person, url=SIGN_IN):
    return client.post(url, {"phone": person.phone, "password": PASSWORD})


def digits(person, *, later=0):
    """What the person's app shows, `later` half minutes from now."""
    secret = Authenticator.objects.get(person=person).secret
    return totp(secret, int(timezone.now().timestamp()) // STEP_SECONDS + later)


def give_digits(client, code, url=SECOND):
    return client.post(url, {"code": code})


def enrolled(person, clock):
    client = Client()
    client.force_login(person)
    client.get(MINE)
    assert give_digits(client, digits(person), MINE).url == "/me/"
    clock.shift(timedelta(minutes=2))
    return client


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_digits_are_those_of_rfc_6238(seconds, code):
    assert totp(RFC_SECRET, seconds // STEP_SECONDS) == code


@pytest.mark.parametrize(("off", "accepted"), [(-60, 0), (-30, 1), (0, 1), (30, 1), (60, 0)])
def test_a_clock_may_be_half_a_minute_off(off, accepted):
    at = datetime(2026, 3, 2, 9, 0, 15, tzinfo=UTC)
    code = totp(RFC_SECRET, int(at.timestamp() + off) // STEP_SECONDS)

    assert (step_of(RFC_SECRET, code, at) is not None) == bool(accepted)


def test_whoever_set_it_up_is_asked_after_the_password(client, cast, clock):
    enrolled(cast.resident, clock)

    assert (
        give_password(client, cast.resident, f"{SIGN_IN}?next=/me/").url
        == f"{SECOND}?next=%2Fme%2F"
    )
    assert client.get("/me/").status_code == 302

    assert give_digits(client, digits(cast.resident), f"{SECOND}?next=/me/").url == "/me/"
    assert client.get("/me/").status_code == 200
    assert AuditEntry.objects.filter(verb=Verb.AUTHENTICATOR_SET, by=cast.resident).count() == 1


def test_digits_are_good_once(client, cast, clock):
    enrolled(cast.resident, clock)
    code = digits(cast.resident)
    give_password(client, cast.resident)
    assert give_digits(client, code).status_code == 302

    other = Client()
    give_password(other, cast.resident)

    assert "刚刚用过" in give_digits(other, code).content.decode()
    assert give_digits(other, digits(cast.resident, later=1)).status_code == 302


def test_wrong_digits_give_nothing_and_are_logged(client, cast, clock):
    enrolled(cast.resident, clock)
    give_password(client, cast.resident)

    response = give_digits(client, digits(cast.resident, later=5))

    assert "口令不对" in response.content.decode()
    assert client.get("/me/").status_code == 302
    assert AuditEntry.objects.filter(verb=Verb.SIGN_IN_FAILED).count() == 1


def test_five_tries_and_then_a_quarter_of_an_hour_of_rest(client, cast, clock):
    enrolled(cast.resident, clock)
    clock.shift(timedelta(minutes=15))
    give_password(client, cast.resident)
    for _ in range(5):
        give_digits(client, digits(cast.resident, later=5))

    assert "15 分钟后再试" in give_digits(client, digits(cast.resident)).content.decode()


def test_a_right_password_counts_for_ten_minutes(client, cast, clock):
    enrolled(cast.resident, clock)
    give_password(client, cast.resident)
    clock.shift(timedelta(minutes=11))

    assert give_digits(client, digits(cast.resident)).url == SIGN_IN


def test_nobody_skips_the_password(client, cast, clock):
    enrolled(cast.resident, clock)

    assert give_digits(client, digits(cast.resident)).url == SIGN_IN


@pytest.mark.usefixtures("needed")
def test_staff_without_it_set_it_up_on_their_way_in(client, cast):
    give_password(client, cast.secretary)
    page = client.get(SECOND).content.decode()
    assert Authenticator.objects.get(person=cast.secretary).groups[0] in page
    assert 'src="data:image/svg+xml' in page
    assert client.get("/me/").status_code == 302

    assert give_digits(client, digits(cast.secretary)).url == "/"
    assert client.get("/me/").status_code == 200


@pytest.mark.usefixtures("needed")
def test_the_secret_is_shown_until_it_is_used_and_never_after(client, cast, clock):
    enrolled(cast.secretary, clock)
    secret = Authenticator.objects.get(person=cast.secretary).groups[0]
    give_password(client, cast.secretary)

    assert secret not in client.get(SECOND).content.decode()


@pytest.mark.usefixtures("needed")
def test_residents_need_none(client, cast):
    assert give_password(client, cast.resident).url == "/"


def test_it_is_switched_off_with_one_last_code(client, cast, clock):
    mine = enrolled(cast.resident, clock)
    assert "口令不对" in give_digits(mine, digits(cast.resident, later=5), MINE).content.decode()

    assert give_digits(mine, digits(cast.resident), MINE).url == "/me/"

    assert give_password(client, cast.resident).url == "/"
    assert AuditEntry.objects.filter(verb=Verb.AUTHENTICATOR_REMOVED).count() == 1


def test_the_secret_is_encrypted_in_the_table(cast, clock):
    enrolled(cast.resident, clock)
    secret = Authenticator.objects.get().secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_authenticator")
        [[stored]] = cursor.fetchall()

    assert secret not in stored
