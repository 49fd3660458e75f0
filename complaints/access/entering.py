"""Who may write down a resident's report for them, and for which compounds."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from complaints.models import Concern, TicketImport
from compounds.access import User, holds, post_over, scope_paths
from compounds.jobs.models import Job
from compounds.models import Compound, Post
from compounds.terms import Role

ENTERS = [
    Role.BRANCH_SECRETARY,
    Role.BRANCH_COMMITTEE_MEMBER,
    Role.SOCIAL_WORKER,
    Role.GRID_WORKER,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.DISPATCHER,
]
SLIP_SHOWN = timedelta(days=1)


def may_enter(user: User) -> bool:
    return holds(user, *ENTERS)


def compounds_to_enter_for(user: User) -> list[Compound]:
    """The compounds under the posts; 403 for whoever has no such post."""
    if not may_enter(user):
        raise PermissionDenied
    within = Compound.objects.within_paths(scope_paths(user, *ENTERS))
    return list(within.for_list())


def post_to_enter_by(user: User, compound: Compound) -> Post:
    return post_over(user, compound.branch, *ENTERS)


def concern_to_hand_over(user: User, key: UUID, *, at: datetime) -> Concern:
    """What the user wrote down within a day: its number and code are to be handed over."""
    if not user.is_authenticated:
        raise Http404
    mine = Concern.objects.filter(entered_by=user, filed_at__gt=at - SLIP_SHOWN)
    concern = mine.select_related("ticket__compound__branch").filter(submission_key=key).first()
    if concern is None:
        raise Http404
    return concern


def import_to_confirm(user: User, pk: int) -> TicketImport:
    """One's own upload; it names residents, and is nobody else's."""
    received = TicketImport.objects.filter(by=user.pk, pk=pk).first()
    if received is None:
        raise Http404
    return received


def job_of(received: TicketImport) -> Job | None:
    """The job that registers, or registered it."""
    return Job.objects.filter(submission_key=received.submission_key).first()
