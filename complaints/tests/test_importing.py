"""导入: another platform's sheet, looked at first, registered by a job, each matter once."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from complaints.actions import importing
from complaints.actions.importing import drop_old_imports
from complaints.models import Concern, ExternalNumber, Ticket, TicketImport
from complaints.models.imports import KEPT_FOR
from complaints.terms import IMPORT_COLUMNS
from compounds.jobs.actions import run_next
from compounds.jobs.models import Job
from compounds.jobs.rules import LEASE
from compounds.models import Post
from compounds.tests.test_register import HOSTILE

UPLOAD = reverse("complaints:import")
PHONE = "13900001234"
GOOD = ["12345热线", "cq-0001", "BS001", "三楼水管漏水", "3栋", "老陈", PHONE]


def xlsx(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def sheet(*rows):
    return xlsx(IMPORT_COLUMNS, *rows)


def upload(client, content, *, name="s.xlsx", key=None):
    file = SimpleUploadedFile(name, content)
    return client.post(UPLOAD, {"sheet": file, "submission_key": key or uuid.uuid4()})


@pytest.fixture
def secretary(client, cast):
    client.force_login(cast.secretary)
    GOOD[2] = cast.home.name
    return client


def register(client, content, **more):
    """Uploaded, confirmed, done by the sweep; gives the page of the sheet."""
    page = upload(client, content, **more).url
    assert client.post(page).status_code == 302
    run_next(at=timezone.now())
    return page


def test_a_sheet_is_shown_first_and_registered_after(secretary, cast):
    page = upload(secretary, sheet(GOOD)).url
    shown = secretary.get(page)
    assert (shown.context["new_count"], shown.context["known_count"]) == (1, 0)
    assert not Ticket.objects.exists()

    job = secretary.post(page).url
    run_next(at=timezone.now())

    ticket, concern = Ticket.objects.get(), Concern.objects.get()
    assert ticket.compound == cast.home
    assert (ticket.text, ticket.place) == ("三楼水管漏水", "3栋")
    assert (concern.channel, concern.entered_by) == ("platform", cast.secretary)
    assert (concern.name, concern.phone) == ("老陈", PHONE)
    assert str(ticket.numbers.get()) == "12345 热线 CQ-0001"
    assert page in secretary.get(job).text
    assert ticket.code in secretary.get(page).text
    seen = secretary.get(ticket.get_absolute_url()).text
    assert f"平台转来（{cast.secretary}登记）" in seen
    assert PHONE not in seen


def test_the_same_sheet_again_registers_nothing_and_a_longer_one_what_is_new(secretary):
    register(secretary, sheet(GOOD))
    again = secretary.get(upload(secretary, sheet(GOOD)).url)
    assert "都登记过了" in again.text
    register(secretary, sheet(GOOD, ["渝快政", "YK-0002", *GOOD[2:]]))
    # Confirmed once more it is the same job.
    page = register(secretary, sheet(["141", *GOOD[1:]]))
    secretary.post(page)
    run_next(at=timezone.now())

    platforms = ExternalNumber.objects.order_by("pk").values_list("platform", flat=True)
    assert [*platforms] == ["hotline", "government_work", "grassroots"]
    assert Ticket.objects.count() == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_however_it_was_saved(secretary, encoding):
    text = io.StringIO()
    csv.writer(text).writerows([IMPORT_COLUMNS, GOOD])

    register(secretary, text.getvalue().encode(encoding), name="s.csv")

    assert Ticket.objects.get().text == "三楼水管漏水"


BAD = [
    (0, "市长信箱", "平台", "12345 热线、渝快政、141 平台"),
    (1, "三号", "编号", "4 到 40 位"),
    (2, "月球小区", "小区", "范围里没有"),
    (3, "", "内容", "没有填写"),
    (3, "长" * 2001, "内容", "不能超过 2000"),
    (4, "长" * 61, "具体位置", "不能超过 60"),
    (5, "长" * 21, "姓名", "不能超过 20"),
    (6, "023-4142", "电话", "11 位"),
]


@pytest.mark.parametrize(("column", "value", "name", "why"), BAD)
def test_each_error_is_named_and_nothing_is_registered(secretary, column, value, name, why):
    wrong = [*GOOD]
    wrong[column] = value

    page = upload(secretary, sheet(["渝快政", *GOOD[1:]], wrong)).url

    [row] = secretary.get(page).context["bad_rows"]
    [[bad_column, reason]] = row["errors"]
    assert (row["row"], bad_column) == (3, name)
    assert why in reason
    assert secretary.post(page).status_code == 200
    assert not Job.objects.exists()
    assert not Ticket.objects.exists()


def test_one_number_twice_in_a_sheet_is_named_and_errors_come_back_in_a_column(secretary):
    page = upload(secretary, sheet(GOOD, GOOD)).url

    file = secretary.get(f"{page}errors.xlsx").content

    rows = [*load_workbook(io.BytesIO(file)).active.values]
    assert rows[0] == (*IMPORT_COLUMNS, "错误")
    assert rows[2][7] == "编号：与第 2 行重复。"


def test_the_template_reads_as_what_it_is(secretary):
    template = secretary.get(reverse("complaints:import-template")).content
    page = secretary.get(upload(secretary, template).url)
    assert (page.context["new_count"], page.context["bad_rows"]) == (1, [])


def test_another_s_compounds_and_another_s_sheet_are_out_of_reach(secretary, cast):
    row = [*GOOD[:2], cast.elsewhere.code, *GOOD[3:]]
    page = upload(secretary, sheet(row)).url
    assert secretary.get(page).context["bad_rows"]
    mine = upload(secretary, sheet(GOOD)).url
    for other in (cast.community_staff, cast.stranger):
        secretary.force_login(other)
        assert secretary.get(mine).status_code == 404
        assert secretary.post(mine).status_code == 404
        assert secretary.get(f"{mine}errors.xlsx").status_code == 404


@pytest.mark.parametrize("name", sorted(set(HOSTILE) - {"other columns", "no rows"}))
def test_a_hostile_file_is_refused_in_words(secretary, name):
    content, why = HOSTILE[name]
    refused = upload(secretary, content)
    assert why in str(refused.context["form"].errors["sheet"])
    assert "第一行应依次是" in str(upload(secretary, xlsx(["甲"])).context["form"].errors)
    assert "没有事项" in str(upload(secretary, sheet()).context["form"].errors)
    assert not TicketImport.objects.exists()


def test_a_killed_job_goes_on_where_it_stood(secretary, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 1)
    rows = [["141", f"N-000{number}", *GOOD[2:]] for number in range(3)]
    page = upload(secretary, sheet(*rows)).url
    secretary.post(page)
    whole, done = importing._register, []

    def killed(matter, *given, **more):
        if len(done) == 2:
            raise KeyboardInterrupt  # which nothing catches
        done.append(matter)
        whole(matter, *given, **more)

    monkeypatch.setattr(importing, "_register", killed)
    with pytest.raises(KeyboardInterrupt):
        run_next(at=timezone.now())
    assert Ticket.objects.count() == 2
    monkeypatch.setattr(importing, "_register", whole)

    run_next(at=timezone.now() + LEASE)

    assert sorted(ExternalNumber.objects.values_list("number", flat=True)) == [
        row[1] for row in rows
    ]
    assert Job.objects.get().state == "done"


def test_whoever_lost_the_post_meanwhile_registers_nothing(secretary, cast):
    page = upload(secretary, sheet(GOOD)).url
    secretary.post(page)
    Post.objects.filter(person=cast.secretary).update(
        started_at=timezone.now() - timedelta(days=1), ended_at=timezone.now()
    )

    run_next(at=timezone.now())

    assert "重新上传" in Job.objects.get().error
    assert not Ticket.objects.exists()


def test_what_was_uploaded_is_unreadable_in_the_database_and_gone_after_a_week(secretary):
    upload(secretary, sheet(GOOD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM complaints_ticketimport")
        ((stored,),) = cursor.fetchall()
    assert PHONE not in stored
    assert PHONE in TicketImport.objects.get().content

    drop_old_imports(at=timezone.now() + KEPT_FOR / 2)
    assert TicketImport.objects.exists()
    drop_old_imports(at=timezone.now() + KEPT_FOR * 2)
    assert not TicketImport.objects.exists()
