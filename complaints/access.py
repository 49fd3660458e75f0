"""Who may see and touch which ticket. The only door to a ticket that a view may use."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare

from complaints.models import Callback, Concern, Draft, Photo, Ticket, TicketSupport
from complaints.models.tickets import TicketQuerySet
from complaints.rules.words import code_for, code_from, number_from
from complaints.terms import WITH_LEAD, Level, Standing, State, Verb, Visibility
from compounds.access import User, active_posts
from compounds.models import STEP, Compound, Organization, Post
from compounds.terms import OrganizationKind, Role

# Posts that reach every ticket in the subtree of their organisation, and what they are to it.
TREE_STANDINGS: dict[str, Standing] = {
    Role.BRANCH_SECRETARY: Standing.BRANCH,
    Role.BRANCH_COMMITTEE_MEMBER: Standing.READER,
    Role.SOCIAL_WORKER: Standing.READER,
    Role.GRID_WORKER: Standing.READER,
    Role.COMMUNITY_SECRETARY: Standing.COMMUNITY,
    Role.COMMUNITY_STAFF: Standing.COMMUNITY,
    Role.DISPATCHER: Standing.DISPATCHER,
    Role.STREET_OFFICIAL: Standing.READER,
    Role.STREET_LEADER: Standing.STREET_LEADER,
    Role.DISTRICT_SUPERVISOR: Standing.DISTRICT,
}
# Posts that reach what happens at their own stairs, and never a secret report.
HEADS = {Role.BUILDING_HEAD, Role.ENTRANCE_HEAD, Role.FLOOR_HEAD, Role.GROUP_LEADER}
# Posts of a unit that works on what was given to it.
UNIT_ROLES = {
    Role.LIAISON,
    Role.LEADER,
    Role.COMPANY_STAFF,
    Role.CHAIR,
    Role.COMMITTEE_MEMBER,
    Role.BRANCH_SECRETARY,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
}

RIGHTS: dict[str, set[Standing]] = {
    Verb.ACCEPTED: {Standing.BRANCH, Standing.COMMUNITY},
    Verb.DECLINED: {Standing.COMMUNITY},
    Verb.TAKEN_BY_COMPOUND: {Standing.BRANCH},
    Verb.WHISTLED: {Standing.BRANCH},
    Verb.WHISTLE_REFUSED: {Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.DISPATCHED: {Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.SIGNED: {Standing.LEAD},
    Verb.CONTACTED: {Standing.LEAD},
    Verb.REPLIED: {Standing.LEAD},
    Verb.SENT_BACK: {Standing.BRANCH, Standing.DISPATCHER},
    Verb.CALLBACK_ASKED: {Standing.BRANCH, Standing.DISPATCHER},
    Verb.ANSWERED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER},
    Verb.REOPENED: {Standing.BRANCH, Standing.DISPATCHER},
    Verb.REVEALED: {Standing.BRANCH, Standing.COMMUNITY, Standing.DISPATCHER, Standing.LEAD},
}
# 回访 is never done by the unit that handled it.
NEVER_BY_LEAD = {Verb.SENT_BACK, Verb.CALLBACK_ASKED, Verb.ANSWERED, Verb.REOPENED}
# A property manager once passed a complainant's number on to the accused: never again.
NO_CONTACT_FOR = {OrganizationKind.PROPERTY_COMPANY, OrganizationKind.OWNERS_COMMITTEE}


# --- Reading ----------------------------------------------------------------------------------


def _reach(post: Post) -> Q:
    """The tickets that one post lets its holder see."""
    if post.role in TREE_STANDINGS:
        return Q(compound__in=Compound.objects.within(post.organization)) | _given_to(post)
    if post.role in HEADS:
        return _stairs(post) & ~Q(visibility=Visibility.SECRET)
    if post.role in UNIT_ROLES:
        return _given_to(post)
    return Q(pk__in=[])


def _given_to(post: Post) -> Q:
    unit = post.organization_id
    supported = TicketSupport.objects.filter(organization=unit).values("ticket")
    return Q(lead=unit) | Q(pk__in=supported)


def _stairs(post: Post) -> Q:
    if post.role == Role.GROUP_LEADER:
        return Q(building__group=post.organization_id)
    if post.role == Role.BUILDING_HEAD:
        return Q(building=post.building_id)
    return Q(entrance=post.entrance_id)


def visible_tickets(user: User) -> TicketQuerySet:
    reach = Q(pk__in=[])
    for post in active_posts(user):
        reach |= _reach(post)
    return Ticket.objects.filter(reach)


def ticket_to_read(user: User, code: str) -> Ticket:
    """The ticket, or 404: a stranger must not learn that the code exists."""
    found = visible_tickets(user).select_related("compound__branch", "policy").for_list()
    ticket = found.filter(code=code).first()
    if ticket is None:
        raise Http404
    return ticket


def photo_to_read(user: User, code: str, token: str) -> Photo:
    ticket = ticket_to_read(user, code)
    return _photo(ticket, token)


def _photo(ticket: Ticket, token: str) -> Photo:
    photo = Photo.objects.filter(ticket=ticket, file__token=token).select_related("file").first()
    if photo is None:
        raise Http404
    return photo


# --- Standing and rights ----------------------------------------------------------------------


def standings(user: User, ticket: Ticket) -> dict[Standing, Post]:
    """What the user is to this ticket, each with the post that makes it so."""
    supporting: set[int] | None = None
    found: dict[Standing, Post] = {}
    for post in active_posts(user):
        standing = TREE_STANDINGS.get(post.role)
        if standing and ticket.compound.branch.path.startswith(post.organization.path):
            found.setdefault(standing, post)
        if post.role in UNIT_ROLES and post.organization_id == ticket.lead_id:
            found.setdefault(Standing.LEAD, post)
        elif post.role in {Role.LIAISON, Role.LEADER}:
            if supporting is None:
                supporting = set(ticket.supports.values_list("organization_id", flat=True))
            if post.organization_id in supporting:
                found.setdefault(Standing.SUPPORT, post)
    return found


def standing_for(user: User, ticket: Ticket, verb: str) -> Post | None:
    """The post by which the user may do the deed; None when they may not."""
    return right_among(standings(user, ticket), verb)


def right_among(held: dict[Standing, Post], verb: str) -> Post | None:
    """Which of the standings held gives the right to the deed."""
    if verb in NEVER_BY_LEAD and Standing.LEAD in held:
        return None
    allowed = [post for standing, post in held.items() if standing in RIGHTS.get(verb, set())]
    if verb == Verb.REVEALED:
        allowed = [post for post in allowed if post.organization.kind not in NO_CONTACT_FOR]
    return allowed[0] if allowed else None


def ticket_for(user: User, code: str, verb: str) -> Ticket:
    """The ticket, for one who may do this deed to it; 404 out of scope, 403 without the right."""
    ticket = ticket_to_read(user, code)
    if standing_for(user, ticket, verb) is None:
        raise PermissionDenied
    return ticket


def units_to_dispatch_to(user: User, ticket: Ticket) -> QuerySet[Organization]:
    """A community sends to its own units, the street's dispatcher to departments as well."""
    branch = ticket.compound.branch
    community, street = branch.path[: 3 * STEP], branch.path[: 2 * STEP]
    own = Q(path=community) | Q(
        path__startswith=branch.path,
        kind__in=[OrganizationKind.PROPERTY_COMPANY, OrganizationKind.OWNERS_COMMITTEE],
    )
    if Standing.DISPATCHER in standings(user, ticket):
        departments = Q(kind=OrganizationKind.DEPARTMENT, path__startswith=branch.path[:STEP])
        own |= departments | Q(kind=OrganizationKind.COMMUNITY, path__startswith=street)
    return Organization.objects.filter(own, is_active=True).order_by("-kind", "path")


