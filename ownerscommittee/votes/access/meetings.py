"""Who may see and touch which meeting. The only door to a meeting that a view may use."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from compounds.access import User, active_posts, holds, posts_in, visible_compounds
from compounds.models import Compound, Organization
from compounds.terms import OrganizationKind, Role
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.models.meetings import AssemblyMeetingQuerySet

# 召集人: whose posts speak for each kind of body that may call a meeting.
CONVENING = {
    OrganizationKind.OWNERS_COMMITTEE: {Role.CHAIR, Role.COMMITTEE_MEMBER},
    OrganizationKind.PREPARATORY_GROUP: {Role.CHAIR, Role.COMMITTEE_MEMBER},
    OrganizationKind.COMMUNITY: {Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF},
}
CONVENING_ROLES = {role for roles in CONVENING.values() for role in roles}
# Who sees a draft beside its convener: the branch, and the community that must be copied.
READS_DRAFTS = {Role.BRANCH_SECRETARY, Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF}
# 录票: hall, telephone, proxies and papers.
ENTERS_BALLOTS = {
    Role.SOCIAL_WORKER,
    Role.GRID_WORKER,
    Role.BRANCH_SECRETARY,
    Role.BRANCH_COMMITTEE_MEMBER,
    Role.COMMUNITY_STAFF,
}


def convening_bodies(user: User, compound: Compound) -> list[Organization]:
    """For whom the user may call a meeting there: committee, preparatory group, or community.

    The community calls one only where neither of the two is at work (物业管理条例 art. 10).
    """
    own = [
        post.organization
        for post in posts_in(user, *CONVENING_ROLES)
        if _is_convener_there(post.organization, post.role, compound)
    ]
    bodies = {body.pk: body for body in own}
    if all(body.kind == OrganizationKind.COMMUNITY for body in bodies.values()):
        return [] if _has_own_body(compound) else list(bodies.values())
    return [body for body in bodies.values() if body.kind != OrganizationKind.COMMUNITY]


def _is_convener_there(body: Organization, role: str, compound: Compound) -> bool:
    if role not in CONVENING.get(OrganizationKind(body.kind), set()):
        return False
    branch = compound.branch.path
    if body.kind == OrganizationKind.COMMUNITY:
        return branch.startswith(body.path)
    return body.path.startswith(branch)


def _has_own_body(compound: Compound) -> bool:
    bodies = Organization.objects.within(compound.branch).filter(is_active=True)
    kinds = [OrganizationKind.OWNERS_COMMITTEE, OrganizationKind.PREPARATORY_GROUP]
    return bodies.of_kind(*kinds).exists()


def compound_to_convene(user: User, code: str) -> tuple[Compound, list[Organization]]:
    """Where a meeting may be drafted, and in whose name; 404 out of scope, 403 without the right."""
    compound = visible_compounds(user).for_list().filter(code=code).first()
    if compound is None:
        raise Http404
    bodies = convening_bodies(user, compound)
    if not bodies:
        raise PermissionDenied
    return compound, bodies


def may_convene(user: User, meeting: AssemblyMeeting) -> bool:
    """Whoever speaks for the body in whose name the meeting is called."""
    return any(
        post.organization_id == meeting.convener_id
        and post.role in CONVENING.get(OrganizationKind(post.organization.kind), set())
        for post in posts_in(user, *CONVENING_ROLES)
    )


def may_read_draft(user: User, meeting: AssemblyMeeting) -> bool:
    branch = meeting.compound.branch
    return may_convene(user, meeting) or holds(user, *READS_DRAFTS, organization=branch)


def may_enter_ballots(user: User, meeting: AssemblyMeeting) -> bool:
    return holds(user, *ENTERS_BALLOTS, organization=meeting.compound.branch)


def is_scrutineer(user: User, meeting: AssemblyMeeting) -> bool:
    """监票人: a supervisor of the owners' committee there, or named for this meeting."""
    if not user.is_authenticated or may_convene(user, meeting):
        return False
    branch = meeting.compound.branch.path
    posts = posts_in(user, Role.SUPERVISOR)
    if any(post.organization.path.startswith(branch) for post in posts):
        return True
    return meeting.scrutineers.filter(person_id=user.pk).exists()


def may_plan(user: User, meeting: AssemblyMeeting) -> bool:
    """缺口: the convener, the clerks of the ballot, the branch and the community."""
    return may_enter_ballots(user, meeting) or may_read_draft(user, meeting)


# --- Meetings that a page shows ---------------------------------------------------------------


def meeting_to_read(user: User, code: str) -> AssemblyMeeting:
    """A posted meeting is public; a draft is its convener's, the branch's and the community's."""
    meeting = AssemblyMeeting.objects.for_list().filter(code=code).first()
    if meeting is None:
        raise Http404
    if meeting.noticed_at is None and not may_read_draft(user, meeting):
        raise Http404
    return meeting


def meeting_in_scope(user: User, code: str) -> AssemblyMeeting:
    """For those who work on it. Another compound's staff find nothing, whatever their posts."""
    meeting = meeting_to_read(user, code)
    if not (
        (active_posts(user) and visible_compounds(user).filter(pk=meeting.compound_id).exists())
        or is_scrutineer(user, meeting)
    ):
        raise Http404
    return meeting


def meeting_to_convene(user: User, code: str) -> AssemblyMeeting:
    meeting = meeting_in_scope(user, code)
    if not may_convene(user, meeting):
        raise PermissionDenied
    return meeting


def meeting_to_enter(user: User, code: str) -> AssemblyMeeting:
    """For hall, telephone, proxies and papers."""
    meeting = meeting_in_scope(user, code)
    if not may_enter_ballots(user, meeting):
        raise PermissionDenied
    return meeting


def meeting_to_plan(user: User, code: str) -> AssemblyMeeting:
    """For the way to two thirds, across the whole roll."""
    meeting = meeting_in_scope(user, code)
    if not may_plan(user, meeting):
        raise PermissionDenied
    return meeting


def meeting_to_scrutinize(user: User, code: str) -> AssemblyMeeting:
    meeting = meeting_in_scope(user, code)
    if not is_scrutineer(user, meeting):
        raise PermissionDenied
    return meeting


def meetings_of(user: User, compound: Compound) -> AssemblyMeetingQuerySet:
    """Those that the user may read there: all that are posted, and drafts by right."""
    meetings = AssemblyMeeting.objects.filter(compound=compound)
    sees_drafts = convening_bodies(user, compound) or holds(
        user, *READS_DRAFTS, organization=compound.branch
    )
    posted = Q(noticed_at__isnull=False)
    return meetings if sees_drafts else meetings.filter(posted)


def public_compound(code: str) -> Compound:
    """公示 is for everybody; 404 where there is no such compound."""
    compound = Compound.objects.for_list().filter(code=code).first()
    if compound is None:
        raise Http404
    return compound
