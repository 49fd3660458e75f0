"""我的信息 of a whole account: to see, to take along, and to take away where the law lets it."""

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Concern, Ticket
from complaints.tests.test_lists import queries
from complaints.tests.test_plain_words import assert_plain
from complaints.tests.test_report import report
from compounds.audit.models import AuditEntry
from compounds.models import OwnedUnit, Ownership, Person, Residency
from compounds.notices.models import Notice

LEAVE = {"is_sure": "on"}


@pytest.fixture
def resident(client, cast):
    client.force_login(cast.resident)
    report(client, cast, text="三楼露台又在搭棚子", contact={"name": "李女士"})
    return cast.resident


def unit_of(cast):
    entrance = cast.home.buildings.first().entrances.get()
    return OwnedUnit.objects.create(entrance=entrance, floor=3, room="301", exclusive_area=9000)


def test_all_that_is_kept_stands_on_one_page(client, resident):
    page = client.get(reverse("my-data"))

    body = page.content.decode()
    for kept in (resident.name, resident.phone, "三楼露台又在搭棚子", "730 天"):
        assert kept in body
    assert_plain(page)
    assert_plain(client.get(reverse("my-data-leave")))


def test_it_is_taken_along_as_one_file(client, cast, resident):
    Residency.objects.create(
        unit=unit_of(cast), person=resident, kind="owner", from_on=date(2025, 1, 1)
    )
    kept = json.loads(client.get(reverse("my-data-file")).content)

    assert (kept["姓名"], kept["手机号"]) == (resident.name, resident.phone)
    assert kept["房屋"] == ["示范小区一 1栋1单元301"]
    assert [one["原话"] for one in kept["反映的问题"]] == ["三楼露台又在搭棚子"]
    assert "password" not in json.dumps(kept)
    assert AuditEntry.objects.get(verb="exported").by == resident


def test_the_page_costs_the_same_however_much_was_reported(client, cast, resident):
    one = queries(client, reverse("my-data"))
    for number in range(4):
        report(client, cast, text=f"第 {number} 件事")

    assert len(queries(client, reverse("my-data"))) == len(one)


def test_leaving_takes_the_name_out_of_everything(client, cast, resident):
    Notice.objects.create(
        person=resident, event="x", title="您好", key="x", created_at="2026-01-01T00:00Z"
    )
    before, ticket = resident.phone, Ticket.objects.get()
    assert "<title>错误：" in client.post(reverse("my-data-leave")).content.decode()
    client.post(reverse("my-data-leave"), LEAVE)

    gone = Person.objects.get(pk=resident.pk)
    assert (gone.name, gone.email, gone.is_active) == ("已注销", "", False)
    assert before not in gone.phone
    assert Person.objects.with_phone(before) is None
    concern = Concern.objects.get(ticket=ticket)
    assert (concern.name, concern.reporter) == ("", None)
    assert not gone.notices.exists()
    assert client.get(reverse("my-data")).status_code == 302


@pytest.mark.parametrize("who", ["secretary", "owner", "tenant"])
def test_whom_a_record_needs_by_name_may_not_leave(client, cast, who):
    person = cast.secretary if who == "secretary" else cast.resident
    if who == "owner":
        Ownership.objects.create(unit=unit_of(cast), person=person, from_on=date(2020, 1, 1))
    if who == "tenant":
        day = date(2025, 1, 1)
        Residency.objects.create(unit=unit_of(cast), person=person, kind="tenant", from_on=day)
    client.force_login(person)

    refused = client.post(reverse("my-data-leave"), LEAVE)

    assert "不能注销" in refused.content.decode() or "搬出登记" in refused.content.decode()
    assert Person.objects.get(pk=person.pk).name == person.name
    assert_plain(refused)


def test_nobody_sees_another_s(client, cast, resident):
    other = Client()
    other.force_login(cast.stranger)

    assert resident.phone not in other.get(reverse("my-data")).content.decode()
