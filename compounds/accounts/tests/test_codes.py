import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compounds.accounts.actions import check_code
from compounds.accounts.models import SignInCode
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from compounds.models import Post
from compounds.notices.models import Notice
from compounds.rules import Refused
from compounds.terms import Role

ASK, CHECK = "/sign-in/code/", "/sign-in/code/check/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def ask(client, person, **more):
    return client.post(ASK, {"phone": person.phone}, **more)


def check(client, code):
    return client.post(CHECK, {"code": code})


def sent():
    """The code in the last message written."""
    return re.search(r"\d{6}", Notice.objects.latest("pk").body)[0]


def another(code):
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_resident_signs_in_by_a_code(client, cast):
    assert ask(client, cast.resident).url == CHECK

    assert check(client, sent()).url == "/"

    assert client.get("/me/").context["user"] == cast.resident
    assert Notice.objects.get().phone == cast.resident.phone
    assert AuditEntry.objects.filter(verb=Verb.SIGNED_IN, by=cast.resident).count() == 1


def test_where_one_was_going_is_kept_on_the_way(client, cast):
    asked = client.get("/me/").url
    page = client.get(asked).content.decode()
    assert f'href="{ASK}?next=/me/"' in page.replace("%2F", "/")

    on = client.post(f"{ASK}?next=/me/", {"phone": cast.resident.phone}).url
    assert client.post(on, {"code": sent()}).url == "/me/"


def test_a_code_is_good_once(client, cast):
    ask(client, cast.resident)
    key, now = cast.resident.phone_key, {"address": "203.0.113.9", "at": timezone.now()}

    assert check_code(key, sent(), **now) == cast.resident
    with pytest.raises(Refused, match="不对或已过期"):
        check_code(key, sent(), **now)


def test_a_code_is_good_for_ten_minutes(client, cast, clock):
    ask(client, cast.resident)
    clock.shift(10 * MINUTE)

    response = check(client, sent())

    assert "不对或已过期" in response.content.decode()
    assert client.get("/me/").status_code == 302


def test_a_code_is_good_for_five_tries(client, cast):
    ask(client, cast.resident)
    code = sent()
    for _ in range(5):
        assert "不对或已过期" in check(client, another(code)).content.decode()

    assert "不对或已过期" in check(client, code).content.decode()
    assert client.get("/me/").status_code == 302


def test_the_fifth_try_still_counts(client, cast):
    ask(client, cast.resident)
    code = sent()
    for _ in range(4):
        check(client, another(code))

    assert check(client, code).status_code == 302


def test_ten_tries_in_a_quarter_of_an_hour_and_no_more(client, cast, clock):
    for _ in range(2):
        ask(client, cast.resident)
        for _ in range(5):
            check(client, another(sent()))
        clock.shift(MINUTE)
    ask(client, cast.resident)

    assert "15 分钟后再试" in check(client, sent()).content.decode()
    clock.shift(8 * MINUTE)
    assert "15 分钟后再试" in check(client, sent()).content.decode()


def test_a_new_code_takes_the_place_of_the_old(client, cast, clock):
    ask(client, cast.resident)
    old = sent()
    clock.shift(MINUTE)
    ask(client, cast.resident)
    new = sent()

    if old != new:
        assert check(client, old).status_code == 200
    assert check(client, new).status_code == 302


def test_a_phone_gets_one_code_a_minute_and_five_an_hour(cast, clock):
    client = Client()
    assert ask(client, cast.resident).status_code == 302
    again = ask(client, cast.resident)
    assert "1 分钟后再试" in again.content.decode()
    assert cast.resident.phone in again.content.decode()

    for _ in range(4):
        clock.shift(MINUTE)
        assert ask(client, cast.resident).status_code == 302
    clock.shift(MINUTE)
    assert "已发 5 次" in ask(Client(), cast.resident).content.decode()
    assert Notice.objects.count() == 5


def test_an_address_gets_no_more_than_twenty_codes_an_hour(client, cast):
    for n in range(20):
        client.post(ASK, {"phone": f"1391111{n:04}"})

    assert "这里发出的验证码太多" in ask(client, cast.resident).content.decode()
    assert ask(client, cast.resident, REMOTE_ADDR="203.0.113.9").status_code == 200  # a minute
    assert ask(client, cast.stranger, REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.mark.parametrize("who", ["staff", "closed", "unknown"])
def test_nobody_learns_whether_a_phone_is_known(cast, who):
    closed = cast.person("停用")
    closed.is_active = False
    closed.save()
    phones = {"staff": cast.secretary.phone, "closed": closed.phone, "unknown": "13911112222"}

    assert answers(phones[who]) == answers(cast.resident.phone)
    assert Notice.objects.count() == 1


def answers(phone):
    """What somebody sees who asks for a code and guesses it, and what it costs us."""
    client = Client()
    with CaptureQueriesContext(connection) as asking:
        url = client.post(ASK, {"phone": phone}).url
    with CaptureQueriesContext(connection) as checking:
        page = check(client, "000000").context["form"].errors
    return url, page, tables(asking), tables(checking)


def tables(captured):
    """The statements that do some work: a savepoint taken back is one mark more, and no work."""
    marks = ("SAVEPOINT", "RELEASE", "ROLLBACK")
    return [query["sql"].split()[0] for query in captured if not query["sql"].startswith(marks)]


def test_staff_do_not_come_in_by_a_code_asked_for_before_their_post(client, cast):
    ask(client, cast.resident)
    Post.objects.create(
        person=cast.resident,
        organization=cast.home.branch,
        role=Role.SOCIAL_WORKER,
        started_at=timezone.now(),
    )

    assert check(client, sent()).status_code == 200
    assert client.get("/me/").status_code == 302


def test_neither_the_code_nor_the_phone_stands_in_our_tables(client, cast):
    ask(client, cast.resident)
    code = sent()
    check(client, another(code))

    stored = str([*SignInCode.objects.values(), *AuditEntry.objects.values()])
    assert code not in stored
    assert cast.resident.phone not in stored
    assert cast.resident.phone not in str(dict(client.session))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567"])
def test_what_is_no_code_is_no_try(client, cast, code):
    ask(client, cast.resident)

    assert "code" in check(client, code).context["form"].errors
    assert SignInCode.objects.get().tries == 0


def test_whoever_asked_for_no_code_is_sent_to_ask(client, db):
    assert client.get(f"{CHECK}?next=/me/").url == f"{ASK}?next=%2Fme%2F"
