"""What happens between tickets, done by the house's own deeds once all of them are written.

A few rows, and each of them about two tickets or several people: not worth telling twice (0018).
"""

import uuid
from datetime import datetime, timedelta

from bizhan.demo.district import Site
from bizhan.demo.openness import tell_openness
from bizhan.demo.people import FIRST_PHONE, People
from complaints.actions.exporting import ask_export
from complaints.actions.following import follow_ticket
from complaints.actions.merging import merge_ticket
from complaints.actions.viewing import save_view
from complaints.models import Ticket
from compounds.jobs.actions import run_next
from compounds.models import Person
from compounds.terms import Role

FIRST, AGAIN = "右边那台电梯停用", "第四次反映了"
NEIGHBOURS = 4
VIEWS = {"超期的": "light=red", "在办的电梯": "open=yes&category=lift"}
MINUTE = timedelta(minutes=1)


def tell_the_rest(home: Site, people: People, *, at: datetime) -> None:
    first, again = _shown(home, FIRST, at), _shown(home, AGAIN, at)
    if first and again:
        secretary = people.holder(home.branch, Role.BRANCH_SECRETARY)
        _others_met_it(first, people.signed_in["resident"], at=at)
        merge_ticket(again, into=first, by=secretary, at=at - 20 * MINUTE)
    _keep_and_export(people.signed_in["secretary"], at=at)
    tell_openness(home, people.signed_in["secretary"], at=at)


def _keep_and_export(secretary: Person, *, at: datetime) -> None:
    """Two lists under a name, and one of them taken to a meeting."""
    for name, query in VIEWS.items():
        save_view(name=name, query=query, by=secretary, at=at - 90 * MINUTE)
    name, query = next(iter(VIEWS.items()))
    ask_export(
        query=query,
        words=name,
        form="csv",
        purpose="周三联席会议用",
        key=uuid.uuid5(uuid.NAMESPACE_OID, query),
        by=secretary,
        at=at - 60 * MINUTE,
    )
    run_next(at=at)


def _shown(home: Site, part: str, at: datetime) -> Ticket | None:
    """The exhibit with these words; a very small demonstration has not all of them."""
    lately = Ticket.objects.filter(compound=home.compound, filed_at__gt=at - timedelta(hours=8))
    return lately.filter(text__contains=part).order_by("pk").last()


def _others_met_it(ticket: Ticket, resident: Person, *, at: datetime) -> None:
    for number in range(NEIGHBOURS):
        _follow(ticket, number, at=at - (90 - 10 * number) * MINUTE, phone=_phone(number))
    _follow(ticket, NEIGHBOURS, at=at - 30 * MINUTE, by=resident)


def _phone(number: int) -> str:
    return str(FIRST_PHONE + 60_000_000 + number)


def _follow(
    ticket: Ticket, number: int, *, at: datetime, by: Person | None = None, phone: str = ""
) -> None:
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"{ticket.code} {number}")
    follow_ticket(ticket, by=by, phone=phone, key=key, address=f"demo {number}", at=at)
