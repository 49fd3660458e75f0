"""通知 as those who can sign in find it: what deeds and sweeps told them lately, read and unread.

Votes were told by their own deeds. Tickets are told as values (0018), so here their messages are
written off their histories, in the words of `complaints.actions`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from bizhan.demo.district import District, Site
from bizhan.demo.people import People
from complaints.access.reporters import tracking_path
from complaints.actions.telling import holders, told_at
from complaints.models import Escalation, TicketEvent
from complaints.terms import NATURAL_LANES, Level, Verb
from compounds.models import Person
from compounds.notices.models import Notice
from compounds.notices.rules import BODY_LENGTH, TITLE_LENGTH, shortened
from compounds.rules import masked_text

LATELY, UNREAD = timedelta(days=9), timedelta(hours=14)
MOST = 40  # of tickets, for one person
READ_AFTER = timedelta(hours=2)


class Told(NamedTuple):
    """What a step of a ticket tells: `to` names sign-ins, or the reporter, or whoever leads."""

    to: tuple[str, ...]
    event: str
    title: str
    body: str


TOLD: dict[str, list[Told]] = {
    Verb.FILED: [Told(("secretary",), "ticket_filed", "居民反映：{title}", "{where}。{text}")],
    Verb.ACCEPTED: [
        Told(("reporter",), "ticket_accepted", "您反映的问题已受理", "{title}：小区党支部已受理。")
    ],
    Verb.TAKEN_BY_COMPOUND: [Told(("lead",), "ticket_given", "请处理：{title}", "{where}。{note}")],
    Verb.WHISTLED: [
        Told(
            ("dispatcher", "community"),
            "ticket_whistled",
            "小区吹哨：{title}",
            "{where}。小区说：{note}",
        )
    ],
    Verb.DISPATCHED: [
        Told(("lead",), "ticket_dispatched", "部门报到：{title}", "{where}。主办：{unit}。{note}"),
        Told(("reporter",), "ticket_dispatched", "已请部门来办", "{title}：已请{unit}来办。"),
    ],
    Verb.REPLIED: [Told(("secretary",), "ticket_replied", "已反馈，请核对：{title}", "{note}")],
    Verb.CALLBACK_ASKED: [
        Told(
            ("reporter",),
            "callback_asked",
            "问题解决了吗？请您评价",
            "{title}：已有答复，请说说解决得怎么样，只要三个选择。",
        )
    ],
}
OF_TICKETS = {"ticket_escalated", *(told.event for each in TOLD.values() for told in each)}


def fill_inboxes(district: District, people: People, *, at: datetime) -> None:
    """The newest last, for lists go by the key; messages of before `at` went out by then."""
    signed_in = {person.pk: person for person in people.signed_in.values()}
    told = Notice.objects.filter(created_at__lte=at)
    by_deeds = told.filter(person__in=signed_in).exclude(event__in=OF_TICKETS)
    found = [*by_deeds, *_of_tickets(district.home, people, at)]
    told.delete()
    for notice in found:
        notice.pk, notice.routed_at = None, notice.created_at
        if notice.created_at < at - UNREAD:
            notice.read_at = notice.created_at + READ_AFTER
    Notice.objects.bulk_create(sorted(found, key=lambda notice: notice.created_at))


def _of_tickets(home: Site, people: People, at: datetime) -> list[Notice]:
    """Of home's own tickets, and of those that its paired department leads."""
    lately = Q(ticket__compound=home.compound) | Q(ticket__lead=home.paired)
    lately &= Q(at__gt=at - LATELY, at__lte=at)
    found: dict[int, list[Notice]] = {}
    for notice in [*_of_steps(lately, home, people), *_of_levels(lately, people)]:
        assert notice.person_id
        found.setdefault(notice.person_id, []).append(notice)
    return [
        notice
        for each in found.values()
        for notice in sorted(each, key=lambda notice: notice.created_at)[-MOST:]
    ]


def _of_steps(lately: Q, home: Site, people: People) -> Iterator[Notice]:
    signed_in = people.signed_in
    leads = {home.company: signed_in["company"], home.paired: signed_in["department"]}
    events = TicketEvent.objects.filter(lately, verb__in=TOLD).select_related(
        "ticket__compound", "ticket__entrance__building", "ticket__building", "organization"
    )
    for event in events.prefetch_related("ticket__concerns__reporter"):
        reporters = {concern.reporter for concern in event.ticket.concerns.all()}
        for told in TOLD[event.verb]:
            for name in told.to:
                if name == "reporter":
                    person = signed_in["resident"] if signed_in["resident"] in reporters else None
                elif name == "lead":
                    person = leads.get(event.organization)
                else:
                    person = signed_in[name] if event.ticket.compound == home.compound else None
                if person:
                    yield _of_step(event, told, person, is_reporter=name == "reporter")


def _of_step(event: TicketEvent, told: Told, person: Person, *, is_reporter: bool) -> Notice:
    ticket = event.ticket
    words = {
        "title": ticket.title,
        "where": ticket.where,
        "text": ticket.text,
        "note": event.text,
        "unit": str(event.organization or ""),
    }
    return _notice(
        person,
        event=told.event,
        title=told.title.format(**words),
        body=told.body.format(**words),
        url=tracking_path(ticket) if is_reporter else ticket.get_absolute_url(),
        key=f"{ticket.code}:{event.verb}:{event.pk}",
        at=event.at,
        is_urgent=ticket.lane in NATURAL_LANES,
    )


def _of_levels(lately: Q, people: People) -> Iterator[Notice]:
    signed_in = {person.pk: person for person in people.signed_in.values()}
    levels = Escalation.objects.filter(lately, is_told=True).select_related(
        "ticket__compound__branch", "ticket__lead", "ticket__entrance__building"
    )
    for row in levels.order_by("-at")[:MOST]:
        for person in holders(told_at(row.level, row.ticket, row.clock), row.at):
            if person.pk in signed_in:
                yield _notice(
                    person,
                    event="ticket_escalated",
                    title=f"{Level(row.level).label}：{row.ticket.title}",
                    body=f"{row.ticket.code} {row.ticket.where}，请马上处理。",
                    url=row.ticket.get_absolute_url(),
                    key=f"{row.ticket.code}:level:{row.round}:{row.clock}:{row.run}:{row.level}",
                    at=row.at,
                    is_urgent=row.ticket.lane in NATURAL_LANES,
                )


def _notice(
    person: Person,
    *,
    event: str,
    title: str,
    body: str,
    url: str,
    key: str,
    at: datetime,
    is_urgent: bool,
) -> Notice:
    return Notice(
        person=person,
        event=event,
        title=shortened(masked_text(title), TITLE_LENGTH),
        body=shortened(masked_text(body), BODY_LENGTH),
        url=url,
        key=f"{key}:{person.pk}",
        created_at=at,
        is_urgent=is_urgent,
    )
