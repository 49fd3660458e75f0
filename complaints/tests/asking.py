"""What the tests of a unit's requests begin with: a ticket in hand, asked about or put away."""

from datetime import date, datetime

from complaints.actions.desk import sign_ticket
from complaints.actions.returns import answer_objection, object_to_ticket
from complaints.actions.shelving import (
    answer_shelving,
    ask_shelving,
)
from complaints.terms import (
    ClockKind,
    Lane,
    ObjectionReason,
    ShelvingReason,
)
from complaints.tests.test_sweep import HOUR, dispatched
from compounds.rules import SHANGHAI
from tests.cast import MONDAY

APRIL = datetime(2026, 4, 30, 10, 0, tzinfo=SHANGHAI)


def moment(written):
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def in_hand(cast, lane=Lane.GENERAL, at=MONDAY):
    return sign_ticket(dispatched(cast, lane=lane, at=at), by=cast.liaison, at=at)


def clock(ticket, kind=ClockKind.FINISH):
    return ticket.clocks.filter(round=ticket.round, kind=kind).latest("run")


def objected(cast, ticket, by=None, at=MONDAY + HOUR, **more):
    said = {"reason": ObjectionReason.DUTY, "text": "三定方案里没有这一条"}
    return object_to_ticket(ticket, **said, by=by or cast.liaison, at=at, **more)


def returned(cast, ticket, by=None, at=MONDAY + HOUR):
    objected(cast, ticket, by=by, at=at)
    return answer_objection(ticket, grants=True, answer="同意", by=cast.dispatcher, at=at)


def shelved(cast, ticket, at, review_on=date(2026, 5, 6)):
    said = {"reason": ShelvingReason.MONEY, "plan": "维修资金表决通过后施工"}
    more = {"keeper": cast.housing, "review_on": review_on, "by": cast.liaison}
    ask_shelving(ticket, **said, **more, at=at)
    return answer_shelving(ticket, grants=True, answer="同意", by=cast.street_leader, at=at)
