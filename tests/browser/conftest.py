"""Chromium, and the running product that it looks at, as a newcomer has it after `make run`."""

import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bizhan.engines import CHECKOUT, VAR_DIR, wait_until

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
START = 240  # seconds for the migrations and the demonstration district on a busy machine


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


class Product:
    """`make run` in a folder of its own: granian, worker, beat, PostgreSQL and Valkey."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None
        self.environment = {
            **os.environ,
            "BIZHAN_VAR": str(folder),
            "PORT": "8300",
            "SWEEP_EVERY_SECONDS": "2",
            # Each visitor says which address is theirs, as nginx would.
            "TRUSTED_PROXIES": "127.0.0.1",
        }

    def command(self, *words):
        subprocess.run(
            [sys.executable, *words], cwd=CHECKOUT, env=self.environment, check=True, timeout=60
        )

    def start(self):
        self.command("-m", "bizhan.supervisor", "stop")
        self.command("-m", "bizhan.supervisor", "discard")
        self.folder.mkdir(parents=True, exist_ok=True)
        demo = self.folder / "demo.json"
        with (self.folder / "portal.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "portal", "--with-parent"],
                cwd=CHECKOUT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: demo.exists() or self.process.poll() is not None, START)
        assert demo.exists(), (self.folder / "portal.log").read_text()
        told = json.loads(demo.read_text())
        self.address, self.people = told["address"], told["people"]

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(60)
        self.command("-m", "bizhan.supervisor", "discard")

    def set_policy(self, terms):
        file = self.folder / "terms.json"
        file.write_text(json.dumps(terms))
        self.command("manage.py", "set_policy", str(file), "--note", "试行")


@pytest.fixture(scope="session")
def product():
    """One for all the tests. Its pictures of pages and its logs stay in var/e2e."""
    running = Product(VAR_DIR / "e2e")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def welcome(chromium, product):
    """A browser of somebody's own: its cookies, its address, a page. Whoever calls closes it."""
    addresses = count(1)
    signed_in = {}

    def welcome(role=None, viewport=DESKTOP, **options):
        if role and role not in signed_in:
            signed_in[role] = sign_in(welcome(), product.people[role])
        context = chromium.new_context(
            base_url=product.address,
            viewport=viewport,
            extra_http_headers={"X-Forwarded-For": f"10.0.0.{next(addresses)}"},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **{"storage_state": signed_in.get(role), "java_script_enabled": False, **options},
        )
        context.set_default_timeout(15_000)
        return context.new_page()

    return welcome


@pytest.fixture
def arrive(welcome):
    """The same for the length of a test."""
    pages = []

    def arrive(*args, **options):
        pages.append(welcome(*args, **options))
        return pages[-1]

    yield arrive
    for page in pages:
        page.context.close()


def press(control):
    """What leads to another page, or to the same one anew: wait until it has come."""
    with control.page.expect_navigation():
        control.click()


def go_on(page):
    """From what is wrong to how to be reached, past what others reported alike."""
    press(page.get_by_role("button", name="继续", exact=True))
    if page.url.endswith("/alike/"):
        press(page.get_by_role("link", name="不是这件事，继续提交"))


def sign_in(page, person):
    """Through the door; gives what the browser remembers of it."""
    page.goto("/sign-in/")
    page.get_by_label("手机号").fill(person["phone"])
    page.get_by_label("密码", exact=True).fill(person["password"])
    press(page.get_by_role("main").get_by_role("button", name="登录"))
    page.get_by_role("button", name="退出").wait_for()
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture(scope="session")
def door(welcome):
    """The address behind the code beside a door of the secretary's own compound."""
    page = welcome("secretary")
    page.goto("/compounds/")
    press(page.get_by_role("main").locator("a[href^='/compounds/']").first)
    press(page.get_by_role("link", name="扫码海报"))
    poster = page.get_by_role("link", name="打印这一张").first.get_attribute("href")
    page.context.close()
    return f"/r/{Path(poster).parts[2]}/"


@pytest.fixture(scope="session")
def picture(tmp_path_factory):
    """A photo as a phone takes it."""
    from PIL import Image

    file = tmp_path_factory.mktemp("phone") / "IMG_0001.jpg"
    Image.effect_mandelbrot((1200, 900), (-2, -1.5, 1, 1.5), 40).save(file, "JPEG")
    return file
