"""名册导入: looked at first, confirmed once, every error named by row and column."""

import csv
import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from compounds.audit.models import AuditEntry
from compounds.models import OwnedUnit, Ownership
from ownerscommittee.votes.models import Roll, RollImport
from ownerscommittee.votes.terms import ROLL_COLUMNS
from ownerscommittee.votes.tests.test_rolls import estate

__all__ = ["estate"]

HOME = ["1栋", "1单元"]
ZHANG = [*HOME, "101", "张 三", "13900000001", "", "", "", "90.01", "不动产登记"]
ZHANG_TOO = [*HOME, "201", "张三", "139-0000-0001", "", "", "", "", ""]
LI = [*HOME, "301", "李四", "13900000002", "50%", "是", "", "1,190.5", "测绘报告"]
WANG = [*HOME, "301", "王 五", "", "1/2", "否", "", "", ""]
BUILDER = [[*HOME, room, "建设公司", "", "", "", "是", "", ""] for room in ("401", "501")]
WHOLE = [ZHANG, ZHANG_TOO, LI, WANG, *BUILDER]


def workbook(*rows, header=ROLL_COLUMNS):
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def comma_separated(*rows, encoding="utf-8-sig"):
    text = io.StringIO()
    csv.writer(text).writerows([ROLL_COLUMNS, *rows])
    return text.getvalue().encode(encoding)


def upload(client, cast, content, *, name="r.xlsx", key=None, **typed):
    given = {"scope": "compound", "cut_off_on": "2026-03-02", **typed}
    file = SimpleUploadedFile(name, content)
    address = reverse("votes:roll-import", args=[cast.home.code])
    return client.post(address, {"sheet": file, "submission_key": key or uuid.uuid4(), **given})


@pytest.fixture
def secretary(client, estate):
    client.force_login(estate.secretary)
    return client


def looked_at(client, cast, *rows, **more):
    return client.get(upload(client, cast, workbook(*rows), **more).url)


def test_a_sheet_is_looked_at_first_and_becomes_a_roll_when_confirmed(secretary, estate):
    page = looked_at(secretary, estate, *WHOLE)
    comparison = page.context["comparison"]
    assert (len(comparison.rows), len(comparison.listed)) == (6, 5)
    # 张三 one head with two flats, the couple one, the developer one
    assert (comparison.weight.heads, comparison.weight.area) == (3, 155_062)
    assert "登记 90.03 ㎡，表里 1190.50 ㎡" in page.text
    assert "1栋1单元101：登记居民，表里张三" in page.text
    assert not Roll.objects.exists()

    address = page.request["PATH_INFO"]
    first, second = secretary.post(address), secretary.post(address)

    roll = Roll.objects.get()
    assert first.url == second.url == roll.get_absolute_url()
    assert secretary.get(address).url == roll.get_absolute_url()
    lines = [(r.number, r.name, r.phone, r.area, r.is_developer) for r in roll.rights.all()]
    assert lines == [
        (1, "张三", "13900000001", 18_003, False),
        (2, "李四、王五", "13900000002", 119_050, False),
        (3, "建设公司", "", 18_009, True),
    ]
    assert roll.units.get(unit=estate.flats[2]).area_basis == "survey"
    assert estate.flats[2].exclusive_area == 9_003  # the register stays as it is
    assert Ownership.objects.filter(unit=estate.flats[0]).get().person == estate.resident
    assert RollImport.objects.get().sheet == ""


def test_whoever_has_an_account_with_the_number_votes_by_it(secretary, estate):
    line = [*HOME, "101", "居民", estate.resident.phone, "", "", "", "", ""]
    secretary.post(looked_at(secretary, estate, line).request["PATH_INFO"])

    assert Roll.objects.get().rights.of_person(estate.resident).get().voter == estate.resident


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_same_as_csv(secretary, estate, encoding):
    content = comma_separated(*WHOLE, encoding=encoding)
    page = secretary.get(upload(secretary, estate, content, name="名册.CSV").url)

    assert page.context["comparison"].weight.heads == 3


def test_what_was_downloaded_comes_back_as_the_same(secretary, estate):
    """Telephones come masked and are known again; no number leaves in clear."""
    Ownership.objects.filter(unit=estate.flats[0]).update(is_voter=True)
    address = reverse("votes:roll-owners-sheet", args=[estate.home.code])
    sheet = secretary.post(address).content
    rows = list(load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True))
    assert estate.resident.phone not in str(rows)
    assert AuditEntry.objects.filter(verb="exported").count() == 1

    page = secretary.get(upload(secretary, estate, sheet).url)

    comparison = page.context["comparison"]
    assert (comparison.bad_rows, comparison.areas, comparison.owners) == ([], [], [])
    assert (comparison.weight.heads, comparison.weight.area) == (3, 45_015)
    assert comparison.uncounted == [estate.flats[5]]
    secretary.post(page.request["PATH_INFO"])
    assert Roll.objects.get().rights.of_person(estate.resident).count() == 1


BAD = [
    (2, "999", "房号", "没有这套房"),
    (0, "9栋", "房号", "没有这套房"),
    (3, "", "业主", "没有填写"),
    (3, "=HYPERLINK(1)", "业主", "公式"),
    (3, "+张三", "业主", "不能以"),
    (4, "123", "手机号", "11 位手机号"),
    (4, "138****9999", "手机号", "带星号"),
    (5, "150%", "产权份额", "不超过 1"),
    (5, "1/0", "产权份额", "写法例如"),
    (5, "1/3", "产权份额", "不等于 1"),
    (6, "对", "行使表决权", "应是“是”或“否”"),
    (8, "89,45", "专有面积(㎡)", "应是数字"),
    (8, "=SUM(1,2)", "专有面积(㎡)", "公式"),
    (8, "1,23.45", "专有面积(㎡)", "应是数字"),
    (9, "听说", "面积来源", "不动产登记、测绘报告、买卖合同"),
]


