"""投票: one ballot a right across all channels, in the log and sealed, in one transaction.

Every channel ends in `cast`. Its order of locks is the same for all: the meeting, shared, so
that the close waits for ballots under way and they for it; the rights by their keys; the log
last, as short as can be.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from compounds.models import Person
from compounds.rules import Conflict, Refused
from compounds.templatetags.words import dt
from evidence.actions.logs import append_all
from evidence.rules.moments import minute
from ownerscommittee.votes.access.voters import why_no_voter
from ownerscommittee.votes.actions.telling import tell_voter
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Ballot,
    BallotSecret,
    PaperBallot,
    Proxy,
    VotingRight,
)
from ownerscommittee.votes.models.asking import asked_of
from ownerscommittee.votes.rules.meetings import check_open
from ownerscommittee.votes.rules.sealing import (
    Choices,
    check_choices,
    commitment_of,
    pair_of,
    right_id,
)
from ownerscommittee.votes.terms import Channel, Mark


@dataclass(frozen=True)
class Sheet:
    """One filled ballot on its way in, whatever the channel."""

    channel: Channel
    choices: Choices
    proxy: Proxy | None = None
    paper: PaperBallot | None = None
    typed: list[Choices] = field(default_factory=list)  # what each clerk read off the paper
    note: str = ""


def hold_open(meeting: AssemblyMeeting, *, at: datetime) -> None:
    """The meeting is kept open until this transaction ends, and brought up to date with the only
    facts that change once it was noticed. Conflict when it is not open."""
    facts = "SELECT state, opens_at, closes_at FROM votes_assemblymeeting WHERE id = %s FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(facts, [meeting.pk])
        meeting.state, meeting.opens_at, meeting.closes_at = cursor.fetchone()
    if meeting.opens_at is None or meeting.closes_at is None:
        raise Conflict("表决还没有公告，不能投票。")
    check_open(meeting.state, meeting.opens_at, meeting.closes_at, at=at)


def hold_rights(meeting: AssemblyMeeting, rights: Sequence[VotingRight]) -> list[VotingRight]:
    """The lines of the roll, nobody else's to cast meanwhile; those of another roll are refused."""
    rows = VotingRight.objects.counted().filter(roll=meeting.roll)
    locked = rows.filter(pk__in=[right.pk for right in rights]).order_by("pk")
    held = list(locked.select_for_update(no_key=True))
    if not held or len(held) != len(rights):
        raise Refused(f"这份表决权不在{meeting.compound}这次表决的名册上，不能投。")
    return held


def check_free(
    meeting: AssemblyMeeting, rights: Sequence[VotingRight], paper: PaperBallot | None
) -> None:
    """The first ballot stands (rule 16); a paper that waits to be typed holds its right too."""
    ballots = Ballot.objects.standing().filter(meeting=meeting, right__in=rights)
    if first := ballots.select_related("right").first():
        raise Conflict(
            f"名册第 {first.right.number} 号已在{dt(first.cast_at)}投过"
            f"（{Channel(first.channel).label}），以先投的为准。"
        )
    waiting = PaperBallot.objects.waiting().filter(form__meeting=meeting, form__right__in=rights)
    others = waiting.exclude(pk=paper.pk) if paper else waiting
    if found := others.select_related("form__right").first():
        raise Conflict(
            f"名册第 {found.form.right.number} 号的纸质票已在{dt(found.received_at)}收到，正在录入。"
        )


@transaction.atomic(savepoint=False)
def cast(
    meeting: AssemblyMeeting,
    rights: Sequence[VotingRight],
    sheet: Sheet,
    *,
    by: Person,
    at: datetime,
) -> list[Ballot]:
    """One ballot for each right, all with the same choices; all of them or none."""
    hold_open(meeting, at=at)
    held = hold_rights(meeting, rights)
    check_free(meeting, held, sheet.paper)
    choices = _complete(meeting, sheet)
    secrets_ = [_sealed(choices, sheet.typed) for _ in held]
    before = _voided_before(meeting, held)
    bodies = [
        line_of(right, sheet, secret, before.get(right.pk), at)
        for right, secret in zip(held, secrets_, strict=True)
    ]
    assert meeting.stream
    entries = append_all(meeting.stream, bodies, at=at)
    ballots = Ballot.objects.bulk_create(
        Ballot(
            meeting=meeting,
            right=right,
            channel=sheet.channel,
            cast_at=at,
            by=by,
            entry=entry,
            proxy=sheet.proxy,
            paper=sheet.paper,
            note=sheet.note,
        )
        for right, entry in zip(held, entries, strict=True)
    )
    BallotSecret.objects.bulk_create(
        BallotSecret(ballot=ballot, sealed=json.dumps(secret))
        for ballot, secret in zip(ballots, secrets_, strict=True)
    )
    return ballots


