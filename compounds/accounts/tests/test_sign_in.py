from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compounds.accounts.models import SignIn
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from compounds.models import Post
from compounds.terms import Role

PASSWORD = "correct horse"
URL = "/sign-in/"
ME = "/me/"


def post(client, person, password=PASSWORD, url=URL, **more):
    return client.post(url, {"phone": person.phone, "password": password}, **more)


def verbs():
    log = AuditEntry.objects.exclude(verb__startswith="row_").order_by("pk")
    return list(log.values_list("verb", flat=True))


def test_a_person_signs_in_by_phone_and_password(client, cast):
    response = post(client, cast.resident)

    assert (response.status_code, response.url) == (302, "/")
    assert client.get(ME).context["user"] == cast.resident
    assert verbs() == [Verb.SIGNED_IN]


@pytest.mark.parametrize("written", ["138 0000 0001", "138-0000-0001", "+86 13800000001"])
def test_a_phone_may_be_written_as_people_write_it(client, cast, written):
    assert cast.resident.phone == "13800000001"

    response = client.post(URL, {"phone": written, "password": PASSWORD})

    assert response.status_code == 302


def test_a_wrong_password_keeps_the_phone_and_never_the_password(client, cast):
    response = post(client, cast.resident, "wrong horse")

    page = response.content.decode()
    assert response.status_code == 200
    assert cast.resident.phone in page
    assert "wrong horse" not in page
    assert "手机号或密码不对" in page
    assert verbs() == [Verb.SIGN_IN_FAILED]


@pytest.mark.parametrize("phone", ["", "12345", "手机"])
def test_what_is_no_phone_is_said_to_be_none(client, db, phone):
    response = client.post(URL, {"phone": phone, "password": PASSWORD})

    assert "phone" in response.context["form"].errors
    assert verbs() == []


@pytest.fixture
def hashed(monkeypatch):
    """How many times a password went through the hasher."""
    calls = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        calls.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return calls


@pytest.mark.parametrize("who", ["without password", "closed", "unknown"])
def test_the_answer_and_its_work_are_the_same_whether_or_not_the_phone_exists(cast, hashed, who):
    person = cast.person("另一人")
    if who == "closed":
        person.is_active = False
    if who == "without password":
        person.set_unusable_password()
    person.save()

    phone = "13911112222" if who == "unknown" else person.phone
    assert answers(phone, hashed) == answers(cast.resident.phone, hashed)


def answers(phone, hashed):
    """What a wrong password shows, and what it costs us."""
    hashed.clear()
    with CaptureQueriesContext(connection) as captured:
        response = Client().post(URL, {"phone": phone, "password": "wrong horse"})
    errors = response.context["form"].errors
    assert len(hashed) == 1
    return response.status_code, errors, len(captured)


def test_a_closed_account_is_out_at_the_next_request(client, cast):
    post(client, cast.resident)
    cast.resident.is_active = False
    cast.resident.save()

    assert client.get(ME).status_code == 302
    assert post(client, cast.resident).status_code == 200


# --- The lock ----------------------------------------------------------------------------------


