"""Owners vote, without JavaScript, on the demonstration: three homes with one thumb, and a paper."""

import json
import re

import pytest

from bizhan.engines import CHECKOUT
from tests.browser.conftest import DESKTOP, press

pytestmark = pytest.mark.browser

NARROW = {"width": 360, "height": 740}
THUMB = 44  # pixels of a target that a thumb meets
OPEN = "第六次业主大会会议"
TARGETS = """() => [...document.querySelectorAll("main .button, main .choices label, main summary")]
    .filter(each => each.getClientRects().length)
    .map(each => each.getBoundingClientRect())
    .map(box => [box.left, box.right, box.height])"""


def assert_for_one_thumb(page):
    """Nothing to scroll sideways to, and nothing to press that is smaller than a thumb."""
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    for left, right, height in page.evaluate(TARGETS):
        assert left >= 0 and right <= NARROW["width"] and height >= THUMB


def choose(page, **answers):
    """question → the words that stand beside the box."""
    for question, words in answers.items():
        page.locator(f"#div_id_{question}").get_by_text(words, exact=True).click()


def test_an_owner_of_three_homes_votes_with_one_thumb_and_keeps_a_receipt(
    arrive, product, tmp_path
):
    page = arrive("owner", NARROW, is_mobile=True, has_touch=True, accept_downloads=True)
    page.goto("/")
    press(page.get_by_role("main").get_by_role("link", name=re.compile(f"去投票.*{OPEN}")))
    assert_for_one_thumb(page)
    for home in ("1栋1单元1502", "4栋2单元802", "1栋2单元601"):
        assert page.get_by_text(home).is_visible()

    choose(page, q1="同意", q2="反对")
    press(page.get_by_role("button", name="下一步，核对"))
    assert page.title().startswith("错误：")
    assert page.locator("#div_id_q1 :checked").count() == 1
    choose(page, q3="弃权")
    press(page.get_by_role("button", name="下一步，核对"))
    assert_for_one_thumb(page)
    press(page.get_by_role("button", name="投出"))

    assert page.get_by_role("heading", name="已投票").is_visible()
    assert_for_one_thumb(page)
    kept = []
    for link in page.get_by_role("link", name=re.compile("保存回执文件")).all():
        with page.expect_download() as saved:
            link.click()
        kept.append(tmp_path / saved.value.suggested_filename)
        saved.value.save_as(kept[-1])
    assert len(kept) == 2  # two of the homes are one right, the third is owned together
    assert all(json.loads(file.read_text())["choices"]["q2"] == ["against"] for file in kept)
    origin = json.loads(kept[0].read_text())["origin"]
    product.command("manage.py", "export_bundle", origin, str(tmp_path / "bundle"))
    product.command(str(CHECKOUT / "evidence/verify.py"), str(tmp_path / "bundle"), *map(str, kept))

    page.goto("/votes/")
    assert page.get_by_role("link", name="去投票").count() == 0


def test_a_paper_typed_by_two_people_reaches_the_same_tally(arrive, product):
    clerk = arrive("clerk", DESKTOP)
    clerk.goto("/")
    press(clerk.get_by_role("main").get_by_role("link", name=OPEN))
    meeting = clerk.url
    before = cast_on_paper(clerk)
    press(clerk.get_by_role("link", name="录票"))
    press(clerk.get_by_role("link", name="开始录入"))
    scan = clerk.get_by_role("img", name=re.compile("的照片"))
    assert clerk.request.get(scan.get_attribute("src")).headers["content-type"] == "image/jpeg"
    paper = clerk.url
    choose(clerk, q1="同意", q2="弃权", q3="修儿童和健身场地")
    press(clerk.get_by_role("button", name="录入"))
    assert clerk.get_by_text("已录入，等另一个人再录。").is_visible()
    clerk.goto(meeting)
    assert cast_on_paper(clerk) == before

    secretary = arrive("secretary", DESKTOP)
    secretary.goto(paper)
    assert secretary.locator(":checked").count() == 0  # blind: nothing of what the first one typed
    choose(secretary, q1="同意", q2="弃权", q3="修儿童和健身场地")
    press(secretary.get_by_role("button", name="录入"))
    assert secretary.get_by_text(re.compile(r"已登记为第 \d+ 号")).is_visible()
    secretary.goto(meeting)
    assert cast_on_paper(secretary) == before + 1


def cast_on_paper(page):
    return int(re.search(r"纸质票 (\d+) 张", page.get_by_role("main").inner_text()).group(1))
