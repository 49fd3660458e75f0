"""How many tickets each compound has, and when they are filed."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from bizhan.demo.district import HOME_RANK
from bizhan.demo.exhibits import EXHIBITS, Exhibit, moment
from compounds.rules import DAY, Calendar, midnight

BUSY_SHARE, BUSY_TICKETS = 0.12, 0.47  # so many of the compounds make so many of the complaints
SHORTEST, LONGEST = 70, 3 * 365  # days over which the tickets are spread
TICKETS_A_DAY = 300  # from which on more tickets mean more days
# How busy the hours of a day are.
HOURS = [2, 1, 1, 1, 1, 2, 5, 12, 20, 24, 22, 18, 16, 14, 17, 18, 17, 18, 22, 26, 24, 16, 9, 4]


class Planned(NamedTuple):
    filed_at: datetime
    rank: int  # of the compound
    exhibit: Exhibit | None


def shares(compounds: int) -> list[float]:
    """Each compound's part of the complaints, the busiest first: a heavy tail that adds up to 1."""
    busy = max(1, round(BUSY_SHARE * compounds))
    head = [1 / (rank + 6) for rank in range(busy)]
    tail = [1 / (rank + compounds / 4) for rank in range(compounds - busy)]
    parts = [(head, BUSY_TICKETS if tail else 1.0), (tail, 1 - BUSY_TICKETS)]
    return [weight / sum(part) * whole for part, whole in parts for weight in part]


def quotas(tickets: int, compounds: int) -> list[int]:
    """Whole tickets for each compound; what rounding leaves goes to the largest remainders."""
    exact = [share * tickets for share in shares(compounds)]
    counts = [int(number) for number in exact]
    by_rest = sorted(range(compounds), key=lambda rank: counts[rank] - exact[rank])
    for rank in by_rest[: tickets - sum(counts)]:
        counts[rank] += 1
    return counts


def plan_tickets(
    rng: Random, *, tickets: int, compounds: int, now: datetime, calendar: Calendar
) -> list[Planned]:
    """Every ticket to be, in the order of filing."""
    shown = [
        Planned(moment(exhibit.steps[0], now=now, calendar=calendar), HOME_RANK, exhibit)
        for exhibit in EXHIBITS[:tickets]
    ]
    wanted = Counter(dict(enumerate(quotas(tickets, compounds))))
    wanted[HOME_RANK] = max(0, wanted[HOME_RANK] - len(shown))
    ranks = list(wanted.elements())
    rng.shuffle(ranks)
    days = min(LONGEST, max(SHORTEST, tickets // TICKETS_A_DAY))
    planned = [
        Planned(_some_moment(rng, now, days), rank, None) for rank in ranks[: tickets - len(shown)]
    ]
    return sorted(planned + shown, key=lambda ticket: (ticket.filed_at, ticket.rank))


_CUMULATED = [sum(HOURS[: hour + 1]) for hour in range(24)]


def _some_moment(rng: Random, now: datetime, days: int) -> datetime:
    """Some day, at an hour at which people report; never after now."""
    back = now - rng.random() * days * DAY
    (hour,) = rng.choices(range(24), cum_weights=_CUMULATED)
    at = midnight(back.date()) + timedelta(hours=hour, seconds=rng.random() * 3600)
    return at if at < now else back
