"""Reporters come by number and code, by a signed link, or signed in."""

import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare

from complaints.access.reading import photo_of
from complaints.models import Callback, Concern, Draft, Photo, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.rules.words import code_for, code_from, number_from
from complaints.terms import Satisfaction
from compounds.access import User

LINKS = Signer(salt="ticket")
TAPS = Signer(salt="one tap", sep=".")
TRACKED = "tracked"


def code_of(ticket: Ticket) -> str:
    return code_for(ticket.code, settings.HASH_KEY)


def tracking_path(ticket: Ticket) -> str:
    """The signed address that a reporter is sent."""
    return f"/t/{LINKS.sign(ticket.code)}/"


def tap_links(ticket: Ticket) -> list[tuple[str, str]]:
    """满意 and 不满意 as signed addresses: each opens the three questions of this round, half answered."""
    choices = (Satisfaction.SATISFIED, Satisfaction.DISSATISFIED)
    return [
        (choice.label, f"/a/{TAPS.sign(f'{ticket.code}_{ticket.round}_{choice}')}/")
        for choice in choices
    ]


def tapped(signed: str) -> tuple[Ticket, int, str]:
    """The ticket that a one-tap address speaks of, of which round, and what was tapped."""
    try:
        code, number, choice = TAPS.unsign(signed).split("_")
        found = Ticket.objects.select_related("compound__branch", "policy").get(code=code)
    except (BadSignature, Ticket.DoesNotExist):
        raise Http404 from None
    return found, int(number), choice


def ticket_by_code(number: str, code: str) -> Ticket | None:
    ticket = Ticket.objects.filter(code=number_from(number)).first()
    if ticket and constant_time_compare(code_from(code), code_of(ticket)):
        return ticket
    return None


def ticket_by_link(signed: str) -> Ticket:
    try:
        return Ticket.objects.get(code=LINKS.unsign(signed))
    except (BadSignature, Ticket.DoesNotExist):
        raise Http404 from None


def grant(request: HttpRequest, ticket: Ticket) -> None:
    """This browser has shown that it knows the ticket's code."""
    known = [code for code in request.session.get(TRACKED, []) if code != ticket.code]
    request.session[TRACKED] = [*known, ticket.code][-20:]


def reported_by(user: User) -> TicketQuerySet:
    mine = Concern.objects.filter(reporter=user.pk).values("ticket")
    return Ticket.objects.filter(pk__in=mine) if user.is_authenticated else Ticket.objects.none()


def ticket_to_track(request: HttpRequest, code: str) -> Ticket:
    """The ticket, for its reporter: granted to this browser, or their own when signed in."""
    if code in request.session.get(TRACKED, []):
        found = Ticket.objects.filter(code=code)
    else:
        found = reported_by(request.user).filter(code=code)
    ticket = found.select_related("compound__branch", "policy").for_list().first()
    if ticket is None:
        raise Http404
    return ticket


def concern_of(request: HttpRequest, ticket: Ticket) -> Concern | None:
    """The visitor's own report: theirs by account, else the first, whose code they know."""
    concerns = list(ticket.concerns.order_by("filed_at", "pk"))
    mine = [one for one in concerns if one.reporter_id and one.reporter_id == request.user.pk]
    knows_code = ticket.code in request.session.get(TRACKED, [])
    return next(iter(mine or (concerns if knows_code else [])), None)


def photo_to_track(request: HttpRequest, code: str, token: str) -> Photo:
    return photo_of(ticket_to_track(request, code), token)


def callback_to_answer(request: HttpRequest, code: str) -> Callback:
    ticket = ticket_to_track(request, code)
    callback = ticket.callbacks.filter(round=ticket.round).first()
    if callback is None:
        raise Http404
    return callback


def draft_to_write(key: uuid.UUID) -> Draft:
    """A draft's key is all that opens it; who lost it begins anew."""
    draft = Draft.objects.filter(key=key).first()
    if draft is None:
        raise Http404
    return draft
