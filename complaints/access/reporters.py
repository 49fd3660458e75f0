"""Reporters and followers come by number and code, by a signed link, or signed in."""

import uuid
from contextlib import suppress

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare

from complaints.access.reading import photo_of
from complaints.models import Callback, Concern, Draft, Follow, Part, Photo, Ticket, TicketEvent
from complaints.models.parts import whole_of
from complaints.models.tickets import TicketQuerySet
from complaints.rules.words import code_for, code_from, number_from
from complaints.terms import Satisfaction, Verb, Visibility
from compounds.access import User

LINKS, FOLLOWS = Signer(salt="ticket"), Signer(salt="follow")
TAPS = Signer(salt="one tap", sep=".")
TRACKED, FOLLOWED = "tracked", "followed"


def code_of(ticket: Ticket) -> str:
    """Of a report as it was told; what was split from it is known by the same code."""
    return code_for(whole_of(ticket).code, settings.HASH_KEY)


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


def code_of_follow(follow: Follow) -> str:
    """A follower's own code: the reporter's would let them answer and withdraw."""
    return code_for(f"{follow.ticket.code} follow {follow.pk}", settings.HASH_KEY)


def following_path(follow: Follow) -> str:
    """The signed address that a follower is sent."""
    return f"/f/{FOLLOWS.sign(str(follow.pk))}/"


def ticket_by_code(number: str, code: str) -> Ticket | None:
    ticket = Ticket.objects.filter(code=number_from(number)).first()
    if ticket and constant_time_compare(code_from(code), code_of(ticket)):
        return ticket
    return None


def follow_by_code(number: str, code: str) -> Follow | None:
    follows = Follow.objects.filter(ticket__code=number_from(number)).select_related("ticket")
    typed = code_from(code)
    return next((one for one in follows if constant_time_compare(typed, code_of_follow(one))), None)


def ticket_by_link(signed: str) -> Ticket:
    try:
        return Ticket.objects.get(code=LINKS.unsign(signed))
    except (BadSignature, Ticket.DoesNotExist):
        raise Http404 from None


def follow_of_draft(request: HttpRequest, key: uuid.UUID) -> Follow:
    """What came of a draft instead of a report, for the browser that tapped."""
    follow = Follow.objects.filter(submission_key=key).select_related("ticket__compound").first()
    if follow is None or follow.ticket.code not in request.session.get(FOLLOWED, []):
        raise Http404
    return follow


def follow_by_link(signed: str) -> Follow:
    try:
        return Follow.objects.select_related("ticket").get(pk=FOLLOWS.unsign(signed))
    except (BadSignature, Follow.DoesNotExist):
        raise Http404 from None


def grant(request: HttpRequest, ticket: Ticket) -> None:
    """This browser has shown that it knows the ticket's code."""
    _remember(request, TRACKED, whole_of(ticket))


def grant_following(request: HttpRequest, ticket: Ticket) -> None:
    """This browser has shown a follower's code, or one of a ticket that was merged into this."""
    _remember(request, FOLLOWED, ticket)


def _remember(request: HttpRequest, standing: str, ticket: Ticket) -> None:
    known = [code for code in request.session.get(standing, []) if code != ticket.code]
    request.session[standing] = [*known, ticket.code][-20:]


def _known(request: HttpRequest, standing: str) -> Q:
    """The tickets that this browser was granted, and those that were told in one report with them."""
    codes = request.session.get(standing, [])
    return Q(code__in=codes) | Q(part__whole__code__in=codes)


def reported_by(user: User) -> TicketQuerySet:
    mine = Concern.objects.filter(reporter=user.pk).values("ticket")
    return Ticket.objects.filter(pk__in=mine) if user.is_authenticated else Ticket.objects.none()


def followed_by(user: User) -> TicketQuerySet:
    """What the user tapped 我也遇到了 at, and what their own or followed tickets were merged into."""
    if not user.is_authenticated:
        return Ticket.objects.none()
    mine = Concern.objects.filter(reporter=user.pk).values("ticket__merged_into")
    tapped = Follow.objects.filter(person=user.pk)
    return Ticket.objects.filter(
        Q(pk__in=mine)
        | Q(pk__in=tapped.values("ticket"))
        | Q(pk__in=tapped.values("ticket__merged_into"))
    )


def ticket_to_track(request: HttpRequest, code: str) -> Ticket:
    """The ticket, for its reporter: granted to this browser, or their own when signed in."""
    found = Ticket.objects.filter(_known(request, TRACKED), code=code)
    if not found:
        found = reported_by(request.user).filter(code=code)
    ticket = found.select_related("compound__branch", "policy").for_list().first()
    if ticket is None:
        raise Http404
    return ticket


def concern_of(request: HttpRequest, ticket: Ticket) -> Concern | None:
    """The visitor's own report: theirs by account, else the first, whose code they know."""
    concerns = list(ticket.concerns.order_by("filed_at", "pk"))
    mine = [one for one in concerns if one.reporter_id and one.reporter_id == request.user.pk]
    knows_code = whole_of(ticket).code in request.session.get(TRACKED, [])
    return next(iter(mine or (concerns if knows_code else [])), None)


def ticket_to_watch(request: HttpRequest, code: str) -> tuple[Ticket, bool]:
    """The ticket for its reporter (True), or for one who follows it and may only read (False)."""
    with suppress(Http404):
        return ticket_to_track(request, code), True
    found = Ticket.objects.filter(_known(request, FOLLOWED), code=code)
    if not found:
        found = followed_by(request.user).filter(code=code)
    ticket = found.select_related("compound__branch", "policy").for_list().first()
    if ticket is None:
        raise Http404
    return ticket, False


def merged_here(request: HttpRequest, ticket: Ticket) -> list[Ticket]:
    """What this visitor reported and was merged into the ticket."""
    mine = _known(request, TRACKED) | Q(pk__in=reported_by(request.user))
    return [*ticket.merged.filter(mine).order_by("pk")]


def told_with(request: HttpRequest, ticket: Ticket, own: list[Ticket]) -> list[Ticket]:
    """The other matters that were told in one report with this one, or with what was merged into it."""
    shown = [ticket, *own]
    wholes = [whole_of(one).pk for one in shown]
    family = [*wholes, *Part.objects.filter(whole__in=wholes).values_list("ticket", flat=True)]
    mine = _known(request, TRACKED) | Q(pk__in=reported_by(request.user))
    watched = _known(request, FOLLOWED) | Q(pk__in=followed_by(request.user))
    others = Ticket.objects.filter(mine | watched, pk__in=family).exclude(
        pk__in=[one.pk for one in shown]
    )
    return [*others.order_by("pk")]


def reveals_to(
    ticket: Ticket, own: list[Ticket], events: list[TicketEvent], *, is_reporter: bool
) -> list[TicketEvent]:
    """谁看过我的联系方式: on the own ticket, and since it was merged on the one it went to."""
    if is_reporter:
        return [event for event in events if event.verb == Verb.REVEALED]
    lines = TicketEvent.objects.filter(ticket__in=own, verb__in=[Verb.REVEALED, Verb.MERGED])
    seen = list(lines) if own else []
    since = min((event.at for event in seen if event.verb == Verb.MERGED), default=None)
    later = [event for event in events if since and event.at >= since]
    return [event for event in [*seen, *later] if event.verb == Verb.REVEALED]


def photo_to_track(request: HttpRequest, code: str, token: str) -> Photo:
    ticket, is_reporter = ticket_to_watch(request, code)
    if not is_reporter and ticket.visibility == Visibility.SECRET:
        raise Http404
    return photo_of(ticket, token)


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
