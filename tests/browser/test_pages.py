"""Every page that a role can come to by links, narrow and wide: nothing for axe, no sideways scroll.

The pictures of all of them lie in var/e2e/pages, for people to look at.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import URLResolver, get_resolver, resolve

from complaints.terms import OPEN, State
from tests.browser.conftest import DESKTOP, PHONE, press

pytestmark = pytest.mark.browser

ROLES = [
    "anonymous",
    "resident",
    "secretary",
    "community",
    "dispatcher",
    "street",
    "department",
    "administrator",
    "security",
    "auditor",
]
# They are looked at where they have their own work: at votes, and at what votes leave behind.
AT_VOTES = ["owner", "chair", "clerk", "scrutineer"]
OF_VOTES = ("home", "votes:", "evidence:")
AT_THE_DESK = ["secretary", "community", "dispatcher", "department"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": RULES, "resultTypes": ["violations"]}
RUN = "async options => (await axe.run(options)).violations"
WIDTHS = [1280, 360]
# Of pages that differ by the state of their subject many are asked for links, of others a few;
# of one list the first and the last.
MANY = {
    "votes:meeting": 8,
    "votes:roll": 8,
    "votes:roll-posted": 8,
    "complaints:ticket": 60,
    "complaints:track-ticket": 20,
    "compounds:organization": 16,
}
NARROWED = 16
FEW = ENDS = 3
# Addresses that no link leads to: what a button sends, what a picture or a machine asks for.
WITHOUT_LINK = {
    "healthz",
    "offline",  # kept in the browser, and shown without a network
    "worker",
    "switch-view",
    "accounts:sign-out",
    "accounts:sessions-end",
    "accounts:second-step",  # after a password, where the settings ask for it
    "accounts:code-check",  # after a code was sent
    "notices:notice",
    "notices:retry",
    "compounds:organization-reopen",  # of one that is closed
    "accounts:account",  # after a telephone number was asked for
    "accounts:account-password",
    "accounts:account-authenticator",
    "accounts:account-open",
    "accounts:account-close",
    "complaints:together",  # after some were ticked in a list
    "complaints:canned-reply-remove",
    "complaints:entered",  # the slip, after a report was written down
    "complaints:import-look",  # after a sheet was sent
    "complaints:import-errors",
    "complaints:report-photo-remove",
    "complaints:track-photo",
    "complaints:ticket-photo",
    "complaints:track-link",  # from a message
    "complaints:report-alike-photo",
    "complaints:report-in-compound",
    "compounds:register-import",  # after a sheet was sent
    "compounds:register-errors",
    "votes:roll-import-check",
    "votes:roll-import-errors",
    "votes:roll-owners-sheet",
    "votes:roll-csv",
    "complaints:follow-link",  # from a message
    "complaints:track-tap",
    "complaints:report-alike",  # between two pages of a report
    "complaints:report-followed",
    "feed-calendar",  # for a calendar and a news reader
    "feed-news",
    "feeds:make",
    "feeds:revoke",
    "my-data-file",
    "notices:drop",
    "notices:retry-everything",
    "complaints:view-remove",
    "board:line-hide",  # buttons of a line of the board
    "board:line-show",
    "jobs:cancel",
    "webhooks:pause",
    "webhooks:remove",
    "webhooks:resend",
    "webhooks:resume",
    # Deeds that stand on a ticket in one situation alone, which the demonstration may not show.
    "complaints:ticket-answer-extension",
    "complaints:ticket-answer-return",
    "complaints:ticket-answer-shelving",
    "complaints:ticket-call-unreasonable",
    "complaints:ticket-co-answer",
    "complaints:ticket-find-unreasonable",
    "complaints:ticket-review",
    "complaints:ticket-rule",
    "complaints:ticket-tell",
    "complaints:ticket-unmerge",
    "complaints:ticket-unshelve",
    "complaints:track-tell",
    "complaints:track-answer",
    # What a button or a form sends.
    "evidence:entries",
    "votes:contact-reveal",
    "votes:contacts-sheet",
    "votes:forms",
    "votes:motion-remove",
    "votes:proxy-end",
    "votes:roll-freeze",
    "votes:roll-object",
    "votes:roll-post",
    "votes:roll-sheet",
    "votes:void",
    # Deeds of a meeting in one situation alone.
    "votes:follow-up",
    "votes:official",
    "votes:official-sheet",
    "votes:post",
}
# Of what does not stand in the demonstration yet.
NOT_SHOWN_YET = ("open311:",)


class Links(HTMLParser):
    """The addresses on a page that lead to another page of ours."""

    def __init__(self, response):
        super().__init__()
        self.at, self.found = response.url, []
        self.feed(response.text())

    def handle_starttag(self, tag, attributes):
        href = dict(attributes).get("href") or "#"
        if tag == "a" and not href.startswith(("#", "tel:", "mailto:")):
            self.found.append(urljoin(self.at, href))


def kind_of(url):
    """Pages of one view are of one kind; a list that was narrowed is another than the whole."""
    parts = urlsplit(url)
    return resolve(parts.path).view_name + ("?" if parts.query else "")


def ends_of(links):
    """Of each kind of link on a page the first and the last ones."""
    kinds = {}
    for link in dict.fromkeys(links):
        kinds.setdefault(kind_of(link), []).append(link)
    return [link for found in kinds.values() for link in [*found[:ENDS], *found[ENDS:][-ENDS:]]]


def walk(page, address, seeds, within=("",)):
    """kind → the first page of it, going by links only. A link that leads nowhere is an error.

    `within`: how the kinds begin that are looked at.
    """
    waiting, seen, met, pages = [urljoin(address, seed) for seed in seeds], set(), {}, {}
    offered = set()  # by a notice: somebody may have done it since
    while waiting:
        url = waiting.pop(0).partition("#")[0]
        kind = kind_of(url)
        if not kind.startswith(within):
            continue
        most = NARROWED if kind.endswith("?") else MANY.get(kind, FEW)
        if url in seen or met.get(kind, 0) >= most:
            continue
        seen.add(url)
        met[kind] = met.get(kind, 0) + 1
        response = page.request.get(url)
        assert response.ok or (response.status == 409 and url in offered), (response.status, url)
        if response.headers["content-type"].startswith("text/html"):
            if response.ok and response.url == url:
                pages.setdefault(kind, url)
            links = Links(response).found
            ends = ends_of(link for link in links if link.startswith(address))
            offered |= set(ends) if kind == "notices:notices" else set()
            waiting += ends
        else:
            response.dispose()
    return pages, {kind.rstrip("?") for kind in met}


def begin_report(page, door):
    """Half a report, whose steps are pages of their own; gives their addresses."""
    page.goto(door)
    page.get_by_label("出了什么问题？").fill("右边那台电梯还没修好，停用快四十天了。")
    steps = [page.url]
    press(page.get_by_role("button", name="继续", exact=True))
    steps.append(page.url)
    press(page.get_by_role("link", name="不是这件事，继续提交"))
    steps.append(page.url)
    press(page.get_by_role("button", name="继续", exact=True))
    return [*steps, page.url]


def find_account(page, phone):
    """The security administrator looks somebody up; gives the address of their account."""
    page.goto("/manage/accounts/")
    page.get_by_label("手机号").fill(phone)
    press(page.get_by_role("button", name="找人"))
    return page.url


def find_right(page):
    """At the clerks' desk: a right by its room, and the next paper to be typed."""
    page.goto("/")
    press(page.get_by_role("main").get_by_role("link", name="第六次业主大会会议"))
    press(page.get_by_role("link", name="录票"))
    page.get_by_label("序号或房号").fill("1502")
    press(page.get_by_role("button", name="查找"))
    found = page.url
    press(page.get_by_role("link", name="开始录入"))
    return [found, page.url]


