import zipfile
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from compounds import sheets
from compounds.actions import apply_import
from compounds.models import Building, Entrance, OwnedUnit, RegisterImport
from compounds.rules import Refused
from compounds.terms import REGISTER_COLUMNS, AreaBasis, UnitUse

GOOD = ["1栋", "1单元", 3, "301", "住宅", 89.45, "不动产登记"]
NEW = ["3栋", "2单元", "-1", "B01", "车位", "12.5", "测绘报告"]


def sheet(*rows, header=REGISTER_COLUMNS):
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def url(compound, name="register", *more):
    return reverse(f"compounds:{name}", args=[compound.code, *more])


def upload(client, compound, content, key=None, name="r.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(url(compound), {"sheet": file, "submission_key": key or uuid4()})


def cells(response):
    book = load_workbook(BytesIO(response.content))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.fixture
def secretary(client, cast):
    client.force_login(cast.secretary)
    return client


def units(compound):
    return OwnedUnit.objects.filter(entrance__building__compound=compound)


def test_a_sheet_is_looked_at_first_and_written_when_confirmed(secretary, cast):
    dry = secretary.get(upload(secretary, cast.home, sheet(GOOD, NEW)).url)
    assert (len(dry.context["comparison"].new), dry.context["comparison"].same) == (2, 0)
    assert not units(cast.home).exists()

    secretary.post(dry.request["PATH_INFO"])

    unit = units(cast.home).get(room="301")
    assert (unit.exclusive_area, unit.use, unit.floor) == (8945, UnitUse.DWELLING, 3)
    cellar = units(cast.home).get(room="B01")
    assert (cellar.floor, cellar.exclusive_area) == (-1, 1250)
    assert (cellar.area_basis, cellar.entrance.token != "") == (AreaBasis.SURVEY, True)


def test_the_same_sheet_changes_nothing_and_another_area_changes_one(secretary, cast):
    for row, changed in [(GOOD, 0), (GOOD, 0), ([*GOOD[:5], "90.00", GOOD[6]], 1)]:
        page = upload(secretary, cast.home, sheet(row)).url
        assert len(secretary.get(page).context["comparison"].changed) == changed
        secretary.post(page)

    assert units(cast.home).get().exclusive_area == 9000
    assert Building.objects.filter(compound=cast.home).count() == 2
    assert Entrance.objects.of_compound(cast.home).count() == 2


def test_a_sheet_is_written_once(secretary, cast):
    secretary.post(upload(secretary, cast.home, sheet(GOOD)).url)

    with pytest.raises(Refused, match="已经写入过"):
        apply_import(RegisterImport.objects.get(), by=cast.secretary, at=timezone.now())


def test_sent_twice_it_is_one_upload(secretary, cast):
    key = uuid4()

    first = upload(secretary, cast.home, sheet(GOOD), key)
    second = upload(secretary, cast.home, sheet(GOOD), key)

    assert first.url == second.url
    assert RegisterImport.objects.count() == 1


BAD = [
    (0, "", "楼栋", "没有填写"),
    (1, "长" * 21, "单元", "不能超过 20 个字"),
    (2, "三", "楼层", "应是整数"),
    (2, 500, "楼层", "150"),
    (3, "3" * 13, "房号", "不能超过 12 个字"),
    (4, "别墅", "用途", "住宅、商铺、车位、储藏间"),
    (5, "89.455", "专有面积(㎡)", "最多两位小数"),
    (5, "0", "专有面积(㎡)", "大于 0"),
    (5, "NaN", "专有面积(㎡)", "大于 0"),
    (5, "很大", "专有面积(㎡)", "应是数字"),
    (6, "听说", "面积来源", "不动产登记、测绘报告、买卖合同"),
]


@pytest.mark.parametrize(("column", "value", "name", "why"), BAD)
def test_each_error_is_named_and_nothing_is_saved(secretary, cast, column, value, name, why):
    wrong = [*GOOD]
    wrong[column] = value

    page = upload(secretary, cast.home, sheet(NEW, wrong)).url

    [row] = secretary.get(page).context["bad_rows"]
    [[bad_column, reason]] = row["errors"]
    assert (row["row"], bad_column) == (3, name)
    assert why in reason
    assert "什么都没有写入" in secretary.post(page).text
    assert not units(cast.home).exists()


def test_the_errors_come_back_as_the_same_sheet_with_one_column_more(secretary, cast):
    page = upload(secretary, cast.home, sheet(NEW, [*GOOD[:4], "别墅", *GOOD[5:]], GOOD, GOOD)).url

    rows = cells(secretary.get(f"{page}errors.xlsx"))

    assert rows[0] == [*REGISTER_COLUMNS, "错误"]
    assert rows[1][:4] == ["3栋", "2单元", "'-1", "B01"]
    assert rows[1][7] in (None, "")
    assert rows[2][7].startswith("用途：应是")
    assert rows[4][7] == "房号：与第 4 行重复。"


def test_what_is_exported_imports_as_the_same(secretary, cast):
    secretary.post(upload(secretary, cast.home, sheet(GOOD, NEW)).url)

    exported = secretary.get(url(cast.home, "register-sheet"))

    assert cells(exported)[1] == ["1栋", "1单元", "3", "301", "住宅", "89.45", "不动产登记"]
    page = secretary.get(upload(secretary, cast.home, exported.content).url)
    comparison = page.context["comparison"]
    assert (comparison.same, comparison.new, comparison.changed) == (2, {}, {})


def test_a_cell_that_would_run_as_a_formula_is_exported_as_text(secretary, cast):
    entrance = Entrance.objects.of_compound(cast.home).first()
    for room in ("=1+1", "+1", "@x", "-2"):
        OwnedUnit.objects.create(entrance=entrance, floor=1, room=room, exclusive_area=1)

    rooms = {row[3] for row in cells(secretary.get(url(cast.home, "register-sheet")))[1:]}

    assert rooms == {"'=1+1", "'+1", "'@x", "'-2"}


def bomb():
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(101 * 1024 * 1024))
    return file.getvalue()


