"""The main job on the running product, without JavaScript: a report goes out and an answer comes back."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE, press

pytestmark = pytest.mark.browser

REPLY = "已更换声控灯 5 盏，并检查了全部楼层的线路，今后每月巡查一次。"


class Resident:
    """Somebody with a phone, who has no account. Counts the pages seen and the taps made."""

    def __init__(self, page):
        self.page = page
        self.pages = self.taps = 0

    def open(self, address):
        self.page.goto(address)
        self.pages += 1

    @property
    def told(self):
        return self.page.get_by_role("main").inner_text()

    def choose(self, label, option):
        self.page.get_by_role("group", name=label).get_by_label(option, exact=True).check()
        self.taps += 1

    def press(self, name, role="button"):
        press(self.page.get_by_role(role, name=name, exact=True))
        self.pages += 1
        self.taps += 1

    def report(self, door, text, picture=None):
        """From the code beside the door; gives number and code as the last page shows them."""
        self.open(door)
        self.page.get_by_label("出了什么问题？").fill(text)
        if picture:
            self.page.get_by_label("照片").set_input_files(picture)
            self.taps += 2  # the field, and the photo among the others
        self.press("继续")
        if self.page.url.endswith("/alike/"):
            self.press("不是这件事，继续提交", "link")
        self.press("继续")
        self.press("提交")
        return [self.page.locator("dd.figure").nth(place).inner_text() for place in (0, 1)]

    def find(self, number, code):
        self.open("/track/")
        self.page.get_by_label("编号").fill(number)
        self.page.get_by_label("六位查询码").fill(code)
        self.press("查一查")

    def answer(self, *, contacted, solved, satisfied):
        self.press("去评价", "link")
        self.choose("办事的人联系过您吗？", contacted)
        self.choose("问题解决了吗？", solved)
        self.choose("您满意吗？", satisfied)
        self.press("提交评价")


@pytest.fixture
def resident(arrive):
    """A new phone each time it is called."""

    def resident():
        return Resident(arrive(viewport=PHONE, is_mobile=True, has_touch=True))

    return resident


@pytest.fixture
def at_desk(arrive):
    """Somebody opens a ticket at the desk, chooses a deed there, fills in its form and sends it."""

    desks = {}

    def do(role, number, deed, button, **answers):
        page = desks[role] = desks.get(role) or arrive(role, DESKTOP)
        page.goto(f"/tickets/{number}/")
        press(page.get_by_role("main").get_by_role("link", name=deed, exact=True))
        for name, value in answers.items():
            fill(page.locator(f"[name={name}]"), value)
        press(page.get_by_role("main").get_by_role("button", name=button, exact=True))
        assert page.url.endswith(f"/tickets/{number}/"), page.get_by_role("main").inner_text()
        return page.get_by_role("main").inner_text()

    return do


def fill(field, value):
    """A control of any kind, by its value or by the word that stands there."""
    kind = field.first.evaluate("control => control.type")
    if kind in ("radio", "checkbox"):
        field.and_(field.page.get_by_label(value)).check()
    elif kind == "select-one":
        field.select_option(label=value)
    else:
        field.fill(value)


def accept(at_desk, number):
    return at_desk(
        "secretary", number, "受理", "受理", category="照明", lane="U3 一般事项", kind="投诉"
    )


def call_the_department(at_desk, number):
    """The secretary whistles for an accepted ticket, and the street's dispatcher sends it on."""
    at_desk(
        "secretary",
        number,
        "吹哨",
        "吹哨",
        reason="开关在消防控制室里，物业没有钥匙。",
        needs_enforcement="需要部门执法或专业资质",
    )
    at_desk(
        "dispatcher",
        number,
        "派单",
        "派单",
        to="消防救援支队",
        co_units="住房城乡建委",
        note="请主办，住建委协助。",
    )


def reply(at_desk, number):
    return at_desk("department", number, "反馈", "提交反馈", text=REPLY, resolution="已解决")


def test_a_report_goes_to_the_department_and_back(resident, at_desk, door, picture):
    phone = resident()
    number, code = phone.report(door, "架空层的乒乓球台裂成两半，球网也没有了。", picture)
    assert re.fullmatch(r"BS-\d{4}-\d{6}", number)
    assert re.fullmatch(r"[0-9A-Z]{6}", code)
    assert (phone.pages, phone.taps) <= (4, 6)

    assert "小区自办的时限开始计算" in accept(at_desk, number)

    call_the_department(at_desk, number)
    at_desk("department", number, "签收报到", "签收", note="明天上午到场。")
    at_desk("department", number, "登记联系居民", "登记", note="已电话约好时间。")
    reply(at_desk, number)
    at_desk("secretary", number, "请居民评价", "答复可以，请居民评价")

    phone = resident()  # another day, another browser
    phone.find(number, code.lower())
    assert "明天上午到场。" in phone.told and REPLY in phone.told
    phone.answer(contacted="联系过", solved="解决了", satisfied="满意")
    assert "已办结" in phone.told
    assert phone.page.get_by_role("link", name="没解决，要求重办").is_visible()


def test_what_nobody_here_may_decide_is_declined_with_a_way_on(resident, at_desk, door):
    phone = resident()
    number, code = phone.report(door, "朋友欠我两万块不还，你们帮我要回来。")

    at_desk(
        "community",
        number,
        "不予受理",
        "不予受理",
        reason="民事纠纷，请走司法途径",
        channel="请到区人民法院诉讼服务中心，电话 12368。",
    )

    phone.find(number, code)
    assert "这件事我们办不了" in phone.told
    assert "请到区人民法院诉讼服务中心" in phone.told


def test_an_answer_that_does_not_do_is_sent_back_and_a_no_opens_the_ticket_again(
    resident, at_desk, door
):
    phone = resident()
    number, code = phone.report(door, "消防通道被私家车堵死，叫了几次都不挪。")
    accept(at_desk, number)
    call_the_department(at_desk, number)
    at_desk("department", number, "签收报到", "签收")
    reply(at_desk, number)

    at_desk("secretary", number, "退回重改", "退回重改", reason="只写了灯，没有写通道。")
    reply(at_desk, number)
    at_desk("secretary", number, "请居民评价", "答复可以，请居民评价")
    phone.find(number, code)
    assert "答复不到位，退回重办" in phone.told
    phone.answer(contacted="没联系过", solved="没解决", satisfied="不满意")

    assert "重新办理" in phone.told
    assert "已反馈，等待小区核对" in reply(at_desk, number)
