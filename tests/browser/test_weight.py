"""What a page weighs on its way to the browser: headers, body and all, as the network counts it."""

from contextlib import contextmanager

import pytest

from tests.browser.conftest import PHONE, go_on, press

pytestmark = pytest.mark.browser

KILOBYTE = 1024
FIRST, LATER, STAFF = 30 * KILOBYTE, 8 * KILOBYTE, 60 * KILOBYTE
REQUESTS = 4


class Scales:
    """Bytes and requests of one page in a browser, whatever it holds in its cache left out."""

    def __init__(self, page):
        self.page = page
        self.events = page.context.new_cdp_session(page)
        self.events.send("Network.enable")
        self.events.on("Network.requestServedFromCache", self.from_cache)
        self.events.on("Network.responseReceived", self.answered)
        self.events.on("Network.loadingFinished", self.loaded)
        self.reset()

    def reset(self):
        self.asked, self.cached, self.bytes = set(), set(), 0

    def from_cache(self, event):
        self.cached.add(event["requestId"])

    def answered(self, event):
        response = event["response"]
        if response.get("fromDiskCache"):
            self.cached.add(event["requestId"])
        self.asked.add(event["requestId"])

    def loaded(self, event):
        if event["requestId"] not in self.cached:
            self.bytes += event["encodedDataLength"]

    @property
    def requests(self):
        return len(self.asked - self.cached)

    @contextmanager
    def weighing(self):
        self.reset()
        yield
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def scales(arrive):
    def scales(*args, **options):
        return Scales(arrive(*args, java_script_enabled=True, **options))

    return scales


@pytest.fixture(scope="module")
def filed(welcome, door):
    """A report in a resident's browser: its steps, its last page and its progress."""
    page = welcome(viewport=PHONE)
    page.goto(door)
    page.get_by_label("出了什么问题？").fill("小区大门口的路灯坏了，晚上很黑。")
    steps = [door]
    go_on(page)
    for button in ("继续", "提交"):
        steps.append(page.url)
        press(page.get_by_role("button", name=button, exact=True))
    steps.append(page.url)
    press(page.get_by_role("link", name="看办理进度"))
    state = page.context.storage_state()
    page.context.close()
    return [*steps, page.url], state


def test_a_resident_waits_for_thirty_kilobytes_at_first_and_for_eight_later(scales, filed):
    addresses, state = filed
    for address in ["/", "/report/", "/track/", *addresses]:
        first = scales(viewport=PHONE, storage_state=state)
        with first.weighing():
            assert first.page.goto(address).ok
        assert KILOBYTE < first.bytes <= FIRST, address
        assert 2 <= first.requests <= REQUESTS, address

        with first.weighing():
            first.page.goto(address)
        assert 0 < first.bytes <= LATER, address
        first.page.context.close()


@pytest.mark.parametrize("role", ["secretary", "dispatcher", "department"])
def test_staff_wait_for_sixty_kilobytes(scales, role):
    page = scales(role).page
    page.goto("/")
    links = page.get_by_role("navigation", name="主要栏目").get_by_role("link").all()
    addresses = [link.get_attribute("href") for link in links]
    assert "/desk/" in addresses
    for address in addresses:
        staff = scales(role)
        with staff.weighing():
            assert staff.page.goto(address).ok
        assert KILOBYTE < staff.bytes <= STAFF, address
        staff.page.context.close()
