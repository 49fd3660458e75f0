"""The pictures of the README, taken from a portal that runs with the demonstration district.

make run                                          in one window
python -m tests.browser.pictures var/demo.json    in another
"""

import json
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, PHONE, press, sign_in

WINDOW = {"width": 1280, "height": 720}
FOLDER = Path(__file__).resolve().parents[2] / "docs/screenshots"


def keep(page, name):
    """The part that the window shows, in few bytes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    Image.open(BytesIO(page.screenshot())).save(FOLDER / f"{name}.webp", quality=60, method=6)


def take(browser, address, people):
    def arrive(role=None, **look):
        signed_in = None
        if role:
            door = browser.new_context(base_url=address).new_page()
            signed_in = sign_in(door, people[role])
        return browser.new_context(base_url=address, storage_state=signed_in, **look).new_page()

    phone = {"viewport": PHONE, "device_scale_factor": 1.5, "is_mobile": True}
    page = arrive(**phone)
    page.goto("/")
    keep(page, "home")
    page.goto("/report/")
    page.locator("details").first.locator("summary").click()
    press(page.locator("details").first.get_by_role("link").first)
    page.get_by_label("出了什么问题？").fill("2单元4到8楼声控灯全不亮，老人晚上摸黑下楼。")
    keep(page, "report")

    page = arrive("resident", **phone)
    page.goto("/my/tickets/")
    press(page.locator("li").filter(has_text="正在办").get_by_role("link").first)
    keep(page, "progress")

    page = arrive("secretary", viewport=WINDOW)
    page.goto("/desk/")
    keep(page, "desk")
    page = arrive("department", viewport=WINDOW)
    page.goto("/desk/")
    press(page.locator("table").get_by_role("link").first)
    keep(page, "ticket")
    page = arrive("street", viewport=WINDOW)
    page.goto("/dashboard/")
    keep(page, "dashboard")


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        take(chromium, told["address"], told["people"])
