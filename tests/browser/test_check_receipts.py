"""核对回执: the page reads what people kept, in Chromium. Our own views answer it; there is no server."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client

from evidence.access.bundles import zipped
from evidence.tests.votes import SmallVote, digest
from tests.browser.conftest import PHONE
from tests.browser.test_pages import AXE, RUN

pytestmark = pytest.mark.browser
HOUSE = "https://portal.example"  # a secure context, so that the browser's own Ed25519 is there
SOUND = SmallVote()


def answer(route):
    path = route.request.url.removeprefix(HOUSE)
    if path.startswith("/static/"):
        route.fulfill(path=Path(settings.BASE_DIR) / path[1:])
        return
    response = Client().get(path)
    route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.text)


@pytest.fixture
def page(chromium, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", bypass_csp=False)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    context.route("**/*", answer)
    page.goto(f"{HOUSE}/evidence/check/")
    yield page
    context.close()


def file(name, content):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def told(page, files, *papers):
    """What the page says of a bundle and of papers, as a verdict and lines."""
    if files:
        packed = zipped({name: text.encode() for name, text in files.items()})
        page.locator("#bundle").set_input_files(file("log.zip", packed))
    page.locator("#papers").set_input_files(
        [file(f"paper{n}", json.dumps(paper).encode()) for n, paper in enumerate(papers)]
    )
    page.get_by_role("button", name="核对").click()
    page.locator("#found li").first.wait_for()
    return page.locator("#verdict").inner_text(), page.locator("#lines").inner_text()


def test_a_receipt_is_found_opened_and_its_signature_checked(page):
    verdict, lines = told(page, SOUND.files(), SOUND.receipt(5))

    assert verdict == "全部相符。"
    for said in (
        "个签名都已查过",
        "选择就是投票时封存的选择",
        "第 6 号）在日志里。",
        "有效票 32 张",
    ):
        assert said in lines
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(RUN, AXE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def changed_log():
    files = SOUND.files()
    return {**files, "log.jsonl": files["log.jsonl"].replace('"web"', '"hall"', 1)}


def cut_log():
    files = SOUND.files()
    return {**files, "log.jsonl": "".join(files["log.jsonl"].splitlines(keepends=True)[:-2])}


def unsigned():
    files, name = SOUND.files(), "checkpoints/000000020.txt"
    return {**files, name: SOUND.note(20, b"a key that nobody knows of......")}


def rewritten():
    vote = deepcopy(SOUND)
    vote.bodies[5]["commitment"] = digest("another choice")
    return vote.files()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (changed_log, "日志被改过"),
        (cut_log, "被截短了"),
        (unsigned, "签名与公钥不符"),
        (rewritten, "不在日志里"),
    ],
)
def test_a_forgery_is_told(page, files, words):
    verdict, lines = told(page, files(), SOUND.receipt(5))

    assert "不符" in verdict
    assert words in lines


def test_another_choice_than_the_sealed_one_is_told_without_any_log(page):
    receipt = SOUND.receipt(5)
    verdict, lines = told(
        page, None, {**receipt, "choices": {**receipt["choices"], "q1": ["void"]}}
    )

    assert "不符" in verdict
    assert "没有选压缩包" in lines


def test_a_letter_may_be_pasted_and_nothing_chosen_is_said(page):
    page.get_by_role("button", name="核对").click()
    assert "请先选回执" in page.locator("#lines").inner_text()
    page.locator("#pasted").fill(f"您好\n\n{SOUND.note(20)}")
    assert told(page, SOUND.files())[0] == "全部相符。"
