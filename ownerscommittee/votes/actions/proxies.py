"""委托: written, for one meeting, within the locality's cap (rule 18)."""

from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from compounds.files.actions import store_photo
from compounds.models import Person, keyed_hash
from compounds.rules import Conflict, Refused
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.actions.history import lock
from ownerscommittee.votes.actions.telling import tell_voter
from ownerscommittee.votes.models import AssemblyMeeting, Ballot, Proxy, VotingRight
from ownerscommittee.votes.models.asking import profile_of
from ownerscommittee.votes.rules.ballots import check_proxy
from ownerscommittee.votes.terms import MeetingState


@transaction.atomic
def record_proxy(
    meeting: AssemblyMeeting,
    right: VotingRight,
    *,
    agent_name: str,
    agent_phone: str,
    questions: list[str],
    letter: UploadedFile,
    by: Person,
    at: datetime,
    key: UUID,
) -> Proxy:
    """登记委托. The meeting is locked, so that two letters for one agent count each other."""
    meeting = lock(meeting)
    if known := Proxy.objects.filter(submission_key=key).first():
        return known
    if meeting.state not in (MeetingState.NOTICED, MeetingState.OPEN):
        raise Conflict("公告以后、截止以前才能登记委托。")
    _check_right(meeting, right)
    agent = keyed_hash(agent_phone)
    if agent == right.phone_key or (right.voter and right.voter.phone_key == agent):
        raise Refused("代理人就是业主本人，直接投票就行，不用委托。")
    given = Proxy.objects.filter(meeting=meeting, agent_key=agent, ended_at__isnull=True)
    check_proxy(
        principals=given.count(),
        cap=int(profile_of(meeting).number(LocalNumber.PROXY_CAP).value),
        is_written=True,
        is_for_this_vote=True,
    )
    proxy = Proxy.objects.create(
        meeting=meeting,
        right=right,
        agent_name=agent_name,
        agent_phone=agent_phone,
        agent_key=agent,
        questions=questions,
        letter=store_photo(letter, by=None, at=at),
        by=by,
        at=at,
        submission_key=key,
    )
    _tell(proxy, "有人登记了您的投票委托", "如果您没有写过委托书，请马上告诉监票人。", at)
    return proxy


def _check_right(meeting: AssemblyMeeting, right: VotingRight) -> None:
    if right.roll_id != meeting.roll_id or right.is_struck:
        raise Refused("这份表决权不在这次表决的名册上。")
    if Ballot.objects.standing().filter(meeting=meeting, right=right).exists():
        raise Conflict(f"名册第 {right.number} 号已经投过票，不用再委托。")
    if Proxy.objects.filter(meeting=meeting, right=right, ended_at__isnull=True).exists():
        raise Conflict(f"名册第 {right.number} 号已经有一份委托。要换代理人，请先撤销原来的。")


@transaction.atomic
def end_proxy(proxy: Proxy, *, at: datetime) -> Proxy:
    """撤销委托, before the agent has voted."""
    proxy = (
        Proxy.objects.select_for_update(of=("self",))
        .select_related("meeting__compound", "right")
        .get(pk=proxy.pk)
    )
    if proxy.ended_at or proxy.ballots.filter(voided_at__isnull=True).exists():
        raise Conflict("这份委托已经撤销或已经用过了。")
    proxy.ended_at = at
    proxy.save(update_fields=["ended_at"])
    _tell(proxy, "您的投票委托已撤销", "您可以自己投，也可以重新委托。", at)
    return proxy


def _tell(proxy: Proxy, title: str, body: str, at: datetime) -> None:
    tell_voter(
        proxy.right,
        event="proxy_recorded",
        title=title,
        body=f"{proxy.meeting.title}。{body}",
        url=proxy.meeting.get_absolute_url(),
        key=f"{proxy.meeting.code}:proxy:{proxy.pk}:{title}",
        at=at,
    )