@pytest.mark.parametrize(("column", "value", "name", "why"), BAD)
def test_each_error_is_named_by_row_and_column(secretary, estate, column, value, name, why):
    wrong = [*ZHANG]
    wrong[column] = value

    page = looked_at(secretary, estate, LI, WANG, wrong)

    [row] = page.context["bad_rows"]
    [[bad_column, reason]] = row["errors"]
    assert (row["row"], bad_column) == (4, name)
    assert why in reason
    assert "什么都没有写入" in secretary.post(page.request["PATH_INFO"]).text
    assert not Roll.objects.exists()


OF_TWO = [
    ({3: "李四", 4: "13900000002"}, "业主", "重复"),
    ({6: "是"}, "行使表决权", "只能有一位"),
    ({7: "是"}, "开发商", "不能都是业主"),
    ({8: "88"}, "专有面积(㎡)", "面积不同"),
    ({9: "买卖合同"}, "面积来源", "面积来源不同"),
    ({4: "13900000002"}, "手机号", "业主却不同"),
]


@pytest.mark.parametrize(("over", "name", "why"), OF_TWO)
def test_two_rows_of_one_unit_may_not_contradict(secretary, estate, over, name, why):
    second = [over.get(place, cell) for place, cell in enumerate(WANG)]

    [row] = looked_at(secretary, estate, LI, second).context["bad_rows"]

    assert row["row"] == 3
    assert [name, why] == [row["errors"][0][0], why]
    assert why in row["errors"][0][1]


def test_the_errors_come_back_as_the_same_sheet_with_one_column_more(secretary, estate):
    page = looked_at(secretary, estate, ZHANG, [*ZHANG_TOO[:4], "1", *ZHANG_TOO[5:]])

    answer = secretary.get(f"{page.request['PATH_INFO']}errors.xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))

    assert rows[0] == (*ROLL_COLUMNS, "错误")
    assert rows[1][10] in (None, "")
    assert rows[2][10].startswith("手机号：应是 11 位")


def test_a_scope_leaves_out_what_lies_outside(secretary, estate):
    entrance = estate.flats[0].entrance
    far = entrance.building.compound.buildings.last().entrances.get()
    OwnedUnit.objects.create(entrance=far, floor=1, room="101", exclusive_area=5_000)
    outside = ["2栋", "1单元", "101", "赵六", "", "", "", "", "", ""]
    given = {"scope": "entrance", "entrance": entrance.pk}

    [row] = looked_at(secretary, estate, ZHANG, outside, **given).context["bad_rows"]
    assert row["errors"] == [["房号", "房屋登记的这个范围里没有这套房。"]]

    page = looked_at(secretary, estate, ZHANG, **given)
    assert page.context["comparison"].left_out == estate.flats[1:5]
    page = looked_at(secretary, estate, ZHANG, scope="units")
    assert page.context["comparison"].left_out == []


def test_namesakes_without_a_number_are_shown(secretary, estate):
    rows = [[*HOME, room, "王芳", "", "", "", "", "", ""] for room in ("101", "201")]

    assert "王芳：第 2、3 行" in looked_at(secretary, estate, *rows).text


def test_a_name_lies_encrypted_and_sent_twice_it_is_one_upload(secretary, estate):
    key = uuid.uuid4()
    first, second = (upload(secretary, estate, workbook(ZHANG), key=key) for _ in range(2))

    assert first.url == second.url
    with connection.cursor() as cursor:
        cursor.execute("SELECT sheet FROM votes_rollimport")
        assert "张三" not in str(cursor.fetchall())


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(101 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("r.xlsx", bomb(), "100 MB"),
        ("r.xlsx", b"hello", "不是 XLSX"),
        ("r.csv", b"\xff\xfe\xff", "第一行应依次是"),
        ("r.csv", "甲,乙".encode(), "第一行应依次是"),
        ("r.xlsx", workbook(), "没有业主"),
    ],
)
def test_a_hostile_file_is_refused_in_words(secretary, estate, name, content, why):
    response = upload(secretary, estate, content, name=name)

    assert why in str(response.context["form"].errors["sheet"])
    assert not RollImport.objects.exists()


def test_a_look_costs_the_same_however_long_the_sheet(secretary, estate):
    def queries(*rows):
        address = upload(secretary, estate, workbook(*rows)).url
        with CaptureQueriesContext(connection) as captured:
            assert secretary.get(address).status_code == 200
        return len(captured)

    assert queries(ZHANG) == queries(*WHOLE) <= 14


def test_the_roll_leaves_as_csv_too_with_its_cells_defused_and_logged(secretary, estate):
    secretary.post(looked_at(secretary, estate, ZHANG).request["PATH_INFO"])
    roll = Roll.objects.get()
    roll.rights.update(name="=cmd|'/C calc'!A0")

    answer = secretary.post(reverse("votes:roll-csv", args=[estate.home.code, roll.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert rows[1] == ["1", "1栋1单元101", "'=cmd|'/C calc'!A0", "139****0001", "1", "90.01"]
    assert AuditEntry.objects.filter(verb="exported").count() == 1
