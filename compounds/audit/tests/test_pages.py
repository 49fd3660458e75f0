from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compounds.audit.actions import record
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from tests.cast import MONDAY


@pytest.fixture
def url():
    return reverse("audit:entries")


def words(response):
    return [entry.sentence for entry in response.context["entries"]]


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), ("resident", 403), ("secretary", 403), ("administrator", 403), ("auditor", 200)],
)
def test_only_an_auditor_reads_the_log(client, cast, url, who, status):
    if who:
        client.force_login(getattr(cast, who))

    assert client.get(url).status_code == status


def test_the_log_is_read_page_by_page_without_gap_or_repeat(client, cast, url):
    for n in range(120):  # many of the same moment: the key must tell them apart
        record(cast.secretary, Verb.EXPORTED, str(n), at=MONDAY + timedelta(seconds=n // 40))
    client.force_login(cast.auditor)

    seen, sizes = [], []
    while url:
        response = client.get(url)
        seen += [entry.target_words for entry in response.context["entries"]]
        sizes.append(len(response.context["entries"]))
        url = response.context["next_url"]

    assert seen == [str(n) for n in reversed(range(120))]
    assert sizes == [50, 50, 20]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["丙", "乙", "甲"]),
        ({"who": "书记"}, ["乙", "甲"]),
        ({"who": "没有这个人"}, []),
        ({"verb": "revealed"}, ["乙"]),
        ({"first": "2026-03-03"}, ["丙", "乙"]),
        ({"last": "2026-03-03"}, ["乙", "甲"]),
        ({"first": "2026-03-03", "last": "2026-03-03"}, ["乙"]),
        ({"who": "书记", "verb": "exported", "last": "2026-03-04"}, ["甲"]),
        ({"first": "三月三日"}, []),
        ({"before": "没有"}, ["丙", "乙", "甲"]),
    ],
)
def test_the_log_is_narrowed(client, cast, url, asked, found):
    day = timedelta(days=1)
    record(cast.secretary, Verb.EXPORTED, "甲", at=MONDAY)
    record(cast.secretary, Verb.REVEALED, "乙", at=MONDAY + day, reason="约时间")
    record(cast.stranger, Verb.EXPORTED, "丙", at=MONDAY + 2 * day)
    client.force_login(cast.auditor)

    response = client.get(url, asked)

    assert [entry.target_words for entry in response.context["entries"]] == found


def test_somebody_is_found_by_phone_too(client, cast, url):
    record(cast.secretary, Verb.EXPORTED, "甲", at=MONDAY)
    client.force_login(cast.auditor)

    assert words(client.get(url, {"who": cast.secretary.phone})) == ["书记导出了甲。用途：未写明"]
    assert words(client.get(url, {"who": cast.stranger.phone})) == []


def test_the_page_costs_the_same_however_long_the_log_is(client, cast, url):
    client.force_login(cast.auditor)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    record(cast.secretary, Verb.EXPORTED, "甲", at=MONDAY)
    one = queries()
    for who in (cast.secretary, cast.stranger, cast.resident) * 7:
        record(who, Verb.REVEALED, who, at=MONDAY, reason="约时间")

    assert queries() == one <= 5
    assert AuditEntry.objects.count() == 22
