"""Lateness climbs by itself: real worker, real beat, and nobody touches the ticket."""

import time
from copy import deepcopy

import pytest

from complaints.rules.limits import DEFAULT_TERMS
from complaints.terms import ClockKind, Lane, Level
from tests.browser.conftest import PHONE, press

pytestmark = pytest.mark.browser

LADDER = ["0s", "5s", "10s", "15s", "20s"]  # after the three seconds in which it is to be accepted
PATIENCE = 90  # seconds; a sweep comes every two


@pytest.fixture(scope="module")
def seconds_are_enough(product):
    """急事急办 within seconds, for what is filed from now on."""
    terms = deepcopy(DEFAULT_TERMS)
    terms["limits"][ClockKind.ACCEPT][Lane.URGENT] = "3s"
    terms["ladder"]["natural"] = LADDER
    product.set_policy(terms)


def file_urgently(page, door):
    page.goto(door)
    page.get_by_label("出了什么问题？").fill("3楼电表箱在冒烟，有烧焦的味道。")
    for button in ("继续", "继续", "提交"):  # in danger nobody is asked what is alike
        press(page.get_by_role("button", name=button, exact=True))
    return page.locator("dd.figure").first.inner_text()


def levels_on(page):
    """What the ticket's page says of the levels reached, from the first to the last."""
    page.reload()
    rows = page.get_by_role("heading", name="升级").locator("xpath=following-sibling::ul[1]/li")
    return [row.split(" · ")[0] for row in rows.all_inner_texts()]


def test_an_urgent_report_climbs_to_the_district_each_level_once(arrive, door, seconds_are_enough):
    number = file_urgently(arrive(viewport=PHONE), door)
    secretary = arrive("secretary")
    secretary.goto(f"/tickets/{number}/")

    end = time.monotonic() + PATIENCE
    while len(levels_on(secretary)) < len(Level) and time.monotonic() < end:
        time.sleep(1)

    assert levels_on(secretary) == [level.label for level in Level]
    time.sleep(6)  # three more sweeps find nothing to do
    assert levels_on(secretary) == [level.label for level in Level]
    for who in ("street", "supervisor"):
        page = arrive(who)
        page.goto("/desk/")
        assert number in page.get_by_role("main").inner_text()
