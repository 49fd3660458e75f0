"""导出: one's own scope as a sheet, marked, masked, defused and logged; and filters under a name."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from complaints.actions import exporting
from complaints.actions.entering import add_number
from complaints.actions.exporting import COLUMNS
from complaints.actions.filing import begin_draft, file_concern
from complaints.models import SavedView, Ticket
from complaints.terms import Platform
from complaints.tests.test_lists import copies
from compounds.audit.models import AuditEntry
from compounds.jobs.actions import run_next
from compounds.jobs.models import Job
from compounds.models import Post

EXPORT = reverse("complaints:export")
LIST = reverse("complaints:tickets")
C48 = "138-0000-0000"
FORMULA = "=HYPERLINK(1)漏水"


def said(cast, text, compound=None, **more):
    at = timezone.now()
    draft = begin_draft(at=at, compound=(compound or cast.home).code, text=text, **more)
    return file_concern(draft, reporter=cast.resident, address=text, at=at)


def exported(client, query="", **more):
    """Through the form, the sweep and the download; gives the rows of the sheet."""
    given = {"form": "csv", "purpose": "周三联席会议用", "submission_key": uuid.uuid4(), **more}
    answer = client.post(f"{EXPORT}?{query}", given)
    assert answer.status_code == 302, answer.context["form"].errors
    run_next(at=timezone.now())
    job = Job.objects.latest("pk")
    file = client.get(reverse("jobs:result", args=[job.pk]))
    assert file.status_code == 200, job.error
    content = file.getvalue()
    if given["form"] == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        return job, [*csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    sheet = load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "inlineStr", "n"}
    assert {type(cell.value) for row in sheet for cell in row} <= {str, type(None)}
    assert job.person.name in sheet.oddHeader.center.text
    return job, [[cell.value or "" for cell in row] for row in sheet]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_holds_one_s_own_scope_masked_marked_and_harmless(client, cast, form):
    ticket = said(cast, f"{FORMULA}，打{C48}找我", name="老陈", phone="13900001234", place=C48)
    add_number(
        ticket, platform=Platform.HOTLINE, number="CQ-1001", by=cast.secretary, at=timezone.now()
    )
    said(cast, "别的小区的事", compound=cast.elsewhere)
    client.force_login(cast.secretary)

    job, (mark, columns, *rows) = exported(client, form=form)

    assert columns == COLUMNS
    assert cast.secretary.name in mark[0]
    assert "周三联席会议用" in mark[0]
    assert f"{timezone.now():%Y-%m}" in mark[0]
    assert cast.secretary.name in job.file_name
    (row,) = rows
    assert row[:2] == [ticket.code, "12345 热线 CQ-1001"]
    assert row[2].startswith("'=HYPERLINK")
    told = str([mark, *rows])
    for secret in (C48, "13900001234", "老陈", cast.resident.name, "别的小区的事"):
        assert secret not in told
    logged = AuditEntry.objects.get(verb="exported")
    assert (logged.by, logged.reason, logged.detail) == (
        cast.secretary,
        "周三联席会议用",
        {"rows": 1},
    )
    assert logged.sentence.startswith(f"{cast.secretary}导出了事项表（全部）")


def test_the_filters_of_the_list_are_those_of_the_sheet(client, cast):
    said(cast, "电梯困人")
    lamp = said(cast, "楼道灯不亮")
    client.force_login(cast.secretary)
    assert f"{EXPORT}?q=" in client.get(LIST, {"q": "楼道灯"}).text
    assert "搜索：楼道灯" in client.get(EXPORT, {"q": "楼道灯"}).text

    job, rows = exported(client, "q=楼道灯")

    assert [row[0] for row in rows[2:]] == [lamp.code]
    assert job.title == "事项表（搜索：楼道灯）"


def test_a_long_list_is_written_page_by_page(client, cast, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 7)
    copies(said(cast, "水管漏水"), 20)
    client.force_login(cast.secretary)

    job, rows = exported(client)

    codes = [row[0] for row in rows[2:]]
    newest = Ticket.objects.order_by("-pk").values_list("code", flat=True)
    assert codes == [*newest]
    assert (job.done, job.total) == (21, 21)


def test_whoever_lost_the_post_meanwhile_gets_nothing(client, cast):
    said(cast, "水管漏水")
    client.force_login(cast.secretary)
    key = uuid.uuid4()
    client.post(EXPORT, {"form": "csv", "purpose": "开会", "submission_key": key})
    held = Post.objects.filter(person=cast.secretary)
    held.update(ended_at=timezone.now(), started_at=timezone.now() - timedelta(days=1))

    run_next(at=timezone.now())

    job = Job.objects.get(submission_key=key)
    assert "重新导出" in job.error
    assert not AuditEntry.objects.filter(verb="exported").exists()


def test_a_resident_exports_nothing_and_a_purpose_must_be_said(client, cast):
    client.force_login(cast.resident)
    assert client.get(EXPORT).status_code == 403
    assert EXPORT not in client.get(LIST).text
    client.force_login(cast.secretary)
    again = client.post(EXPORT, {"form": "csv", "submission_key": uuid.uuid4()})
    assert again.context["form"].errors.keys() == {"purpose"}


# --- 视图 --------------------------------------------------------------------------------------


def keep(client, query, name):
    return client.post(f"{reverse('complaints:view-new')}?{query}", {"name": name})


def test_filters_are_kept_under_a_name_and_stand_above_the_list(client, cast):
    lamp = said(cast, "楼道灯不亮")
    said(cast, "电梯困人")
    client.force_login(cast.secretary)

    url = keep(client, "q=楼道灯&state=&nonsense=1", "楼道里的灯").url

    page = client.get(url)
    assert [one.code for one, *_ in page.context["rows"]] == [lamp.code]
    assert "楼道里的灯" in client.get(LIST).text
    assert "nonsense" not in SavedView.objects.get().query


def test_a_view_is_renamed_and_removed_by_its_person_alone(client, cast):
    client.force_login(cast.secretary)
    keep(client, "q=灯", "灯")
    keep(client, "q=水", "水")
    view = SavedView.objects.get(name="灯")
    rename = reverse("complaints:view-rename", args=[view.pk])
    remove = reverse("complaints:view-remove", args=[view.pk])
    client.force_login(cast.community_staff)
    assert client.post(rename, {"name": "别的"}).status_code == 404
    assert client.post(remove).status_code == 404
    assert [*client.get(LIST).context["views"]] == []

    client.force_login(cast.secretary)
    assert "已有一个视图" in client.post(rename, {"name": "水"}).text
    client.post(rename, {"name": "路灯"})
    assert [view.name for view in SavedView.objects.order_by("pk")] == ["路灯", "水"]
    client.post(remove)
    assert SavedView.objects.get().name == "水"


def test_a_name_is_kept_once_and_not_without_end(client, cast):
    client.force_login(cast.secretary)
    assert keep(client, "q=灯", "灯").url == keep(client, "q=灯", "灯").url
    assert "换个名称" in keep(client, "q=水", "灯").text
    for number in range(11):
        keep(client, f"q={number}", f"第 {number}")
    assert "最多存 12 个" in keep(client, "q=多", "多").text


def test_however_many_views_there_are_the_list_costs_the_same(
    client, cast, django_assert_max_num_queries
):
    client.force_login(cast.secretary)
    said(cast, "楼道灯不亮")
    for number in range(10):
        keep(client, f"q={number}", f"第 {number}")
    with django_assert_max_num_queries(8):
        client.get(LIST)
