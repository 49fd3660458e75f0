"""监票: a ballot voided by two, and a ballot opened with a reason; each look is logged."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.models import Person
from compounds.rules import Conflict, Refused
from evidence.actions.logs import append, receipt_of
from evidence.rules.moments import minute
from ownerscommittee.votes.actions.history import lock
from ownerscommittee.votes.actions.telling import tell_voter
from ownerscommittee.votes.models import AssemblyMeeting, Ballot, BallotVoid, PaperBallot
from ownerscommittee.votes.rules.meetings import check_opening, check_voiding


@transaction.atomic
def ask_void(ballot: Ballot, *, reason: str, by: Person, at: datetime) -> BallotVoid:
    """提出作废: by one scrutineer; another one decides."""
    meeting = lock(ballot.meeting)
    check_voiding(meeting.state)
    if not Ballot.objects.standing().filter(pk=ballot.pk).exists():
        raise Conflict("这张票已经作废了。")
    if ballot.voids.filter(decided_at__isnull=True).exists():
        raise Conflict("已经有人提出作废这张票，等另一位监票人决定。")
    return BallotVoid.objects.create(ballot=ballot, reason=reason, asked_by=by, asked_at=at)


@transaction.atomic
def decide_void(void: BallotVoid, *, is_confirmed: bool, by: Person, at: datetime) -> BallotVoid:
    """同意或不同意作废. The ballot is kept; while the vote is open its right may vote anew."""
    meeting = lock(void.ballot.meeting)
    check_voiding(meeting.state)
    rows = BallotVoid.objects.select_for_update(of=("self",))
    void = rows.select_related("ballot__entry", "ballot__right").get(pk=void.pk)
    if void.decided_at:
        raise Conflict("这件事另一位监票人已经决定了。")
    if void.asked_by_id == by.pk:
        raise Refused("作废要两个人：请另一位监票人来决定。")
    void.decided_by, void.decided_at, void.is_confirmed = by, at, is_confirmed
    void.save(update_fields=["decided_by", "decided_at", "is_confirmed"])
    if is_confirmed:
        _void(meeting, void, at)
    return void


def _void(meeting: AssemblyMeeting, void: BallotVoid, at: datetime) -> None:
    ballot = void.ballot
    ballot.voided_at = at
    ballot.save(update_fields=["voided_at"])
    tell_voter(
        ballot.right,
        event="ballot_voided",
        title="您的票被作废了",
        body=f"{meeting.title}，第 {ballot.number} 号。原因：{void.reason}",
        url=meeting.get_absolute_url(),
        key=f"{meeting.code}:void:{ballot.pk}",
        at=at,
    )
    assert meeting.stream
    body = {
        "kind": "void",
        "at": minute(at),
        "ballot": ballot.entry.index,
        "reason": void.reason,
        "by": [f"scrutineer-{void.asked_by_id}", f"scrutineer-{void.decided_by_id}"],
    }
    append(meeting.stream, body, at=at)


@transaction.atomic
def open_ballot(ballot: Ballot, *, reason: str, by: Person, at: datetime) -> dict[str, Any]:
    """看一张票选了什么: after the close, by a scrutineer, with a reason; the log keeps who and why."""
    check_opening(ballot.meeting.state)
    if not reason.strip():
        raise Refused("请写明为什么要看这张票。")
    record(by, AuditVerb.BALLOT_OPENED, ballot, at=at, reason=reason)
    return secret_of(ballot)


def look_at_list(meeting: AssemblyMeeting, *, by: Person, at: datetime) -> None:
    """Who voted, when and how: each look at the list is a line of the log."""
    record(by, AuditVerb.BALLOTS_LISTED, meeting, at=at)


def look_at_scan(paper: PaperBallot, *, by: Person, at: datetime) -> None:
    """看扫描件: as good as the choice, so after the close each look is a line of the log."""
    record(by, AuditVerb.BALLOT_OPENED, paper, at=at, reason="看扫描件")


def secret_of(ballot: Ballot) -> dict[str, Any]:
    """{"nonce", "choices", "typed"}: for the voter's own eyes, the count, and `open_ballot`."""
    opened: dict[str, Any] = json.loads(ballot.secret.sealed)
    return opened


def receipt_for_voter(ballot: Ballot) -> dict[str, Any]:
    """回执 with nonce and choices: to the voter alone."""
    secret = secret_of(ballot)
    return receipt_of(ballot.entry, nonce=secret["nonce"], choices=secret["choices"])