def follow(page, door):
    """我也遇到了, instead of a report of one's own."""
    begin_report(page, door)
    page.go_back()
    page.go_back()
    press(page.get_by_role("button", name="我也遇到了").first)
    return page.url


def finish_report(page):
    press(page.get_by_role("button", name="提交", exact=True))
    return page.url


@pytest.fixture(scope="session")
def ways(welcome, product, door):
    """role → (its pages by kind, the kinds it met, what its browser remembers)."""
    ways = {}
    for role in [*ROLES, *AT_VOTES]:
        page = welcome(None if role == "anonymous" else role)
        seeds = ["/"]
        if role in AT_THE_DESK:  # the deeds follow from the state, so one list of each
            seeds += [f"/tickets/?state={state}" for state in [*OPEN, State.CLOSED]]
        if role == "anonymous":
            seeds += ["/styleguide/", *begin_report(page, door), finish_report(page)]
            seeds.append(follow(page, door))
        if role == "clerk":
            seeds += find_right(page)
        if role == "security":
            seeds.append(find_account(page, product.people["street"]["phone"]))
        within = OF_VOTES if role in AT_VOTES else ("",)
        ways[role] = (*walk(page, product.address, seeds, within), page.context.storage_state())
        page.context.close()
    return ways


class Look:
    """A page is looked at in each width; what is wrong with it is kept."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder
        self.wrong = {}
        folder.mkdir(parents=True, exist_ok=True)

    def at(self, name, widths=WIDTHS):
        self.page.evaluate(AXE_SCRIPT)
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.page.evaluate(RUN, AXE)
            wrong = [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]
            if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong.append(("scrolls sideways", wide))
            if wrong:
                self.wrong[name, width] = wrong
            file = f"{name.replace(':', '.').rstrip('?')}{'_narrowed' * name.endswith('?')}"
            self.page.screenshot(
                path=self.folder / f"{file}-{width}.jpg", quality=70, full_page=True
            )


@pytest.fixture
def look(arrive, product):
    def look(role, folder, **options):
        page = arrive(role, DESKTOP, java_script_enabled=True, bypass_csp=True, **options)
        return Look(page, product.folder / "pages" / folder)

    return look


@pytest.mark.parametrize("role", [*ROLES, *AT_VOTES])
def test_every_page_of_a_role_is_fit_to_be_used(look, ways, role):
    pages, _, state = ways[role]
    seen = look(None, role, storage_state=state)
    for kind, url in pages.items():
        assert seen.page.goto(url).ok, url
        seen.at(kind)

    assert seen.wrong == {}


def test_every_page_of_a_resident_is_fit_to_be_used_in_large_type(look, ways):
    pages, _, state = ways["anonymous"]
    seen = look(None, "elder", storage_state=state)
    seen.page.goto("/")
    press(seen.page.get_by_role("button", name="长辈版"))
    for kind, url in pages.items():
        seen.page.goto(url)
        assert seen.page.get_by_role("button", name="普通版").is_visible()
        seen.at(kind, [360])

    assert seen.wrong == {}


def test_every_page_can_be_reached_by_links(ways):
    reached = set().union(*(met for _, met, _ in ways.values()))

    unseen = set(names(get_resolver())) - reached - WITHOUT_LINK
    assert {name for name in unseen if not name.startswith(NOT_SHOWN_YET)} == set()


def names(resolver, space=""):
    """The name of every address of the portal."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def test_what_went_wrong_is_said_on_pages_that_are_fit_too(look):
    """404, 403, 409, and a form that came from a page gone stale."""
    seen = look("auditor", "errors")
    page = seen.page
    for status, path in [(404, "/nowhere/"), (403, "/manage/calendar/"), (404, "/r/nothing/")]:
        assert page.goto(path).status == status
        seen.at(f"{status}{path.rstrip('/').replace('/', '-')}")
    page.goto("/")
    page.context.clear_cookies(name="csrftoken")
    press(page.get_by_role("button", name="长辈版"))
    seen.at("403-csrf")

    assert seen.wrong == {}


