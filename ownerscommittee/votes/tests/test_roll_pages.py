"""The pages of a roll: who keeps it, what hangs on the wall, and that no name hangs there."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from compounds.audit.models import AuditEntry
from compounds.terms import OrganizationKind, Role
from ownerscommittee.votes.actions.rolls import freeze_roll, post_roll
from ownerscommittee.votes.models import Roll
from ownerscommittee.votes.tests.test_rolls import drawn, estate
from tests.cast import MONDAY

__all__ = ["estate"]


@pytest.fixture
def roll(estate):
    return post_roll(drawn(estate), at=MONDAY)


def url(name, roll, *more):
    return reverse(f"votes:{name}", args=[roll.compound.code, roll.pk, *more])


def text_of(response):
    return response.content.decode()


def test_the_secretary_draws_up_posts_and_freezes(client, estate):
    client.force_login(estate.secretary)
    typed = {"scope": "compound", "cut_off_on": "2026-03-02", "submission_key": uuid.uuid4()}
    new = reverse("votes:roll-new", args=[estate.home.code])
    assert "请选择单元" in text_of(client.post(new, {**typed, "scope": "entrance"}))

    done = client.post(new, typed, follow=True)
    roll = Roll.objects.get()
    page = text_of(done)
    assert "450.15 ㎡" in page
    assert "居民" in page
    assert "138****" in page
    assert "和名册不同" not in page

    client.post(url("roll-post", roll))
    refused = client.post(url("roll-freeze", roll))
    assert "24:00" in text_of(refused)
    assert client.post(url("roll-post", roll)).status_code == 409
    Roll.objects.update(posted_until=MONDAY.date())
    client.post(url("roll-freeze", roll))
    assert Roll.objects.get().frozen_at


def test_another_denominator_in_the_register_is_said(client, estate):
    estate.flats[0].ownerships.all().delete()
    client.force_login(estate.secretary)

    assert "540" not in text_of(client.get(drawn(estate).get_absolute_url()))
    assert "共 450.15 ㎡，和名册不同" in text_of(client.get(Roll.objects.get().get_absolute_url()))


def test_what_hangs_on_the_wall_has_no_names(client, roll, estate):
    page = text_of(client.get(roll.posted_url))

    assert "1栋1单元101、1栋1单元201" in page
    for name in (estate.resident.name, "书记", "张妻", "138"):
        assert name not in page
    assert "您的这一行" not in page


def test_an_owner_sees_the_own_line_and_objects(client, roll, estate):
    client.force_login(estate.resident)
    assert "180.03 ㎡，算 1 人" in text_of(client.get(roll.posted_url))
    assert "还差一点" in text_of(client.post(url("roll-object", roll), {"text": ""}))

    typed = {"text": "101 的面积少了", "submission_key": uuid.uuid4()}
    client.post(url("roll-object", roll), typed)
    client.post(url("roll-object", roll), typed)
    objection = roll.objections.get()
    assert "等待答复" in text_of(client.get(roll.posted_url))

    client.force_login(estate.secretary)
    client.post(url("objection-reply", roll, objection.pk), {"is_upheld": "yes", "reply": "已更正"})
    assert "答复：已更正" in text_of(client.get(roll.posted_url))


def test_whoever_keeps_rolls_finds_them_from_the_front_page(client, estate):
    address = reverse("votes:rolls", args=[estate.home.code])
    client.force_login(estate.secretary)
    assert address in text_of(client.get("/"))
    client.force_login(estate.resident)
    assert address not in text_of(client.get("/"))


def test_a_stranger_may_not_object(client, roll, estate):
    client.force_login(estate.liaison)
    response = client.post(url("roll-object", roll), {"text": "x", "submission_key": uuid.uuid4()})

    assert "只有本小区" in text_of(response)
    assert not roll.objections.exists()


def test_corrections_from_the_page(client, roll, estate):
    client.force_login(estate.secretary)
    line = roll.units.get(unit=estate.flats[0])

    def send(address, *more, **typed):
        given = {"reason": "核对", "submission_key": uuid.uuid4(), **typed}
        return client.post(url(address, roll, *more), given)

    wrong = send("right-area", 1, line=line.pk, area="九十", basis="survey")
    assert 'value="九十"' in text_of(wrong)
    send("right-area", 1, line=line.pk, area="95.01", basis="survey")
    send("right-owner", 3, name="建设公司清算组", phone="")
    send("right-strike", 2, line=roll.units.get(unit=estate.flats[2]).pk)
    assert "名册上没有这个序号" in text_of(send("roll-add", unit=estate.flats[2].pk, number=99))
    send("roll-add", unit=estate.flats[2].pk, number=1)

    roll.refresh_from_db()
    assert (roll.heads, roll.area) == (2, 45_515)
    page = text_of(client.get(roll.posted_url))
    assert "面积 90.01 ㎡ 更正为 房屋 1栋1单元101，面积 95.01 ㎡" in page
    assert "清算组" not in page
    assert roll.rights.get(number=3).name == "建设公司清算组"


def test_the_sheet_is_logged_and_its_telephones_masked(client, roll, estate):
    client.force_login(estate.secretary)
    book = load_workbook(BytesIO(client.post(url("roll-sheet", roll)).content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]

    assert rows[1][:3] == ["1", "1栋1单元101、1栋1单元201", "居民"]
    assert "****" in rows[1][3]
    assert AuditEntry.objects.filter(verb="exported").count() == 1


@pytest.mark.parametrize(("role", "keeps"), [(Role.CHAIR, 200), (Role.TREASURER, 403)])
def test_of_the_committee_the_chair_keeps_the_roll(client, roll, estate, role, keeps):
    kind = OrganizationKind.OWNERS_COMMITTEE
    committee = estate.organization("业委会", kind, estate.branch)
    client.force_login(estate.person("委员", committee, role))

    assert client.get(roll.get_absolute_url()).status_code == keeps
    assert client.get(url("roll-add", roll)).status_code == keeps


def test_the_community_reads_and_changes_nothing(client, roll, estate):
    client.force_login(estate.community_staff)

    assert client.get(roll.get_absolute_url()).status_code == 200
    assert client.post(url("roll-freeze", roll)).status_code == 403


def test_a_roll_that_is_not_posted_hangs_nowhere(client, estate):
    assert client.get(drawn(estate).posted_url).status_code == 404


def test_the_pages_cost_the_same_however_long_the_roll(client, roll, estate):
    client.force_login(estate.secretary)

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = [roll.posted_url, roll.get_absolute_url()]
    queries(roll.posted_url)
    few = [queries(address) for address in addresses]
    for number in range(4, 24):
        roll.rights.create(number=number, name="业主", area=1)

    assert [queries(address) for address in addresses] == few
    assert max(few) <= 14


def test_a_frozen_roll_is_no_more_objected_to(client, roll, estate):
    freeze_roll(roll, at=MONDAY + timedelta(days=16))
    client.force_login(estate.resident)

    assert "提交异议" not in text_of(client.get(roll.posted_url))
