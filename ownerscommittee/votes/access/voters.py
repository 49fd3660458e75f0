"""Who may cast which right, and whose ballots somebody may look at."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils import timezone

from compounds.access import User, running
from compounds.models import Compound, Person, Residency
from compounds.rules import local_day
from compounds.terms import ResidencyKind
from ownerscommittee.votes.access.meetings import meeting_to_read
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Ballot,
    PaperBallot,
    Petition,
    Proxy,
    Roll,
    VotingRight,
)
from ownerscommittee.votes.models.meetings import AssemblyMeetingQuerySet
from ownerscommittee.votes.models.rolls import VotingRightQuerySet
from ownerscommittee.votes.terms import MeetingState, Scope

NOBODY = VotingRight.objects.none


def rights_of(user: User, meeting: AssemblyMeeting) -> VotingRightQuerySet:
    """The user's own rights there: named on the roll, or found by the telephone on it."""
    if not user.is_authenticated or meeting.roll_id is None:
        return NOBODY()
    rights = VotingRight.objects.filter(roll_id=meeting.roll_id).of_person(user)
    return rights.order_by("number")


def proxies_of(user: User, meeting: AssemblyMeeting) -> list[Proxy]:
    """For whom the user may cast as the agent, by the telephone in the letter."""
    if not user.is_authenticated:
        return []
    given = Proxy.objects.filter(meeting=meeting, agent_key=user.phone_key, ended_at__isnull=True)
    return list(given.select_related("right"))


def why_no_voter(user: Person, meeting: AssemblyMeeting) -> str:
    """In words, why somebody who came to vote cannot; empty for whoever has a right there."""
    if rights_of(user, meeting).exists():
        return ""
    compound = meeting.compound
    lives = Residency.objects.filter(
        running(local_day(timezone.now())),
        person_id=user.pk,
        kind=ResidencyKind.TENANT,
        unit__entrance__building__compound=compound,
    )
    if lives.exists():
        return "租户没有表决权。房子的业主可以自己投，也可以书面委托您。"
    return (
        f"{compound}这次表决的业主名册上没有您。您是业主的话，请联系小区党支部核对名册上的手机号。"
    )


def proxy_to_cast(user: User, code: str, number: int) -> Proxy:
    """The letter by which the user casts the right of this number."""
    meeting = meeting_to_read(user, code)
    for proxy in proxies_of(user, meeting):
        if proxy.right.number == number:
            proxy.meeting = meeting
            return proxy
    raise Http404


def meetings_of_voter(user: User) -> AssemblyMeetingQuerySet:
    """等您表决 and what was: posted meetings on whose roll the user stands, the newest first."""
    if not user.is_authenticated:
        return AssemblyMeeting.objects.none()
    own = VotingRight.objects.filter(roll=OuterRef("roll")).of_person(user)
    return AssemblyMeeting.objects.public().filter(Exists(own)).for_list()


def waiting_for(user: User) -> AssemblyMeetingQuerySet:
    """Open meetings in which one of the user's rights has not been cast."""
    if not user.is_authenticated:
        return AssemblyMeeting.objects.none()
    cast = Ballot.objects.standing().filter(meeting=OuterRef(OuterRef("pk")), right=OuterRef("pk"))
    held = PaperBallot.objects.waiting().filter(
        form__meeting=OuterRef(OuterRef("pk")), form__right=OuterRef("pk")
    )
    own = (
        VotingRight.objects.filter(roll=OuterRef("roll"))
        .of_person(user)
        .filter(~Exists(cast), ~Exists(held))
    )
    return AssemblyMeeting.objects.filter(state=MeetingState.OPEN).filter(Exists(own))


def homes_on_rolls(user: Person, meetings: Iterable[AssemblyMeeting]) -> dict[int, list[str]]:
    """By roll, what the user has on it: the homes that one ballot is for; three queries."""
    rolls = {meeting.roll_id for meeting in meetings}
    rights = VotingRight.objects.filter(roll__in=rolls).of_person(user).for_list()
    homes: dict[int, list[str]] = {}
    for right in rights:
        homes.setdefault(right.roll_id, []).append(right.rooms)
    return homes


def voted_in(user: Person, meetings: Iterable[AssemblyMeeting]) -> set[int]:
    """Of these meetings, those in which a ballot of the user's own right stands."""
    rights = VotingRight.objects.of_person(user)
    cast = Ballot.objects.standing().filter(meeting__in=meetings, right__in=rights.values("pk"))
    return set(cast.values_list("meeting_id", flat=True))


def ballots_of(user: User, meeting: AssemblyMeeting) -> list[Ballot]:
    """The user's own ballots that stand, and those that the user cast as an agent."""
    if not user.is_authenticated:
        return []
    own = rights_of(user, meeting).values("pk")
    agent = [proxy.pk for proxy in proxies_of(user, meeting)]
    ballots = Ballot.objects.standing().for_list().filter(meeting=meeting)
    return list(ballots.filter(right__in=own) | ballots.filter(proxy__in=agent, by_id=user.pk))


def ballot_of_voter(user: User, code: str, number: int) -> Ballot:
    """One's own ballot by its number, for the receipt; of all others 404."""
    meeting = meeting_to_read(user, code)
    for ballot in ballots_of(user, meeting):
        if ballot.number == number:
            return ballot
    raise Http404


def petition_to_read(pk: int) -> Petition:
    petition = Petition.objects.for_list().filter(pk=pk).first()
    if petition is None:
        raise Http404
    return petition


def petition_roll(compound: Compound) -> Roll | None:
    """By which heads are counted: the latest settled roll of the whole compound."""
    return Roll.objects.frozen().filter(compound=compound, scope=Scope.COMPOUND).first()


def signs_petition(user: User, petition: Petition) -> bool:
    """Whether the user's rights have all signed; False for whoever has none there."""
    if not user.is_authenticated:
        return False
    rights = VotingRight.objects.filter(roll=petition.roll_id).of_person(user)
    signed = petition.signatures.filter(right__in=rights)
    return rights.exists() and signed.count() == rights.count()
