from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compounds.accounts.models import SignIn
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from compounds.models import Building, OwnedUnit, Ownership, Person, Post
from compounds.terms import Role

PASSWORD = "correct horse"
NEW = {"old": PASSWORD, "new": "a battery staple", "again": "a battery staple"}


def signed_in(person, agent=""):
    client = Client(headers={"user-agent": agent})
    client.post("/sign-in/", {"phone": person.phone, "password": PASSWORD})
    return client


def page(client, url="/me/"):
    return client.get(url).content.decode()


def test_my_page_shows_me_my_posts_and_my_homes(cast):
    entrance = Building.objects.filter(compound=cast.home).first().entrances.get()
    unit = OwnedUnit.objects.create(entrance=entrance, floor=3, room="302", exclusive_area=8800)
    Ownership.objects.create(unit=unit, person=cast.secretary, from_on=date(2020, 1, 1))

    shown = page(signed_in(cast.secretary))

    assert "示范小区一党支部，党支部书记" in shown
    assert "2025 年 1 月 6 日起" in shown
    assert "1栋1单元302" in shown
    assert cast.secretary.masked_phone in shown
    assert cast.secretary.phone not in shown


def test_my_page_costs_the_same_however_much_is_mine(cast):
    client = signed_in(cast.secretary)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/me/").status_code == 200
        return len(captured)

    one = queries()
    heads = {"person": cast.secretary, "role": Role.BUILDING_HEAD, "started_at": timezone.now()}
    entrances = [b.entrances.get() for b in Building.objects.filter(compound=cast.home)]
    for n, entrance in enumerate(entrances * 5):
        unit = OwnedUnit.objects.create(
            entrance=entrance, floor=n, room=f"{n}01", exclusive_area=8800
        )
        Ownership.objects.create(unit=unit, person=cast.secretary, from_on=date(2020, 1, 1))
    for entrance in entrances:
        Post.objects.create(organization=cast.home.branch, building=entrance.building, **heads)
    client = signed_in(cast.secretary)

    assert queries() == one <= 10


def test_my_email_is_mine_to_change(cast):
    client = signed_in(cast.resident)

    wrong = client.post("/me/email/", {"email": "nobody"})
    right = client.post("/me/email/", {"email": "jumin@example.com"})

    assert "nobody" in wrong.content.decode()
    assert right.url == "/me/"
    assert Person.objects.get(pk=cast.resident.pk).email == "jumin@example.com"
    entry = AuditEntry.objects.get(verb=Verb.ROW_CHANGED)
    assert (entry.by, entry.detail) == (cast.resident, {"email": []})


# --- The password ------------------------------------------------------------------------------


def test_a_new_password_signs_out_everywhere_but_here(cast):
    here, there = signed_in(cast.resident), signed_in(cast.resident)

    assert here.post("/me/password/", NEW).url == "/me/"

    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    assert cast.resident.sign_ins.get().session_key == here.session.session_key
    assert signed_in(cast.resident).get("/me/").status_code == 302
    entry = AuditEntry.objects.get(verb=Verb.ROW_CHANGED)
    assert (entry.by, entry.detail) == (cast.resident, {"password": []})


@pytest.mark.parametrize(
    ("field", "value"),
    [("old", "wrong horse"), ("new", "short"), ("new", "password123"), ("again", "another one")],
)
def test_a_password_that_will_not_do_says_why_and_is_not_shown_again(cast, field, value):
    client = signed_in(cast.resident)

    response = client.post("/me/password/", {**NEW, field: value})

    [why] = response.context["form"].errors[field]
    assert why.isascii() is False
    assert value not in response.content.decode()
    assert Person.objects.get(pk=cast.resident.pk).check_password(PASSWORD)


def test_whoever_has_no_password_yet_sets_one_without_an_old_one(client, cast):
    cast.resident.set_unusable_password()
    cast.resident.save()
    client.force_login(cast.resident)

    assert client.post("/me/password/", {**NEW, "old": ""}).url == "/me/"
    assert Person.objects.get(pk=cast.resident.pk).check_password(NEW["new"])


def test_a_password_is_not_guessed_from_an_open_session(cast):
    client = signed_in(cast.resident)
    guess = {**NEW, "old": "wrong horse"}

    answers = [client.post("/me/password/", guess).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert client.post("/me/password/", NEW).status_code == 429


# --- My sessions -------------------------------------------------------------------------------


def test_i_see_where_i_am_signed_in_and_end_the_others(cast):
    here = signed_in(cast.resident, "Mozilla/5.0 (iPhone) MicroMessenger/8")
    there = signed_in(cast.resident, "Mozilla/5.0 (Windows NT 10.0) Chrome/140")
    stranger = signed_in(cast.stranger)
    shown = page(here)
    assert "iPhone，微信" in shown
    assert "Windows 电脑，Chrome 浏览器" in shown

    assert here.post("/me/sessions/end/").url == "/me/"

    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == stranger.get("/me/").status_code == 200
    assert "Windows" not in page(here)
    assert AuditEntry.objects.filter(verb=Verb.SESSIONS_ENDED, by=cast.resident).count() == 1


def test_a_session_that_ran_out_is_not_listed(cast, django_user_model):
    client = signed_in(cast.resident)
    SignIn.objects.create(
        session_key="gone",
        person=cast.resident,
        at=timezone.now() - timedelta(days=90),
        device="旧",
    )

    assert len(client.get("/me/").context["sign_ins"]) == 1


@pytest.mark.parametrize("url", ["/me/", "/me/email/", "/me/password/", "/me/sessions/end/"])
def test_my_pages_ask_a_stranger_to_sign_in(client, db, url):
    assert client.get(url).url == f"/sign-in/?next={url}"
