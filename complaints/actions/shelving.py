"""挂账: nothing can be done for now; asked for, approved by the street's leader, looked at again."""

from datetime import date, datetime

from django.db import transaction

from complaints.actions.history import lock, move
from complaints.actions.requests import decide, is_running, open_request
from complaints.actions.telling import branch_desk, lead_staff, street, tell, tell_reporters
from complaints.models import Shelving, Ticket
from complaints.rules.moves import state_after
from complaints.rules.requests import check_review
from complaints.terms import ClockKind, Outcome, ShelvingReason, Verb
from compounds.models import Organization, Person
from compounds.rules import Conflict
from compounds.terms import Role


@transaction.atomic
def ask_shelving(
    ticket: Ticket,
    *,
    reason: ShelvingReason,
    plan: str,
    keeper: Organization,
    review_on: date,
    by: Person,
    at: datetime,
) -> Shelving:
    """申请挂账: why, the plan, who keeps it in mind, and when it is looked at again."""
    ticket = lock(ticket)
    state_after(Verb.SHELVING_ASKED, ticket.state)
    check_review(review_on, policy=ticket.policy.policy, at=at)
    said = {"reason": reason, "text": plan, "keeper": keeper, "review_on": review_on}
    shelving = open_request(Shelving, ticket, by=by, at=at, **said)
    move(
        ticket,
        Verb.SHELVING_ASKED,
        by=by,
        at=at,
        organization=keeper,
        text=shelving.in_words,
        until_on=review_on,
    )
    tell(
        street(ticket, Role.STREET_LEADER),
        ticket,
        event="shelving_asked",
        title=f"申请挂账：{ticket.title}",
        body=f"{shelving.in_words}，{review_on:%Y-%m-%d} 前复核。",
        key=f"shelving_asked:{at.isoformat()}",
        at=at,
    )
    return shelving


@transaction.atomic
def answer_shelving(
    ticket: Ticket, *, grants: bool, answer: str, by: Person, at: datetime
) -> Ticket:
    """审批挂账: granted, every clock of the unit rests and the review's begins."""
    ticket = lock(ticket)
    state_after(Verb.SHELVED, ticket.state)
    if not is_running(ticket, ClockKind.SHELVING):
        raise Conflict("没有等您审批的挂账申请。可能已经审批，或者已经失效。")
    outcome = Outcome.GRANTED if grants else Outcome.REFUSED
    shelving = decide(Shelving, ticket, outcome, answer, by=by, at=at)
    if grants:
        shelve(ticket, shelving, by=by, at=at)
    else:
        move(ticket, Verb.SHELVING_REFUSED, by=by, at=at, text=answer, organization=ticket.lead)
    tell(
        lead_staff(ticket) | branch_desk(ticket),
        ticket,
        event="shelving_answered",
        title=f"{'同意' if grants else '不同意'}挂账：{ticket.title}",
        body=answer,
        key=f"shelving:{at.isoformat()}",
        at=at,
    )
    return ticket


def shelve(ticket: Ticket, shelving: Shelving, *, by: Person, at: datetime) -> None:
    check_review(shelving.review_on, policy=ticket.policy.policy, at=at)
    move(
        ticket,
        Verb.SHELVED,
        by=by,
        at=at,
        organization=shelving.keeper,
        text=shelving.text,
        until_on=shelving.review_on,
    )
    tell_reporters(
        ticket,
        event="ticket_shelved",
        title="这件事暂时办不了",
        body=f"{ticket.title}：{shelving.text} {shelving.review_on:%Y-%m-%d} 前再看一次。",
        key=f"shelved:{at.isoformat()}",
        at=at,
    )


@transaction.atomic
def lapse_shelving(ticket: Ticket, *, at: datetime) -> Ticket:
    """Nobody approved in time: silence never puts a matter aside."""
    ticket = lock(ticket)
    move(ticket, Verb.SHELVING_LAPSED, by=None, at=at, organization=ticket.lead)
    tell(
        lead_staff(ticket) | street(ticket, Role.STREET_LEADER),
        ticket,
        event="shelving_answered",
        title=f"挂账申请失效：{ticket.title}",
        body="没有在期限内审批，继续办理。",
        key=f"shelving:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def review_shelf(ticket: Ticket, *, review_on: date, note: str, by: Person, at: datetime) -> Ticket:
    """复核挂账: looked at again, still nothing to be done, and until when."""
    ticket = lock(ticket)
    state_after(Verb.SHELF_REVIEWED, ticket.state)
    check_review(review_on, policy=ticket.policy.policy, at=at)
    shelving = ticket.shelvings.filter(outcome=Outcome.GRANTED).latest("decided_at")
    shelving.review_on = review_on
    shelving.save(update_fields=["review_on"])
    move(
        ticket,
        Verb.SHELF_REVIEWED,
        by=by,
        at=at,
        organization=shelving.keeper,
        text=note,
        until_on=review_on,
    )
    return ticket


@transaction.atomic
def unshelve_ticket(ticket: Ticket, *, note: str, by: Person, at: datetime) -> Ticket:
    """恢复办理: the clocks go on where they rested."""
    ticket = lock(ticket)
    move(ticket, Verb.UNSHELVED, by=by, at=at, text=note, organization=ticket.lead)
    tell(
        lead_staff(ticket) | branch_desk(ticket),
        ticket,
        event="ticket_unshelved",
        title=f"恢复办理：{ticket.title}",
        body=note,
        key=f"unshelved:{at.isoformat()}",
        at=at,
    )
    tell_reporters(
        ticket,
        event="ticket_unshelved",
        title="这件事接着办了",
        body=f"{ticket.title}：{note}",
        key=f"unshelved:{at.isoformat()}",
        at=at,
    )
    return ticket