def test_five_failures_lock_the_door_for_a_quarter_of_an_hour(client, cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answers = [post(client, cast.resident, "wrong horse").status_code for _ in range(5)]
        assert answers == [200, 200, 200, 200, 429]

        locked = post(client, cast.resident)
        assert locked.status_code == 429
        assert "请 15 分钟后再试" in locked.content.decode()

        clock.shift(timedelta(minutes=14))
        assert post(client, cast.resident).status_code == 429
        clock.shift(timedelta(minutes=2))
        assert post(client, cast.resident).status_code == 302
    assert verbs() == [Verb.SIGN_IN_FAILED] * 4 + [Verb.LOCKED_OUT, Verb.SIGNED_IN]


def test_the_lock_is_the_same_for_a_phone_that_is_not_here(client, db):
    form = {"phone": "13911112222", "password": "wrong horse"}

    assert [client.post(URL, form).status_code for _ in range(6)] == [200] * 4 + [429] * 2


def test_another_browser_at_the_same_address_is_locked_too(cast):
    for n in range(5):
        post(Client(), cast.resident, "wrong horse", headers={"user-agent": f"browser {n}"})

    assert post(Client(), cast.resident).status_code == 429


def test_another_account_and_another_address_are_not_locked(client, cast):
    for _ in range(5):
        post(client, cast.resident, "wrong horse")

    assert post(Client(), cast.secretary).status_code == 302
    assert post(Client(), cast.resident, REMOTE_ADDR="203.0.113.7").status_code == 302


def test_no_phone_and_no_password_stand_in_the_tables_or_the_log(client, cast, caplog):
    caplog.set_level("DEBUG", "axes")
    for _ in range(5):
        post(client, cast.resident, "wrong horse")
    post(Client(), cast.secretary)

    stored = str([*AccessAttempt.objects.values(), *AuditEntry.objects.values()])
    for secret in (cast.resident.phone, cast.secretary.phone, "wrong horse", PASSWORD):
        assert secret not in stored
        assert secret not in caplog.text
    assert AccessAttempt.objects.get().username == cast.resident.phone_key


# --- Where to ----------------------------------------------------------------------------------


def test_one_goes_on_to_the_page_one_came_from(client, cast):
    asked = client.get(ME).url

    assert post(client, cast.resident, url=asked).url == ME


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com", "javascript:alert(1)", "\\\\example.com", "/\\a.com"],
)
def test_one_is_never_sent_to_somebody_else_s_site(client, cast, elsewhere):
    response = post(
        client, cast.resident, url=reverse("accounts:sign-in", query={"next": elsewhere})
    )

    assert response.url == "/"


def test_whoever_is_in_is_not_asked_again(client, cast):
    post(client, cast.resident)

    assert client.get(URL, {"next": ME}).url == ME


def test_a_form_from_elsewhere_is_refused(cast):
    client = Client(enforce_csrf_checks=True)

    assert post(client, cast.resident).status_code == 403
    assert client.post("/sign-out/").status_code == 403


# --- The session -------------------------------------------------------------------------------


def test_the_session_has_a_new_id_after_signing_in(client, cast):
    session = client.session
    session["draft"] = "电梯停了"
    session.save()
    before = session.session_key

    post(client, cast.resident)

    assert client.session.session_key != before
    assert client.session["draft"] == "电梯停了"
    assert not Session.objects.filter(session_key=before).exists()


def test_staff_are_out_after_half_an_hour_of_nothing(client, cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        post(client, cast.secretary)
        for _ in range(4):
            clock.shift(timedelta(minutes=29))
            assert client.get(ME).status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get(ME).status_code == 302


def test_residents_are_out_after_thirty_days_of_nothing(client, cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        post(client, cast.resident)
        clock.shift(timedelta(days=29))
        assert client.get(ME).status_code == 200
        clock.shift(timedelta(days=29))
        assert client.get(ME).status_code == 200
        clock.shift(timedelta(days=31))
        assert client.get(ME).status_code == 302


def test_a_session_in_use_is_written_once_a_minute(client, cast):
    def expires():
        return Session.objects.get().expire_date

    with time_machine.travel(timezone.now(), tick=False) as clock:
        post(client, cast.secretary)
        begun = expires()
        clock.shift(timedelta(seconds=59))
        client.get(ME)
        assert expires() == begun
        clock.shift(timedelta(seconds=1))
        client.get(ME)
        assert expires() == begun + timedelta(minutes=1)


def test_a_changed_right_signs_out_whoever_it_belongs_to(client, cast):
    post(client, cast.resident)
    other = Client()
    post(other, cast.secretary)

    Post.objects.create(
        person=cast.resident,
        organization=cast.home.branch,
        role=Role.SOCIAL_WORKER,
        started_at=timezone.now(),
    )

    assert client.get(ME).status_code == 302
    assert other.get(ME).status_code == 200
    Post.objects.filter(person=cast.secretary).update(ended_at=timezone.now())
    assert other.get(ME).status_code == 302


def test_signing_out_ends_the_session(client, cast):
    post(client, cast.resident)
    key = client.session.session_key

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/"

    assert client.get(ME).status_code == 302
    assert not Session.objects.filter(session_key=key).exists()
    assert not SignIn.objects.exists()
    assert verbs() == [Verb.SIGNED_IN, Verb.SIGNED_OUT]


def test_signing_out_twice_is_no_error(client, db):
    assert client.post("/sign-out/").url == "/"