def handlers_in_compound(ticket: Ticket) -> QuerySet[Organization]:
    """物业、业委会, or the branch itself with its volunteers."""
    kinds = [
        OrganizationKind.PROPERTY_COMPANY,
        OrganizationKind.OWNERS_COMMITTEE,
        OrganizationKind.BRANCH,
    ]
    return Organization.objects.within(ticket.compound.branch).filter(
        kind__in=kinds, is_active=True
    )


# --- The desk 待我处理 --------------------------------------------------------------------------

DESK_STATES: dict[Standing, list[State]] = {
    Standing.BRANCH: [State.FILED, State.ACCEPTED, State.REPLIED],
    Standing.COMMUNITY: [State.TO_DISPATCH],
    Standing.DISPATCHER: [State.TO_DISPATCH],
}


def _waits_for(post: Post, at: datetime) -> Q:
    waiting = Q(pk__in=[])
    standing = TREE_STANDINGS.get(post.role)
    in_tree = Q(compound__in=Compound.objects.within(post.organization))
    if standing in DESK_STATES:
        waiting |= in_tree & Q(state__in=DESK_STATES[standing])
    by_branch = Q(state=State.REPLIED, lead__kind=OrganizationKind.BRANCH)
    if standing == Standing.BRANCH:  # what the branch did itself is not for it to judge
        waiting &= ~by_branch
    if standing == Standing.DISPATCHER:
        waiting |= in_tree & by_branch
    if standing == Standing.COMMUNITY:  # what the branch lets lie
        waiting |= in_tree & Q(state=State.FILED, due_at__lte=at)
    if standing == Standing.STREET_LEADER:
        waiting |= in_tree & Q(level__gte=Level.STREET_LEADER)
    if standing == Standing.DISTRICT:
        waiting |= in_tree & Q(level__gte=Level.DISTRICT)
    if post.role in UNIT_ROLES:
        waiting |= Q(lead=post.organization_id, state__in=WITH_LEAD)
    return waiting


def tickets_waiting_for(user: User, *, at: datetime) -> TicketQuerySet:
    """待我处理: the open tickets on which the next deed is this person's."""
    waiting = Q(pk__in=[])
    for post in active_posts(user):
        waiting |= _waits_for(post, at)
    return Ticket.objects.open().filter(waiting)


# --- Reporters: by number and code, by signed link, or signed in --------------------------------

LINKS = Signer(salt="ticket")
TRACKED = "tracked"


def code_of(ticket: Ticket) -> str:
    return code_for(ticket.code, settings.HASH_KEY)


def tracking_path(ticket: Ticket) -> str:
    """The signed address that a reporter is sent."""
    return f"/t/{LINKS.sign(ticket.code)}/"


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


def photo_to_track(request: HttpRequest, code: str, token: str) -> Photo:
    return _photo(ticket_to_track(request, code), token)


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