def _complete(meeting: AssemblyMeeting, sheet: Sheet) -> Choices:
    """Every question answered. What a proxy does not reach is void; a paper may leave some out."""
    asked, choices = asked_of(meeting), dict(sheet.choices)
    reached = sheet.proxy.questions if sheet.proxy else []
    own = [one for one in asked if not reached or one.ident in reached]
    checked = check_choices(own, choices, may_void=sheet.channel == Channel.PAPER)
    return {one.ident: checked.get(one.ident, [Mark.VOID.value]) for one in asked}


def _sealed(choices: Choices, typed: list[Choices]) -> dict[str, Any]:
    return {"nonce": secrets.token_hex(32), "choices": choices, "typed": typed or None}


def _voided_before(meeting: AssemblyMeeting, rights: list[VotingRight]) -> dict[int, int]:
    """right → index of its last ballot that was voided, which the new one replaces."""
    voided = Ballot.objects.filter(meeting=meeting, right__in=rights, voided_at__isnull=False)
    return dict(voided.order_by("entry__index").values_list("right_id", "entry__index"))


def line_of(
    right: VotingRight,
    sheet: Sheet,
    secret: dict[str, Any],
    supersedes: int | None,
    at: datetime,
) -> dict[str, Any]:
    """What the log says of a ballot: everything but the choices, which are sealed beside it."""
    return {
        "kind": "ballot",
        "at": minute(at),
        "right": right_id(right.number),
        "area": right.area,
        "channel": sheet.channel.value,
        "commitment": commitment_of(secret["nonce"], secret["choices"]),
        "supersedes": supersedes,
        "pair": pair_of(secret["nonce"], sheet.typed) if sheet.typed else None,
        "scan": sheet.paper.scan.sha256 if sheet.paper else None,
    }


# --- The channels -----------------------------------------------------------------------------


@transaction.atomic
def cast_on_web(
    meeting: AssemblyMeeting, *, choices: Choices, by: Person, at: datetime
) -> list[Ballot]:
    """网上: every right of the person that has not been cast yet, with one press."""
    own = VotingRight.objects.filter(roll=meeting.roll).of_person(by)
    taken = Ballot.objects.standing().filter(meeting=meeting)
    held = PaperBallot.objects.waiting().filter(form__meeting=meeting)
    free = own.exclude(pk__in=taken.values("right")).exclude(pk__in=held.values("form__right"))
    rights = list(free.only("pk")) or list(own.only("pk"))
    if not rights:
        raise Refused(why_no_voter(by, meeting))
    return cast(meeting, rights, Sheet(Channel.WEB, choices), by=by, at=at)


@transaction.atomic
def cast_by_proxy(
    proxy: Proxy, *, choices: Choices, by: Person, note: str = "", at: datetime
) -> list[Ballot]:
    """代理: recorded under the owner, who is told at once."""
    proxy.refresh_from_db(fields=["ended_at"], from_queryset=Proxy.objects.select_for_update())
    if proxy.ended_at is not None:
        raise Refused("这份委托已经撤销，不能再代理投票。")
    sheet = Sheet(Channel.PROXY, choices, proxy=proxy, note=note)
    ballots = cast(proxy.meeting, [proxy.right], sheet, by=by, at=at)
    tell_recorded(ballots[0], at=at)
    return ballots


@transaction.atomic
def cast_by_clerk(
    meeting: AssemblyMeeting,
    right: VotingRight,
    *,
    channel: Channel,
    choices: Choices,
    note: str,
    by: Person,
    at: datetime,
) -> list[Ballot]:
    """现场、电话: entered by staff in the owner's presence or on the telephone."""
    if channel not in (Channel.HALL, Channel.PHONE):
        raise Refused("这里只登记现场和电话的票。")
    if channel == Channel.PHONE and not note.strip():
        raise Refused("电话投票要写明来电号码后四位和通话记录编号。")
    sheet = Sheet(channel, choices, note=note.strip())
    ballots = cast(meeting, [right], sheet, by=by, at=at)
    tell_recorded(ballots[0], at=at)
    return ballots


RECORDED = {
    Channel.PAPER: "您的纸质票已登记",
    Channel.PROXY: "您委托的票已投出",
    Channel.HALL: "您在现场投的票已登记",
    Channel.PHONE: "您在电话里投的票已登记",
}


def tell_recorded(ballot: Ballot, *, at: datetime) -> None:
    """The owner hears that a ballot came, never what it says: so a forged one is seen at once."""
    tell_voter(
        ballot.right,
        event="ballot_recorded",
        title=RECORDED[Channel(ballot.channel)],
        body=f"{ballot.meeting.title}，第 {ballot.number} 号。不是您本人的意思，请马上告诉监票人。",
        url=f"{ballot.meeting.get_absolute_url()}voted/",
        key=f"{ballot.meeting.code}:ballot:{ballot.pk}",
        at=at,
    )
