"""退单: a unit asks to be let off, the dispatcher answers or the request lapses, a ruling binds."""

from datetime import datetime

from django.db import transaction

from complaints.actions.escalation import lift
from complaints.actions.history import lock, move
from complaints.actions.requests import decide, is_running, open_request
from complaints.actions.telling import lead_staff, street, supervisors, tell, tell_reporters
from complaints.models import Objection, PolicyVersion, Ticket
from complaints.rules.moves import state_after
from complaints.rules.requests import Past, check_objection, is_problem, needs_ruling
from complaints.terms import ClockKind, Level, ObjectionReason, Outcome, Verb
from compounds.models import Organization, Person, working_calendar
from compounds.rules import Conflict
from compounds.terms import Role


def past_of(ticket: Ticket) -> Past:
    """What its history says about being sent on."""
    lines = list(ticket.events.values_list("verb", "at", "organization"))
    sent = [at for verb, at, _ in lines if verb in (Verb.DISPATCHED, Verb.REASSIGNED)]
    returned = [unit for verb, _, unit in lines if verb == Verb.RETURNED]
    return Past(
        dispatched_at=sent[-1] if sent else None,
        returns=len(returned),
        units=len({*returned, ticket.lead_id} - {None}),
        is_ruled=any(verb == Verb.RULED for verb, *_ in lines),
    )


def check(ticket: Ticket, at: datetime) -> Past:
    """Whether the unit may object now."""
    past, policy = past_of(ticket), ticket.policy.policy
    check_objection(ticket.lane, past, policy=policy, calendar=working_calendar(), at=at)
    return past


@transaction.atomic
def object_to_ticket(
    ticket: Ticket,
    *,
    reason: ObjectionReason,
    text: str,
    suggested: Organization | None = None,
    by: Person,
    at: datetime,
) -> Objection:
    """申请退单. After two returns the next attempt goes to the street's leader for a ruling."""
    ticket = lock(ticket)
    state_after(Verb.OBJECTED, ticket.state)
    past = check(ticket, at)
    is_for_ruling = needs_ruling(past.returns, ticket.policy.policy)
    said = {"reason": reason, "suggested": suggested, "is_for_ruling": is_for_ruling}
    objection = open_request(Objection, ticket, text=text, by=by, at=at, **said)
    verb = Verb.RULING_ASKED if is_for_ruling else Verb.OBJECTED
    move(ticket, verb, by=by, at=at, organization=ticket.lead, text=objection.in_words)
    rulers = street(ticket, Role.STREET_LEADER) | supervisors(ticket)
    tell(
        rulers if is_for_ruling else street(ticket, Role.DISPATCHER),
        ticket,
        event="ticket_objected",
        title=f"{'请裁定由谁办' if is_for_ruling else '申请退单'}：{ticket.title}",
        body=f"{ticket.lead}说：{objection.in_words}",
        key=f"objected:{at.isoformat()}",
        at=at,
    )
    lift_problem(ticket, past, at=at)
    return objection


def lift_problem(ticket: Ticket, past: Past, *, at: datetime) -> None:
    """问题工单: three units tried and none leads."""
    if past.returns and is_problem(redos=0, units=past.units, policy=ticket.policy.policy):
        lift(ticket, ClockKind.FINISH, Level.STREET_LEADER, at=at)


@transaction.atomic
def answer_objection(
    ticket: Ticket, *, grants: bool, answer: str, by: Person, at: datetime
) -> Ticket:
    """答复退单申请: granted it goes back into the pool, refused it stays; its clock ran all along."""
    ticket = lock(ticket)
    state_after(Verb.RETURNED, ticket.state)
    if not is_running(ticket, ClockKind.OBJECTION):
        raise Conflict("没有等您答复的退单申请。可能已经答复，或者已经失效。")
    decide(Objection, ticket, Outcome.GRANTED if grants else Outcome.REFUSED, answer, by=by, at=at)
    unit, wanted = ticket.lead, lead_staff(ticket)
    if grants:
        move(
            ticket,
            Verb.RETURNED,
            by=by,
            at=at,
            text=answer,
            organization=unit,
            lead=None,
            assignee=None,
        )
    else:
        move(ticket, Verb.OBJECTION_REFUSED, by=by, at=at, text=answer, organization=unit)
    tell(
        wanted,
        ticket,
        event="objection_answered",
        title=f"{'同意' if grants else '不同意'}退单：{ticket.title}",
        body=answer,
        key=f"objection:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def lapse_objection(ticket: Ticket, *, at: datetime) -> Ticket:
    """Nobody answered in time: the unit goes on."""
    ticket = lock(ticket)
    move(ticket, Verb.OBJECTION_LAPSED, by=None, at=at, organization=ticket.lead)
    tell(
        lead_staff(ticket) | street(ticket, Role.DISPATCHER),
        ticket,
        event="objection_answered",
        title=f"退单申请失效：{ticket.title}",
        body="没有在期限内答复，仍由原单位办理。",
        key=f"objection:{at.isoformat()}",
        at=at,
    )
    return ticket


@transaction.atomic
def rule_on_ticket(
    ticket: Ticket, *, to: Organization, text: str, by: Person, at: datetime
) -> Ticket:
    """裁定: it names the lead and binds. For the same unit the clocks run on, a new one gets its own."""
    ticket = lock(ticket)
    state_after(Verb.RULED, ticket.state)
    if not is_running(ticket, ClockKind.RULING):
        raise Conflict("没有等您裁定的事。可能已经裁定过了。")
    decide(Objection, ticket, Outcome.RULED, text, by=by, at=at)
    wanted = lead_staff(ticket)
    move(ticket, Verb.RULED, by=by, at=at, text=text, organization=to)
    if to != ticket.lead:
        reassign(ticket, to, by=by, at=at)
    tell(
        wanted | lead_staff(ticket) | street(ticket, Role.DISPATCHER),
        ticket,
        event="ticket_ruled",
        title=f"裁定由{to}主办：{ticket.title}",
        body=text,
        key=f"ruled:{at.isoformat()}",
        at=at,
    )
    return ticket


def reassign(ticket: Ticket, to: Organization, *, by: Person, at: datetime) -> None:
    policy = PolicyVersion.objects.in_force(at)
    move(
        ticket,
        Verb.REASSIGNED,
        by=by,
        at=at,
        organization=to,
        lead=to,
        assignee=None,
        policy=policy,
        catalogue=None,
        why_lead="上级裁定由这个单位主办，不再退单。",
    )
    tell_reporters(
        ticket,
        event="ticket_dispatched",
        title="换了单位来办",
        body=f"{ticket.title}：已请{to}来办。",
        key=f"dispatched:{at.isoformat()}",
        at=at,
    )
