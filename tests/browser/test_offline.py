"""Without a network: the list of whoever is signed in, as it was last seen, and nothing of anybody else."""

import pytest

from bizhan.engines import wait_until
from tests.browser.conftest import press

pytestmark = pytest.mark.browser

SECONDS = 15


def wait_for_copy(page, *, is_kept):
    asked = "caches.match('/desk/').then(Boolean)"
    wait_until(lambda: page.evaluate(asked) == is_kept, SECONDS)
    assert page.evaluate(asked) == is_kept


@pytest.fixture
def desk(arrive, product):
    """Signed in anew, for whoever signs out ends no session of other tests."""
    page = arrive(java_script_enabled=True)
    page.goto("/sign-in/")
    secretary = product.people["secretary"]
    page.get_by_label("手机号").fill(secretary["phone"])
    page.get_by_label("密码", exact=True).fill(secretary["password"])
    press(page.get_by_role("main").get_by_role("button", name="登录"))
    page.goto("/desk/")
    wait_for_copy(page, is_kept=True)
    yield page
    page.context.set_offline(False)


def test_the_desk_is_readable_without_a_network_and_says_so(desk):
    note = desk.get_by_text("离线副本")
    assert not note.is_visible()
    rows = desk.get_by_role("row").count()
    assert rows > 1
    desk.context.set_offline(True)

    desk.goto("/desk/")

    assert note.is_visible()
    assert desk.get_by_role("row").count() == rows
    assert desk.evaluate("getComputedStyle(document.body).fontSize") == "18px"  # with its style
    press(desk.locator("table a").first)
    assert desk.get_by_role("heading", name="没有网络").is_visible()
    desk.context.set_offline(False)
    desk.goto("/desk/")
    assert not note.is_visible()


def test_it_is_forgotten_by_signing_out(desk):
    press(desk.get_by_role("button", name="退出"))
    wait_for_copy(desk, is_kept=False)
    desk.context.set_offline(True)

    desk.goto("/desk/")

    assert desk.get_by_role("heading", name="没有网络").is_visible()
    assert desk.get_by_role("row").count() == 0


def test_it_is_forgotten_when_the_session_is_over_and_others_come_to_the_door(desk):
    desk.context.clear_cookies()
    desk.goto("/desk/")
    assert "/sign-in/" in desk.url
    wait_for_copy(desk, is_kept=False)


def test_nothing_is_kept_but_that_list_and_the_files(desk):
    for address in ("/tickets/", "/notices/", "/me/"):
        desk.goto(address)
    kept = desk.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
              for (const asked of await (await caches.open(name)).keys())
                found.push(new URL(asked.url).pathname);
            return found;
        }"""
    )
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline/", "/desk/"]


def test_a_resident_s_pages_keep_nothing(arrive):
    page = arrive("resident", java_script_enabled=True)
    for address in ("/", "/report/", "/track/"):
        page.goto(address)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
