"""The security administrator's desk: somebody else's password, second step and lock."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from compounds.accounts.models import Authenticator, new_secret
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from compounds.models import Person
from compounds.notices.models import Notice

PASSWORD = "correct horse"
FIND = "/manage/accounts/"


def url(person, deed=""):
    return f"{FIND}{person.pk}/{deed}"


def signed_in(person, password=PASSWORD):
    client = Client()
    client.post("/sign-in/", {"phone": person.phone, "password": password})
    return client


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.security)
    return client


def test_an_account_is_found_by_phone_and_the_phone_stays_out_of_the_address(desk, cast):
    response = desk.post(FIND, {"phone": cast.secretary.phone})

    assert response.url == url(cast.secretary)
    page = desk.get(response.url).content.decode()
    assert "党支部书记" in page
    assert cast.secretary.phone not in page


def test_whoever_is_not_registered_is_not_found(desk):
    response = desk.post(FIND, {"phone": "13911112222"})

    assert "没有用这个手机号登记的人" in response.content.decode()


def test_a_new_password_is_shown_once_and_its_owner_hears_of_it(desk, cast):
    there = signed_in(cast.secretary)

    page = desk.post(url(cast.secretary, "password/")).content.decode()

    new = re.search(r"\w{4}-\w{4}-\w{4}", page)[0]
    assert there.get("/me/").status_code == 302
    assert signed_in(cast.secretary).get("/me/").status_code == 302
    assert signed_in(cast.secretary, new).get("/me/").status_code == 200
    notice = Notice.objects.get()
    assert notice.person == cast.secretary
    assert new not in notice.body
    entry = AuditEntry.objects.get(verb=Verb.ROW_CHANGED)
    assert (entry.by, entry.detail) == (cast.security, {"password": []})


def test_a_lost_authenticator_is_forgotten(desk, cast):
    Authenticator.objects.create(
        person=cast.secretary, secret=new_secret(), confirmed_at=timezone.now()
    )

    assert desk.post(url(cast.secretary, "authenticator/")).url == url(cast.secretary)

    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get(verb=Verb.AUTHENTICATOR_REMOVED).by == cast.security
    assert Notice.objects.get().person == cast.secretary


def test_an_account_is_closed_and_opened_again(desk, cast):
    there = signed_in(cast.secretary)

    desk.post(url(cast.secretary, "close/"))
    assert there.get("/me/").status_code == 302
    assert signed_in(cast.secretary).get("/me/").status_code == 302
    assert "已停用" in desk.get(url(cast.secretary)).content.decode()

    desk.post(url(cast.secretary, "open/"))
    assert signed_in(cast.secretary).get("/me/").status_code == 200


@pytest.mark.parametrize("deed", ["password/", "authenticator/", "close/"])
def test_one_s_own_account_is_not_done_here(desk, cast, deed):
    response = desk.post(url(cast.security, deed), follow=True)

    assert "自己的账号" in response.content.decode()
    assert Person.objects.get(pk=cast.security.pk).check_password(PASSWORD)
    assert Person.objects.get(pk=cast.security.pk).is_active


@pytest.mark.parametrize("who", ["resident", "secretary", "administrator", "auditor"])
@pytest.mark.parametrize("deed", ["", "password/", "authenticator/", "open/", "close/"])
def test_nobody_else_touches_an_account(client, cast, who, deed):
    client.force_login(getattr(cast, who))

    ask = client.post if deed else client.get
    assert ask(url(cast.stranger, deed)).status_code == 403
    assert client.get(FIND).status_code == 403
    assert Person.objects.get(pk=cast.stranger.pk).check_password(PASSWORD)


def test_who_is_not_there_is_not_found(desk):
    assert desk.get(f"{FIND}999999/").status_code == 404
