import pytest

from complaints.rules.words import (
    code_for,
    code_from,
    emergency_numbers,
    number_from,
    title_from,
)
from compounds.rules import masked_text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6栋电表箱在冒烟有火星!", "119"),
        ("楼道里有很浓的煤气味，不知道哪家漏的。", "119"),
        ("隔壁独居的婆婆两天没出门了，敲门没应。", "120"),
        ("有人持刀在单元门口", "110"),
    ],
)
def test_dangerous_words_bring_the_number_to_call(text, number):
    assert number in [number for number, _ in emergency_numbers(text)]


def test_an_ordinary_report_brings_no_number():
    assert emergency_numbers("2单元4到8楼声控灯全不亮，老人晚上摸黑下楼。") == []


def test_a_title_is_the_first_sentence_cut_to_a_line():
    assert title_from("电梯停了。楼上有老人下不来") == "电梯停了"
    assert title_from("一" * 60) == "一" * 23 + "…"
    assert title_from("。") == "。"


@pytest.mark.parametrize(
    "typed", ["BS-2026-000173", "bs2026 173", "2026-173", " BS-2026-000173 ", "２０２６-173"]
)
def test_a_number_is_understood_as_people_type_it(typed):
    assert number_from(typed) == "BS-2026-000173"


@pytest.mark.parametrize("typed", ["", "173", "BS-26-1", "hello", "BS-2026-"])
def test_what_is_no_number_is_none(typed):
    assert number_from(typed) == ""


def test_a_code_follows_from_number_and_key_alone():
    code = code_for("BS-2026-000173", "key")

    assert code == code_for("BS-2026-000173", "key")
    assert code != code_for("BS-2026-000173", "another key")
    assert code != code_for("BS-2026-000174", "key")
    assert len(code) == 6
    assert not set(code) & set("01OIL")
    assert code_from(f" {code[:3].lower()} {code[3:]}") == code


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我姓李,13800000000,千万别告诉对方", "我姓李,138****00,千万别告诉对方"),
        ("电话 138-0000-0000", "电话 138****00"),
        ("座机023-41234567", "座机023****67"),
        ("身份证500227199001010011", "身份证500****11"),
        ("电话１３８ ００００　００００。", "电话１３８****００。"),
        ("1 3 8 0 0 0 0 0 0 0 0", "1 3**** 0"),
        ("微信138.0000.0000", "微信138****00"),
        ("+86 138—0000—0000或8613800000001", "+86****00或861****01"),
        ("13800000000x，139000000001", "138****00x，139****01"),
        ("5-13800000000", "5-138****00"),
        ("3栋2单元13800000000一楼", "3栋2单元138****00一楼"),
        ("座机（023）4123 4567", "座机（02****67"),
        ("打41234567，或者电话：4123-4567", "打412****67，或者电话：412****67"),
        ("身份证 500227 19900101 001X", "身份证 500****1X"),
        ("卡号6222020200112233445", "卡号622****45"),
        ("一三八零零零零零零零零", "一三八****零零"),
    ],
)
def test_numbers_of_people_are_masked_in_free_text(text, masked):
    assert masked_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "停了40天，3栋2单元1701",
        "BS-2026-000173，2026-03-02 13:00，12345，400-800-1234",
        "13-1-1801、13-1-1802，3101-3104，15-2-1501 15-2-1502",
        "2026.03.02 10.30，13.50 18.20 15.00，08:00-20:00，20260302",
        "一楼二楼三楼，一百三十五户",
    ],
)
def test_other_numbers_stay_readable(text):
    assert masked_text(text) == text
