import re
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.open311.models import ApiKey
from complaints.open311.tests.conftest import new_key
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb

KEYS, NEW = "/manage/open311/", "/manage/open311/new/"


@pytest.fixture
def administrator(client, cast):
    client.force_login(cast.administrator)
    return client


def said(**over):
    return {"label": "热线平台", "hourly_limit": 30, "submission_key": uuid4(), **over}


def test_a_key_is_shown_once_works_and_is_kept_as_a_hash(administrator, cast):
    same = said(compound=cast.home.code)
    page = administrator.post(NEW, same)

    (secret,) = re.findall(r'class="figure">\s*([a-z2-9]{32})\s*<', page.text)
    filed = administrator.post(
        "/open311/v2/requests.json", {"api_key": secret, "service_code": "lift", "lat": ""}
    )
    assert filed.status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(open311_apikey)::text FROM open311_apikey")
        assert secret not in cursor.fetchone()[0]

    again = administrator.post(NEW, same)
    assert secret not in again.text and "已经显示过一次" in again.text
    assert ApiKey.objects.count() == 1
    assert secret not in administrator.get(KEYS).text


def test_a_key_is_limited_and_revoked_and_the_log_says_by_whom(administrator, cast):
    administrator.post(NEW, said())
    key = ApiKey.objects.get()

    administrator.post(key.get_absolute_url(), said(hourly_limit=5, label="大数据局"))
    key.refresh_from_db()
    assert (key.hourly_limit, key.label, key.last_used_at) == (5, "大数据局", None)
    revoke = reverse("open311:key-revoke", args=[key.pk])
    assert "作废" in administrator.get(revoke).text
    administrator.post(revoke)
    key.refresh_from_db()
    assert key.revoked_at is not None

    assert "已经作废" in administrator.post(revoke).text
    assert "已经作废" in administrator.post(key.get_absolute_url(), said()).text
    assert "已作废" in administrator.get(KEYS).text
    verbs = AuditEntry.objects.filter(by=cast.administrator, target_kind="apikey")
    assert [*verbs.order_by("pk").values_list("verb", flat=True)] == [
        Verb.ACCESS_GRANTED,
        Verb.ACCESS_CHANGED,
        Verb.ACCESS_REVOKED,
    ]
    assert "管理员作废了外部系统的凭证：大数据局" in verbs.latest("pk").sentence


def test_a_revoked_key_stays_revoked_and_none_is_deleted(cast):
    new_key(cast)
    ApiKey.objects.update(revoked_at="2026-03-02T09:00:00Z")

    for change in (ApiKey.objects.all().delete, lambda: ApiKey.objects.update(revoked_at=None)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_use_is_noted(client, cast):
    secret = new_key(cast)
    client.post("/open311/v2/requests.json", {"api_key": secret})

    assert ApiKey.objects.get().last_used_at is not None


def test_the_list_of_keys_costs_the_same_for_one_and_for_twenty(administrator, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert administrator.get(KEYS).status_code == 200
        return len(captured)

    new_key(cast, compound=cast.home)
    one = queries()
    for _ in range(20):
        new_key(cast, compound=cast.home)

    assert queries() == one


def test_whoever_connects_a_system_finds_every_service_explained(client, db):
    page = client.get("/open311/").text

    assert "service_code" in page and "falling_objects" in page
