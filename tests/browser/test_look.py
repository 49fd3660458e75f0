"""The look, seen by a browser: nothing for axe to find, no sideways scrolling, room for thumbs."""

from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "contrast": {"contrast": "more"},
    "elder": {},
    "large text": {"bypass_csp": True},
}
SMALL_TARGETS = """least => [...document.querySelectorAll(
  'a, button, select, textarea, summary, .choices label, .form-check-label, .form-control')]
  .filter(part => part.checkVisibility() && !part.matches('.skip'))
  .filter(part => part.getBoundingClientRect().height < least - 0.5)
  .map(part => part.outerHTML.slice(0, 80))"""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def address():
    """Where the portal answers without a database, which these pages do not ask."""
    portal = StaticFilesHandler(get_wsgi_application())
    with make_server("127.0.0.1", 0, portal, Threads, Silent) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("name", ["home", "styleguide"])
def test_a_page_is_fit_to_be_used(chromium, address, name, width, mode):
    context = chromium.new_context(viewport={"width": width, "height": 900}, **MODES[mode])
    if mode == "elder":
        context.add_cookies([{"name": "view", "value": "elder", "url": address}])
    page = context.new_page()
    page.goto(address + reverse(name))
    if mode == "large text":
        page.add_style_tag(content="html { font-size: 225% !important }")

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS, 60 if mode == "elder" else 48) == []
    context.close()


def test_the_error_summary_has_the_focus(chromium, address):
    page = chromium.new_page()
    page.goto(address + reverse("styleguide"))

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    ring = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert ring >= 3
    page.close()