def test_somebody_was_quicker_is_said_on_a_page_that_is_fit_too(look):
    seen = look("secretary", "errors")
    seen.page.goto("/tickets/?state=closed")
    press(seen.page.locator("table a").first)
    assert seen.page.goto(f"{seen.page.url}accept/").status == 409
    seen.at("409")

    assert seen.wrong == {}


@pytest.mark.parametrize("start", ["/sign-in/", "/sign-in/code/", "/track/"])
def test_an_empty_form_comes_back_with_its_mistakes_on_a_page_that_is_fit(look, start):
    seen = look(None, "mistakes")
    seen.page.goto(start)
    press(seen.page.get_by_role("main").locator("button.button"))
    assert seen.page.title().startswith("错误：")
    seen.at(start.strip("/").replace("/", "-"))

    assert seen.wrong == {}


def test_a_deed_without_its_answers_comes_back_on_a_page_that_is_fit(look):
    seen = look("secretary", "mistakes")
    seen.page.goto("/tickets/?state=filed")
    press(seen.page.locator("table a").first)
    press(seen.page.get_by_role("link", name="受理", exact=True))
    press(seen.page.get_by_role("button", name="受理", exact=True))
    assert seen.page.title().startswith("错误：")
    seen.at("ticket-accept")

    assert seen.wrong == {}


def test_a_report_without_a_word_comes_back_on_a_page_that_is_fit(look, door):
    seen = look(None, "mistakes", is_mobile=True, has_touch=True)
    seen.page.set_viewport_size(PHONE)
    seen.page.goto(door)
    press(seen.page.get_by_role("button", name="继续", exact=True))
    assert seen.page.title().startswith("错误：")
    seen.at("report-what")

    assert seen.wrong == {}
