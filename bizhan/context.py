"""What every page shows around its own content. Costs an anonymous visitor no query."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from complaints.access.desk import tickets_waiting_for
from complaints.access.posts import TREE_STANDINGS
from compounds.access import User, active_posts, posts_in
from compounds.notices.access import unread_count
from compounds.terms import Role
from ownerscommittee.votes.access.voters import waiting_for as votes_waiting_for

VIEWS = {"normal", "elder"}
VIEW_COOKIE = "view"
OPEN_TO_ALL = [
    ("报问题", "complaints:report"),
    ("查进度", "complaints:track"),
    ("公示栏", "board:boards"),
]
OF_RESIDENTS = [*OPEN_TO_ALL, ("我的问题", "complaints:my-tickets"), ("等您表决", "votes:mine")]
AT_THE_DESK = [("待我处理", "complaints:desk"), ("全部事项", "complaints:tickets")]
OF_OVERSEERS = [("总览", "dashboard"), ("小区", "compounds:compounds")]
# The three separated offices, each with its own pages.
OF_OFFICES: dict[str, list[tuple[str, str]]] = {
    Role.ADMINISTRATOR: [
        ("组织", "compounds:organizations"),
        ("小区", "compounds:compounds"),
        ("工作日历", "compounds:calendar"),
        ("规则", "complaints:rules"),
        ("未送达", "notices:stuck"),
        ("开放接口", "open311:keys"),
    ],
    Role.SECURITY_ADMINISTRATOR: [
        ("组织与任职", "compounds:organizations"),
        ("账号", "accounts:accounts"),
    ],
    Role.AUDITOR: [("审计日志", "audit:entries")],
}


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
    at = timezone.now()
    return {
        "page": Page(
            view=chosen if chosen in VIEWS else "normal",
            path=request.get_full_path(),
            now=at,
            nav=nav_of(request, at),
            helpline=getattr(request, "helpline", None),
        )
    }


def nav_of(request: HttpRequest, at: datetime) -> list[NavItem]:
    """What this person does here: a resident reports, an official has a desk."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return nav_items(request.path, OPEN_TO_ALL)
    counts = {"notices:notices": unread_count(user)}
    names = _names_for(user)
    if AT_THE_DESK[0] in names:
        counts["complaints:desk"] = tickets_waiting_for(user, at=at).count()
    if names is OF_RESIDENTS:
        counts["votes:mine"] = votes_waiting_for(user).count()
    return nav_items(request.path, [*names, ("通知", "notices:notices")], counts)


def _names_for(user: User) -> list[tuple[str, str]]:
    offices = [name for role, names in OF_OFFICES.items() if posts_in(user, role) for name in names]
    if offices:
        return offices
    if not active_posts(user):
        return OF_RESIDENTS
    return [*AT_THE_DESK, *(OF_OVERSEERS if posts_in(user, *TREE_STANDINGS) else [])]


def nav_items(
    path: str, names: list[tuple[str, str]], counts: dict[str, int] | None = None
) -> list[NavItem]:
    """The links; the one under which `path` lies is the current one."""
    urls = [(label, name, reverse(name)) for label, name in names]
    return [
        NavItem(label, url, path.startswith(url), (counts or {}).get(name) or None)
        for label, name, url in urls
    ]
