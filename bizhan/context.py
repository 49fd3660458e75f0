"""What every page shows around its own content. Costs an anonymous visitor no query."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

VIEWS = {"normal", "elder"}
VIEW_COOKIE = "view"
OPEN_TO_ALL = [("报问题", "complaints:report"), ("查进度", "complaints:track")]


@dataclass(frozen=True)
class NavItem:
    """One link of the main navigation; `count` is what waits there, None where nothing counts."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Page:
    """The frame of a page, as `page` in every template."""

    view: str
    path: str
    now: datetime
    nav: list[NavItem] = field(default_factory=list)
    helpline: str | None = None

    @property
    def is_elder(self) -> bool:
        return self.view == "elder"


def page(request: HttpRequest) -> dict[str, Page]:
    chosen = request.COOKIES.get(VIEW_COOKIE, "normal")
    return {
        "page": Page(
            view=chosen if chosen in VIEWS else "normal",
            path=request.get_full_path(),
            now=timezone.now(),
            nav=nav_items(request.path, OPEN_TO_ALL),
        )
    }


def nav_items(path: str, names: list[tuple[str, str]]) -> list[NavItem]:
    """The links whose address exists; the one under which `path` lies is the current one."""
    items = []
    for label, name in names:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        items.append(NavItem(label, url, is_current=path.startswith(url)))
    return items
