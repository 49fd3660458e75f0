"""The desks of clerks and scrutineers: which right, paper or ballot somebody may handle there."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404

from compounds.access import User, posts_in, visible_compounds
from compounds.models import Building
from compounds.terms import Role
from ownerscommittee.votes.access.meetings import (
    CONVENING_ROLES,
    ENTERS_BALLOTS,
    is_scrutineer,
    may_enter_ballots,
    meeting_in_scope,
    meeting_to_enter,
    meeting_to_read,
    meeting_to_scrutinize,
)
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Ballot,
    BallotVoid,
    PaperBallot,
    PaperForm,
    Proxy,
    VotingRight,
)
from ownerscommittee.votes.terms import CLOSED_STATES, RUNNING_STATES, MeetingState


def meetings_at_work(user: User) -> list[AssemblyMeeting]:
    """For the front page: what runs where the user convenes, enters ballots or scrutinizes."""
    if not posts_in(user, *ENTERS_BALLOTS, *CONVENING_ROLES, Role.SUPERVISOR):
        return []
    running = AssemblyMeeting.objects.filter(state__in=RUNNING_STATES)
    return list(running.filter(compound__in=visible_compounds(user)).for_list()[:5])


def right_to_enter(meeting: AssemblyMeeting, number: int) -> VotingRight:
    """A line of the meeting's roll by its number; the clerk's own door stands before it."""
    right = VotingRight.objects.counted().filter(roll=meeting.roll, number=number).first()
    if right is None:
        raise Http404
    return right


def forms_to_print(user: User, code: str, pk: int) -> tuple[AssemblyMeeting, list[VotingRight]]:
    """The rights of one building, for their paper forms; those without a place go with the first."""
    meeting = meeting_to_enter(user, code)
    building = meeting.compound.buildings.filter(pk=pk).first()
    if building is None:
        raise Http404
    rights = VotingRight.objects.counted().filter(roll=meeting.roll)
    return meeting, list(rights.filter(_printed_with(meeting, building)).order_by("number"))


def _printed_with(meeting: AssemblyMeeting, building: Building) -> Q:
    is_first = meeting.compound.buildings.first() == building
    return Q(building=building) | (Q(building__isnull=True) if is_first else Q(pk__in=[]))


def meeting_of_form(user: User, code: str) -> AssemblyMeeting:
    """Where everybody else is led who scans the code on a paper."""
    return meeting_to_read(user, code)


def form_to_receive(user: User, code: str, token: str) -> PaperForm | None:
    """The form of this code for a clerk; None for everybody else, whom the meeting's page tells."""
    meeting = meeting_to_read(user, code)
    if not may_enter_ballots(user, meeting):
        return None
    found = PaperForm.objects.filter(token=token, meeting=meeting).select_related("right").first()
    if found is None:
        raise Http404
    found.meeting = meeting
    return found


def rights_found(meeting: AssemblyMeeting, sought: str) -> list[VotingRight]:
    """By the number on the roll or a part of a room; with what came of it, never what it says."""
    rights = VotingRight.objects.counted().filter(roll=meeting.roll)
    by_room = Q(units__unit__room__icontains=sought, units__is_struck=False)
    by_number = Q(number=int(sought)) if sought.isdecimal() and len(sought) < 9 else Q()
    found = rights.filter(by_room | by_number).distinct() if sought else rights.none()
    ballots = Ballot.objects.standing().filter(meeting=meeting).select_related("entry")
    return list(
        found.order_by("number").prefetch_related(
            "units__unit__entrance__building",
            Prefetch("ballots", ballots, to_attr="standing"),
            Prefetch(
                "proxies",
                Proxy.objects.filter(meeting=meeting, ended_at__isnull=True),
                to_attr="letters",
            ),
            Prefetch("forms", PaperForm.objects.filter(meeting=meeting), to_attr="printed"),
        )[:40]
    )


def paper_to_handle(user: User, code: str, pk: int) -> PaperBallot:
    """A received paper, for whoever types or returns it."""
    meeting = meeting_to_enter(user, code)
    papers = PaperBallot.objects.select_related("form__right", "scan")
    paper = papers.filter(form__meeting=meeting, pk=pk).first()
    if paper is None:
        raise Http404
    paper.form.meeting = meeting
    return paper


def scan_to_see(user: User, code: str, pk: int) -> PaperBallot:
    """The picture, which shows a choice: for the clerks while it waits to be typed, and for nobody
    else before the close; then for the scrutineers."""
    meeting = meeting_in_scope(user, code)
    papers = PaperBallot.objects.select_related("scan", "form__right").filter(form__meeting=meeting)
    if may_enter_ballots(user, meeting) and meeting.state == MeetingState.OPEN:
        papers = papers.waiting()
    elif not is_scrutineer(user, meeting) or meeting.state not in CLOSED_STATES:
        raise PermissionDenied
    paper = papers.filter(pk=pk).first()
    if paper is None:
        raise Http404
    paper.form.meeting = meeting
    return paper


def proxy_to_end(user: User, code: str, pk: int) -> Proxy:
    meeting = meeting_to_enter(user, code)
    proxy = Proxy.objects.select_related("right").filter(meeting=meeting, pk=pk).first()
    if proxy is None:
        raise Http404
    return proxy


def ballot_to_scrutinize(user: User, code: str, number: int) -> Ballot:
    """第 57 号, for a scrutineer; voided ones too."""
    meeting = meeting_to_scrutinize(user, code)
    ballots = Ballot.objects.for_list().select_related("paper", "by")
    ballot = ballots.filter(meeting=meeting, entry__index=number - 1).first()
    if ballot is None:
        raise Http404
    ballot.meeting = meeting
    return ballot


def void_to_decide(user: User, code: str, pk: int) -> BallotVoid:
    meeting = meeting_to_scrutinize(user, code)
    voids = BallotVoid.objects.select_related("ballot__entry", "ballot__right", "asked_by")
    void = voids.filter(ballot__meeting=meeting, pk=pk).first()
    if void is None:
        raise Http404
    void.ballot.meeting = meeting
    return void
