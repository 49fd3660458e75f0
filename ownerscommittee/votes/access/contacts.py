"""联系名单: whose doors somebody may see. Heads see their own staircase, planners the whole roll."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.http import Http404

from compounds.access import User, posts_in
from compounds.models import Building, Entrance, Post
from compounds.terms import HEADS, Role
from ownerscommittee.votes.access.meetings import may_plan, meeting_in_scope
from ownerscommittee.votes.models import AssemblyMeeting, ContactNote, RightUnit, VotingRight
from ownerscommittee.votes.models.contacts import UNVOTED, rights_in
from ownerscommittee.votes.models.contacts import VOTED as HAS_VOTED
from ownerscommittee.votes.models.rolls import VotingRightQuerySet
from ownerscommittee.votes.terms import Contact

NOBODY = Q(pk__in=[])
VOTED, EVERYBODY = "voted", "all"  # beside the states that somebody writes down


def _reach(user: User, meeting: AssemblyMeeting) -> Q:
    """Which rights of the roll are the user's to work on."""
    if may_plan(user, meeting):
        return Q()
    branch, reach = meeting.compound.branch.path, NOBODY
    for post in posts_in(user, *HEADS, Role.GROUP_LEADER):
        if post.organization.path.startswith(branch):
            reach |= _doors_of(post)
    return reach


def _doors_of(post: Post) -> Q:
    if post.role == Role.GROUP_LEADER:
        return Q(building__group=post.organization_id)
    if post.role == Role.BUILDING_HEAD:
        return Q(building=post.building_id)
    if post.role == Role.ENTRANCE_HEAD:
        return Q(entrance=post.entrance_id)
    on_floor = Q(unit__entrance=post.entrance_id, unit__floor=post.floor, is_struck=False)
    return Q(pk__in=RightUnit.objects.filter(on_floor).values("right"))


def works_on_contacts(user: User, meeting: AssemblyMeeting) -> bool:
    """Whether the list of this meeting has anything to do with the user's posts."""
    return _reach(user, meeting) != NOBODY


def contacts_of(user: User, code: str) -> tuple[AssemblyMeeting, VotingRightQuerySet]:
    """The meeting and the user's own part of its roll, as `rights_in` annotates it."""
    meeting = meeting_in_scope(user, code)
    reach = _reach(user, meeting)
    if reach == NOBODY:
        raise PermissionDenied
    return meeting, rights_in(meeting).filter(reach)


def contact_to_note(user: User, code: str, number: int) -> tuple[AssemblyMeeting, VotingRight]:
    """One door; in another's staircase there is nothing to be found."""
    meeting, rights = contacts_of(user, code)
    doors = doors_for_list(rights, meeting).select_related("voter")
    right = doors.filter(number=number).first()
    if right is None:
        raise Http404
    return meeting, right


def narrowed(
    rights: VotingRightQuerySet, *, building: int | None, entrance: int | None, state: str | None
) -> VotingRightQuerySet:
    """As the filters say; without a state those from whom no ballot came."""
    if building:
        rights = rights.filter(building=building)
    if entrance:
        rights = rights.filter(entrance=entrance)
    if state == VOTED:
        return rights.filter(HAS_VOTED)
    if state == EVERYBODY:
        return rights
    rights = rights.filter(UNVOTED)
    return rights.filter(Q(contact=state)) if state else rights


def doors_for_list(rights: VotingRightQuerySet, meeting: AssemblyMeeting) -> VotingRightQuerySet:
    """With rooms and, as `said`, what was written down of each, the last first: four queries."""
    notes = ContactNote.objects.filter(meeting=meeting).select_related("by")
    return rights.for_list().prefetch_related(Prefetch("contacts", notes, to_attr="said"))


def counts_of(rights: VotingRightQuerySet) -> dict[str, int]:
    """How many doors are in each state; those that voted are counted as that alone."""
    waiting = {state: Count("pk", filter=UNVOTED & Q(contact=state)) for state in Contact.values}
    counts: dict[str, int] = rights.aggregate(**{VOTED: Count("pk", filter=HAS_VOTED)}, **waiting)
    return counts


def places_of(rights: VotingRightQuerySet) -> tuple[list[Building], list[Entrance]]:
    """The buildings and entrances in which the rights lie, for the filters of their list."""
    buildings = Building.objects.filter(pk__in=rights.order_by().values("building"))
    entrances = Entrance.objects.filter(pk__in=rights.order_by().values("entrance"))
    related = entrances.select_related("building").order_by("building__position", "position")
    return list(buildings.order_by("position")), list(related)
