"""How long the pages take at two sizes of the district, turn about, beside an empty view.

It prints and judges nothing. Each size has a database of its own; the one in use is not touched.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from bizhan.demo.seeding import seed
from bizhan.urls import urlpatterns as of_the_portal
from complaints.access.lists import page_to_read
from complaints.actions.filing import begin_draft
from complaints.actions.sweeping import sweep_ticket
from complaints.models import Ticket, TicketClock
from complaints.terms import Order
from compounds.models import STEP, Compound, Person, Post, working_calendar
from compounds.terms import Role

Ask = Callable[[], Any]  # a request; gives the test client's response
SIZES = [10_000, 1_000_000]
ROUNDS, TIMES, DUE = 5, 8, 500
EMPTY = "empty view"
TEXT = "四楼声控灯不亮，老人晚上摸黑下楼。"
BACKEND = "compounds.accounts.backends.PhoneBackend"
addresses = count(1)


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty), *of_the_portal]


class Command(BaseCommand):
    help = "Measure the pages and the sweep on demonstration districts of two sizes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="in tickets")
        parser.add_argument("--only", default="", help="the pages whose names hold this word")
        parser.add_argument(
            "--keep", action="store_true", help="keep the databases, and use them if they are there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["sizes"]) < 2 * DUE:
            raise CommandError(f"At least {2 * DUE} tickets, or there is too little to sweep.")
        call_command("collectstatic", verbosity=0, interactive=False)
        with ExitStack() as stack:
            stack.enter_context(override_settings(ROOT_URLCONF=__name__))
            towns = [
                stack.enter_context(town_of(size, is_kept=options["keep"], tell=self.stdout.write))
                for size in options["sizes"]
            ]
            self.measure_pages(towns, options["only"])
            self.measure_sweep(towns)

    def measure_pages(self, towns: list["Town"], only: str) -> None:
        """Turn about, so that whatever else the machine does slows both sizes alike."""
        sizes = "".join(f"{f'ms at {town.size:,}':>17}" for town in towns)
        self.stdout.write(f"\n{'':32}{sizes}{'ratio':>8}{'× empty':>9}{'queries':>9}{'in SQL':>8}")
        unit = 0.0
        for name in [one for one in towns[0].pages if only in one or one == EMPTY]:
            took = [median(times) for times in turn_about(name, towns)]
            unit = unit or took[0]
            towns[-1].enter()
            queries, in_sql = queries_of(towns[-1].pages[name])
            self.stdout.write(
                f"{name:32}{''.join(f'{1000 * one:17.1f}' for one in took)}"
                f"{took[-1] / took[0]:8.2f}{took[-1] / unit:9.1f}{queries:9}{1000 * in_sql:8.1f}"
            )

    def measure_sweep(self, towns: list["Town"]) -> None:
        """What so many due tickets take, to be found and one by one; each is undone again."""
        found, each = [], []
        for town in towns:
            town.enter()
            began = perf_counter()
            town.due = first_due()
            found.append(perf_counter() - began)
        took: list[list[float]] = [[] for _ in towns]
        for share in range(ROUNDS):
            for town, times in zip(towns, took, strict=True):
                town.enter()
                times += [seconds_of_sweeping(pk) for pk in town.due[share::ROUNDS]]
        each = [sum(times) / len(times) for times in took]
        for name, values in (f"sweep: find {DUE:,} due", found), ("sweep: one ticket", each):
            self.stdout.write(
                f"{name:32}{''.join(f'{1000 * one:17.1f}' for one in values)}"
                f"{values[-1] / values[0]:8.2f}"
            )


def first_due() -> list[int]:
    waiting = TicketClock.objects.running().filter(next_at__isnull=False)
    return list(waiting.order_by("next_at").values_list("ticket_id", flat=True)[:DUE])


def seconds_of_sweeping(pk: int) -> float:
    clock = (
        TicketClock.objects.running().filter(ticket=pk, next_at__isnull=False).earliest("next_at")
    )
    assert clock.next_at is not None  # the filter leaves none without
    calendar = working_calendar()
    with transaction.atomic():
        began = perf_counter()
        sweep_ticket(pk, at=clock.next_at, calendar=calendar)
        took = perf_counter() - began
        transaction.set_rollback(True)
    return took


class Town:
    """One seeded database, the people who look at it, and what they ask."""

    def __init__(self, size: int, database: str) -> None:
        self.size, self.database = size, database
        self.pages = pages()
        self.due: list[int] = []  # tickets

    def enter(self) -> None:
        connection.close()
        connection.settings_dict["NAME"] = self.database


@contextmanager
def town_of(size: int, *, is_kept: bool, tell: Callable[[str], object]) -> Iterator[Town]:
    used = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = database = f"bizhan_bench_{size}"
    connection.creation.create_test_db(
        verbosity=0, autoclobber=True, serialize=False, keepdb=is_kept
    )
    try:
        if not Ticket.objects.exists():
            began = perf_counter()
            seed(at=timezone.now(), tickets=size)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("SELECT pg_database_size(current_database())")
                (weight,) = cursor.fetchone()
            took = perf_counter() - began
            tell(f"{size:,} tickets: seeded in {took:.0f} s, {weight / 2**20:,.0f} MB")
        yield Town(size, database)
    finally:
        connection.close()
        connection.settings_dict["TEST"]["NAME"] = database
        connection.creation.destroy_test_db(used, verbosity=0, keepdb=is_kept)


def pages() -> dict[str, Ask]:
    """What is asked, by whom; the empty view first. Everything about the busiest compound."""
    busiest = Ticket.objects.values_list("compound").annotate(many=Count("pk")).order_by("-many")
    home = Compound.objects.select_related("branch").get(pk=busiest[0][0])
    path = home.branch.path
    clients = {
        "secretary": signed_in(path, Role.BRANCH_SECRETARY),
        "community": signed_in(path[: 3 * STEP], Role.COMMUNITY_STAFF),
        "dispatcher": signed_in(path[: 2 * STEP], Role.DISPATCHER),
        "district": signed_in(path[:STEP], Role.DISTRICT_SUPERVISOR),
        "department": signed_in(None, Role.LIAISON),
    }
    form = reverse("complaints:report-in-compound", args=[home.code])
    resident = Client()
    return {
        EMPTY: lambda: resident.get("/empty/"),
        "report form": lambda: resident.get(form),
        "report form, typed": lambda: resident.post(form, {"text": TEXT}, REMOTE_ADDR=address()),
        "report sent": sending(resident, home.code),
        **{
            f"{name} · {who}": asking(client, person, url)
            for who, (client, person) in clients.items()
            for name, url in ADDRESSES.items()
            if name != "dashboard" or who != "department"
        },
    }


ADDRESSES = {  # "middle" and "ticket" stand for an address that is found out
    "desk": "/desk/",
    "list": "/tickets/",
    "list, open": "/tickets/?open=yes",
    "list, closed": "/tickets/?state=closed",
    "list, in the middle": "middle",
    "list, narrowed": "/tickets/?category=lift&lane=U3",
    "search 消防栓": "/tickets/?q=消防栓",
    "search 电梯": "/tickets/?q=电梯",
    "search 恐龙蛋": "/tickets/?q=恐龙蛋",
    "ticket": "ticket",
    "dashboard": "/dashboard/",
}


def signed_in(path: str | None, role: Role) -> tuple[Client, Person]:
    posts = Post.objects.active(timezone.now()).filter(role=role).order_by("pk")
    if path is not None:
        posts = posts.filter(organization__path=path)
    person, client = posts.select_related("person")[0].person, Client()
    client.force_login(person, backend=BACKEND)
    return client, person


def asking(client: Client, person: Person, url: str) -> Ask:
    if url in ("middle", "ticket"):
        newest = page_to_read(
            Person.objects.get(pk=person.pk), Ticket.objects.all(), order=Order.NEWEST, count=500
        )
        url = (
            newest[0].get_absolute_url()
            if url == "ticket"
            else f"/tickets/?after={newest[-1].pk // 2}"
        )
    return lambda: client.get(url)


def sending(browser: Client, compound: str) -> Ask:
    """Sends another report each time; they were written before the clock runs."""
    at = timezone.now()
    times = ROUNDS * (TIMES + 1) + 2
    drafts = [begin_draft(at=at, compound=compound, text=TEXT) for _ in range(times)]
    urls = iter([reverse("complaints:report-check", args=[draft.key]) for draft in drafts])
    return lambda: browser.post(next(urls), REMOTE_ADDR=address())


def address() -> str:
    """Another each time, for so many reports of one address are refused."""
    return f"10.0.{next(addresses) // 250}.{next(addresses) % 250}"


def turn_about(name: str, towns: list[Town]) -> list[list[float]]:
    """Seconds of each request, town by town; the first of each round only warms up."""
    took: list[list[float]] = [[] for _ in towns]
    for _ in range(ROUNDS):
        for town, times in zip(towns, took, strict=True):
            town.enter()
            ask = town.pages[name]
            response = ask()
            if response.status_code not in (200, 302):
                raise CommandError(f"{response.request['PATH_INFO']}: {response.status_code}")
            times += [seconds_of(ask) for _ in range(TIMES)]
    return took


def queries_of(ask: Ask) -> tuple[int, float]:
    """How many, and the seconds that PostgreSQL took for them."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured), sum(float(query["time"]) for query in captured)


def seconds_of(ask: Ask) -> float:
    began = perf_counter()
    ask()
    return perf_counter() - began
