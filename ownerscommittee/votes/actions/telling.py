"""Who hears of what. A notice row is the message; a sweep delivers it. Choices never travel."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from compounds.models import STEP, Person, Post
from compounds.notices.actions import notify, notify_phone, notify_phones
from compounds.terms import Role
from ownerscommittee.votes.models import AssemblyMeeting, VotingRight
from ownerscommittee.votes.models.contacts import waiting_in
from ownerscommittee.votes.models.rolls import VotingRightQuerySet

COMMUNITY = [Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF]
CONVENERS = [Role.CHAIR, Role.COMMITTEE_MEMBER, *COMMUNITY]


def tell_owners(
    meeting: AssemblyMeeting, *, event: str, title: str, body: str, key: str, at: datetime
) -> int:
    """Everybody on the roll; how many notices that is."""
    return _tell_rights(
        VotingRight.objects.counted().filter(roll=meeting.roll),
        event=event,
        title=title,
        body=body,
        url=meeting.get_absolute_url(),
        key=f"{meeting.code}:{key}",
        at=at,
    )


def tell_those_who_wait(
    meeting: AssemblyMeeting, *, event: str, title: str, body: str, key: str, at: datetime
) -> int:
    """Those on the roll from whom no ballot came, on no way; how many notices that is."""
    return _tell_rights(
        waiting_in(meeting),
        event=event,
        title=title,
        body=body,
        url=f"{meeting.get_absolute_url()}cast/",
        key=f"{meeting.code}:{key}",
        at=at,
    )


def _tell_rights(rights: VotingRightQuerySet, **message: Any) -> int:
    """By account, and whoever has none by the telephone that the roll has, each once."""
    voters = _voters(rights)
    reached = {person.phone_key for person in voters}
    without = rights.filter(voter__isnull=True).exclude(phone_key="")
    phones = {
        right.phone_key: right.phone
        for right in without.only("phone", "phone_key")
        if right.phone_key not in reached
    }
    notify(to=voters, **message)
    notify_phones(phones=phones.values(), **message)
    return len(voters) + len(phones)


def _voters(rights: VotingRightQuerySet) -> list[Person]:
    keys = list(rights.values_list("voter_id", "phone_key"))
    named = {voter for voter, _ in keys if voter}
    found = {phone_key for voter, phone_key in keys if not voter and phone_key}
    people = Person.objects.filter(Q(pk__in=named) | Q(phone_key__in=found))
    return list(people.only("pk", "phone_key"))


def tell_voter(
    right: VotingRight, *, event: str, title: str, body: str, url: str, key: str, at: datetime
) -> None:
    """The owner of one right: by account, else by the telephone that the register has."""
    message = {"event": event, "title": title, "body": body, "url": url, "key": key, "at": at}
    if people := _voters(VotingRight.objects.filter(pk=right.pk)):
        notify(to=people, **message)  # type: ignore[arg-type]
    elif right.phone:
        notify_phone(phone=right.phone, **message)


def tell_conveners(
    meeting: AssemblyMeeting, *, event: str, title: str, body: str, key: str, at: datetime
) -> None:
    """Whoever speaks for the body that called the meeting."""
    _tell_posts(
        Q(organization=meeting.convener, role__in=CONVENERS),
        meeting,
        event=event,
        title=title,
        body=body,
        key=key,
        at=at,
    )


def tell_community(
    meeting: AssemblyMeeting, *, event: str, title: str, body: str, key: str, at: datetime
) -> None:
    """The residents' committee is copied (rule 13), and the branch hears of it too."""
    branch = meeting.compound.branch
    wanted = Q(organization__path=branch.path[: 3 * STEP], role__in=COMMUNITY)
    wanted |= Q(organization=branch, role=Role.BRANCH_SECRETARY)
    _tell_posts(wanted, meeting, event=event, title=title, body=body, key=key, at=at)


def _tell_posts(
    wanted: Q,
    meeting: AssemblyMeeting,
    *,
    event: str,
    title: str,
    body: str,
    key: str,
    at: datetime,
) -> None:
    posts = Post.objects.active(at).filter(wanted).select_related("person")
    notify(
        to=[post.person for post in posts],
        event=event,
        title=title,
        body=body,
        url=meeting.get_absolute_url(),
        key=f"{meeting.code}:{key}",
        at=at,
    )
