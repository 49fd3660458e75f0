import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from compounds.notices.models import Notice
from tests.cast import MONDAY


def test_each_person_is_told_once_however_often_the_deed_runs(cast, tell):
    tell(cast.secretary, cast.liaison, cast.secretary)
    tell(cast.liaison, cast.dispatcher)

    told = Notice.objects.values_list("person", flat=True)
    assert sorted(told) == sorted([cast.secretary.pk, cast.liaison.pk, cast.dispatcher.pk])


def test_another_cause_is_another_notice(cast, tell):
    tell(cast.secretary)
    tell(cast.secretary, key="ticket:BS-0001:L3")

    assert Notice.objects.of(cast.secretary).count() == 2


@pytest.mark.parametrize("people", [1, 200])
def test_telling_costs_one_query_for_any_number_of_people(cast, tell, people):
    crowd = [cast.person(f"居民{n}") for n in range(people)]

    with CaptureQueriesContext(connection) as queries:
        tell(*crowd)

    assert len(queries) == 1
    assert Notice.objects.count() == people


def test_telling_nobody_costs_nothing(db, tell, django_assert_num_queries):
    with django_assert_num_queries(0):
        tell()


def test_a_reporter_without_an_account_is_told_once_and_the_phone_is_encrypted(db, tell_phone):
    tell_phone("13900000001")
    tell_phone("13900000001")
    tell_phone("13900000002")

    assert sorted(notice.phone for notice in Notice.objects.all()) == ["13900000001", "13900000002"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone || key FROM notices_notice")
        assert not any("1390000000" in row[0] for row in cursor.fetchall())


def test_the_notice_goes_when_the_deed_is_undone(cast, tell):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(cast.secretary)
        raise RuntimeError("the deed failed after all")

    assert not Notice.objects.exists()


def test_a_text_too_long_does_not_undo_the_deed(cast, tell):
    tell(cast.secretary, title="很" * 300, body="长" * 3000)

    notice = Notice.objects.get()
    assert (len(notice.title), len(notice.body)) == (80, 500)


@pytest.mark.parametrize("url", ["https://elsewhere.cn/", "//elsewhere.cn", "/\\elsewhere.cn", "x"])
def test_a_notice_leads_nowhere_but_to_a_page_of_ours(cast, tell, url):
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(cast.secretary, url=url)


@pytest.mark.parametrize("recipient", ["both", "nobody"])
def test_a_notice_has_exactly_one_recipient(cast, recipient):
    given = {"person": cast.secretary, "phone": "13900000001"} if recipient == "both" else {}
    notice = Notice(event="test", title="标题", key="k", created_at=MONDAY, **given)

    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save()


def test_what_was_said_is_not_rewritten(cast, tell):
    tell(cast.secretary)

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Notice.objects.update(title="别的话")
    assert Notice.objects.get().title == "工单已升级"
