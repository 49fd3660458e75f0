"""The log is written by name or by the database itself, and nothing takes a line out again."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import InternalError
from django.utils import timezone

from compounds.audit.actions import record, reveal_phone
from compounds.audit.models import AuditEntry
from compounds.audit.terms import Verb
from compounds.models import CalendarYear, Person, Post, WorkdayException, sign_as
from compounds.rules import Refused
from compounds.terms import Role

AT = timezone.now()


def sentences():
    return [entry.sentence for entry in AuditEntry.objects.order_by("pk")]


def test_a_line_is_never_changed_nor_removed(cast):
    entry = record(cast.secretary, Verb.EXPORTED, "工单清单", at=AT)

    for spoil in (
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(reason="别的"),
        entry.delete,
    ):
        with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
            spoil()
    assert sentences() == ["书记导出了工单清单。用途：未写明"]


def test_the_log_is_never_emptied(cast):
    refused = pytest.raises(InternalError, match="append-only")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("TRUNCATE audit_auditentry")


def test_an_appointment_is_logged_by_the_database_with_who_made_it(cast):
    sign_as(cast.administrator)
    post = Post.objects.create(
        person=cast.resident,
        organization=cast.home.branch,
        role=Role.SOCIAL_WORKER,
        started_at=AT,
    )
    Post.objects.filter(pk=post.pk).update(ended_at=AT)

    assert sentences() == [
        "管理员新增了任职：居民，示范小区一党支部，党群社工。",
        "管理员修改了任职：居民，示范小区一党支部，党群社工。改动：离任时间。",
    ]
    added, ended = AuditEntry.objects.order_by("pk")
    assert (added.target_kind, added.target_id) == ("post", str(post.pk))
    assert added.detail["role"] == [None, "social_worker"]
    assert ended.detail["ended_at"][0] is None


def test_a_change_by_nobody_known_is_the_system_s(cast):
    cast.home.branch.name = "新名字党支部"
    cast.home.branch.save()

    assert sentences() == ["系统修改了组织：新名字党支部。改动：名称。"]
    assert AuditEntry.objects.get().by is None


def test_a_child_added_is_no_change_of_its_parent(cast):
    cast.organization("另一个部门", "department", cast.district)

    assert sentences() == ["系统新增了组织：另一个部门。"]


def test_the_calendar_is_logged(cast):
    year = CalendarYear.objects.create(year=2031)
    WorkdayException.objects.create(year=year, day="2031-01-01", is_workday=False)
    WorkdayException.objects.filter(year=year).delete()

    assert sentences() == [
        "系统新增了日历年份：2031。",
        "系统新增了放假与调休：2031-01-01。",
        "系统删除了放假与调休：2031-01-01。",
    ]


def test_of_an_account_only_the_names_of_what_changed_are_kept(cast):
    cast.resident.set_password("another horse")
    cast.resident.email = "secret@example.com"
    cast.resident.save()

    entry = AuditEntry.objects.get()
    assert entry.detail == {"email": [], "password": []}
    assert entry.sentence == "系统修改了人员：居民。改动：电子邮箱、密码。"


def test_signing_in_and_a_new_cipher_of_the_same_phone_are_no_change(cast):
    cast.resident.last_login = AT
    cast.resident.save()

    assert Person.objects.get(pk=cast.resident.pk).last_login == AT
    assert sentences() == []


@pytest.mark.django_db(transaction=True)
def test_the_actor_is_forgotten_with_the_transaction():
    person = Person.objects.create_person(phone="13800000009", name="甲")
    with transaction.atomic():
        sign_as(person)
        CalendarYear.objects.create(year=2032)
    CalendarYear.objects.create(year=2033)

    assert sentences() == ["甲新增了日历年份：2032。", "系统新增了日历年份：2033。"]


@pytest.mark.django_db(transaction=True)
def test_an_actor_is_not_named_outside_a_transaction():
    person = Person.objects.create_person(phone="13800000009", name="甲")

    with pytest.raises(TransactionManagementError):
        sign_as(person)


def test_a_phone_is_shown_to_whoever_says_why(cast):
    phone = reveal_phone(cast.resident, by=cast.secretary, reason=" 约上门时间 ", at=AT)

    assert phone == cast.resident.phone
    assert sentences() == ["书记查看了居民的完整手机号。理由：约上门时间"]
    assert phone not in str(AuditEntry.objects.values_list().get())


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_phone_is_not_shown_without_a_reason(cast, reason):
    with pytest.raises(Refused, match="为什么"):
        reveal_phone(cast.resident, by=cast.secretary, reason=reason, at=AT)
    assert sentences() == []


def test_an_address_is_kept_as_a_hash(cast):
    entry = record(None, Verb.SIGN_IN_FAILED, cast.resident, at=AT, address="203.0.113.9")

    assert len(entry.address_hash) == 64
    assert "203.0.113.9" not in str(AuditEntry.objects.values_list().get())
