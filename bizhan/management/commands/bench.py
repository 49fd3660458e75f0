"""How long the pages take, beside an empty view on the same machine. It prints and judges nothing."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from bizhan.demo.people import People
from bizhan.demo.seeding import seed
from bizhan.urls import urlpatterns as of_the_portal
from complaints.access.reading import visible_tickets
from complaints.actions.filing import begin_draft
from complaints.actions.sweeping import sweep
from complaints.models import Ticket, TicketClock
from compounds.models import Compound

Ask = Callable[[], Any]  # a request; gives the test client's response
TIMES, DUE = 40, 1000
TEXT = "四楼声控灯不亮，老人晚上摸黑下楼。"
addresses = count(1)


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty), *of_the_portal]


@contextmanager
def own_database() -> Iterator[None]:
    """A database of the benchmark's own; the one in use is not touched."""
    used = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{used}_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(used, verbosity=0)


class Command(BaseCommand):
    help = "Measure the pages and the sweep on a demonstration district of a size."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=10_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tickets"] < 2 * DUE:
            raise CommandError(f"At least {2 * DUE} tickets, or there is too little to sweep.")
        call_command("collectstatic", verbosity=0, interactive=False)
        with own_database(), override_settings(ROOT_URLCONF=__name__):
            seeding = perf_counter()
            people = seed(at=timezone.now(), tickets=options["tickets"]).people
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            took = perf_counter() - seeding
            self.stdout.write(f"{Ticket.objects.count():,} tickets, seeded in {took:.0f} s\n\n")
            self.measure_pages(people)
            self.measure_sweep()

    def measure_pages(self, people: People) -> None:
        self.stdout.write(f"{'':24}{'ms':>8}{'× empty':>9}{'queries':>9}\n")
        unit = 0.0
        for name, ask in pages(people).items():
            queries = queries_of(ask)
            took = median(seconds_of(ask) for _ in range(TIMES))
            unit = unit or took
            self.stdout.write(f"{name:24}{1000 * took:8.1f}{took / unit:9.1f}{queries:9}\n")

    def measure_sweep(self) -> None:
        """At the moment at which so many clocks have fallen due."""
        waiting = TicketClock.objects.running().filter(next_at__isnull=False)
        at = waiting.order_by("next_at").values_list("next_at", flat=True)[DUE - 1]
        assert at is not None  # the filter leaves none without
        began = perf_counter()
        moved = sweep(at=at)
        took = perf_counter() - began
        still_open = Ticket.objects.open().count()
        self.stdout.write(
            f"\nsweep of {moved} tickets due of {still_open:,} open: {took:.1f} s, "
            f"{1000 * took / moved:.1f} ms each\n"
        )


def pages(people: People) -> dict[str, Ask]:
    """What is asked, by whom; the empty view first."""
    official, street, resident = people.signed_in["street"], Client(), Client()
    street.force_login(official, backend="compounds.accounts.backends.PhoneBackend")
    ticket = visible_tickets(official).open().latest("pk")
    compound = Compound.objects.earliest("code").code
    form = reverse("complaints:report-in-compound", args=[compound])
    return {
        "empty view": lambda: resident.get("/empty/"),
        "report form": lambda: resident.get(form),
        "report form, typed": lambda: resident.post(form, {"text": TEXT}, REMOTE_ADDR=address()),
        "report sent": sending(resident, compound),
        "desk, 50 tickets": lambda: street.get(reverse("complaints:desk")),
        "all tickets, 50": lambda: street.get(reverse("complaints:tickets")),
        "ticket": lambda: street.get(ticket.get_absolute_url()),
        "street dashboard": lambda: street.get(reverse("dashboard")),
    }


def sending(browser: Client, compound: str) -> Ask:
    """Sends another report each time; they were written before the clock runs."""
    at = timezone.now()
    drafts = [begin_draft(at=at, compound=compound, text=TEXT) for _ in range(TIMES + 1)]
    urls = iter([reverse("complaints:report-check", args=[draft.key]) for draft in drafts])
    return lambda: browser.post(next(urls), REMOTE_ADDR=address())


def address() -> str:
    """Another each time, for so many reports of one address are refused."""
    return f"10.0.{next(addresses) // 250}.{next(addresses) % 250}"


def queries_of(ask: Ask) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    if response.status_code not in (200, 302):
        raise CommandError(f"{response.request['PATH_INFO']}: {response.status_code}")
    return len(captured)


def seconds_of(ask: Ask) -> float:
    began = perf_counter()
    ask()
    return perf_counter() - began