def archive_of(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def laughs():
    """A sheet whose one cell is an entity of entities, a billion letters long."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(sheet(GOOD))) as good,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in good.namelist():
            part = good.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
                part = f'<!DOCTYPE w [<!ENTITY l0 "lol">{entities}]>' + part.replace(
                    "<sheetData>", f"<sheetData>{cell}"
                )
            archive.writestr(name, part)
    return file.getvalue()


HOSTILE = {
    "an entity bomb": (laughs(), "不是 XLSX"),
    "a text": (b"hello", "不是 XLSX"),
    "a zip of something else": (archive_of(a="b"), "不是 XLSX"),
    "a workbook in name only": (archive_of(**{"xl/workbook.xml": "<x"}), "不是 XLSX"),
    "an unpacking bomb": (bomb(), "100 MB"),
    "a cut file": (sheet(GOOD)[:-200], "不是 XLSX"),
    "other columns": (sheet(GOOD, header=["甲"]), "第一行应依次是"),
    "no rows": (sheet(), "没有房屋"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_words(secretary, cast, content):
    file, why = content

    response = upload(secretary, cast.home, file)

    assert why in str(response.context["form"].errors["sheet"])
    assert not RegisterImport.objects.exists()


def test_a_file_over_the_limit_is_refused(secretary, cast, monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_FILE", 100)

    response = upload(secretary, cast.home, sheet(GOOD))

    assert "超过 10 MB" in str(response.context["form"].errors["sheet"])


def test_five_thousand_units_are_few_statements(secretary, cast, django_assert_max_num_queries):
    rows = [
        [f"{n % 40}栋", f"{n % 4}单元", n % 30, f"{n}", "住宅", "80.5", "买卖合同"]
        for n in range(5000)
    ]
    page = upload(secretary, cast.home, sheet(*rows)).url

    with django_assert_max_num_queries(40):
        secretary.post(page)

    assert units(cast.home).count() == 5000


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("resident", 404),
        ("stranger", 404),
        ("company_staff", 403),
        ("street_leader", 403),
        ("security", 403),
        ("secretary", 200),
        ("community_staff", 200),
        ("administrator", 200),
    ],
)
def test_who_imports(client, cast, who, status):
    client.force_login(getattr(cast, who))

    assert client.get(url(cast.home)).status_code == status
    assert client.get(url(cast.home, "register-sheet")).status_code == status


def test_an_upload_is_not_confirmed_through_another_compound(client, cast):
    client.force_login(cast.secretary)
    page = upload(client, cast.home, sheet(GOOD)).url
    pk = RegisterImport.objects.get().pk
    client.force_login(cast.stranger)

    assert client.post(page).status_code == 404
    assert client.post(url(cast.elsewhere, "register-import", pk)).status_code == 404
    assert not OwnedUnit.objects.exists()
