"""计票: from the sealed ballots to a result with its whole arithmetic."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from compounds.files.actions import store_photo
from compounds.models import Person
from compounds.rules import Conflict, Refused
from evidence.actions.logs import append
from evidence.actions.publishing import publish_checkpoint
from evidence.rules.moments import minute
from evidence.terms import Occasion
from ownerscommittee.terms import BylawTerm, LocalNumber
from ownerscommittee.votes.actions.history import lock, move, note_event
from ownerscommittee.votes.actions.meetings import number_of
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Ballot,
    BallotVoid,
    CountWitness,
    OfficialTotals,
    Result,
)
from ownerscommittee.votes.models.asking import asked_of, bylaws_of, follow_rule, motions_of
from ownerscommittee.votes.rules.decisions import RULE_VERSION
from ownerscommittee.votes.rules.meetings import check_attending, check_counting, state_after
from ownerscommittee.votes.rules.published import read_published
from ownerscommittee.votes.rules.results import Cast, Terms, logged_result, sheet_of
from ownerscommittee.votes.rules.sealing import commitment_of
from ownerscommittee.votes.rules.weights import Weight, total
from ownerscommittee.votes.terms import MeetingState, MeetingVerb, Stage


@transaction.atomic
def name_count_witness(
    meeting: AssemblyMeeting,
    *,
    name: str,
    capacity: str,
    signature: UploadedFile,
    by: Person,
    at: datetime,
    key: UUID,
) -> CountWitness:
    """计票见证人: who stood by, with the sheet that they signed (rule 24)."""
    meeting = lock(meeting)
    if known := CountWitness.objects.filter(submission_key=key).first():
        return known
    check_attending(meeting.state)
    if meeting.count_witnesses.filter(name=name).exists():
        raise Refused(f"{name}已经登记过了。")
    note_event(meeting, MeetingVerb.WITNESSED, by=by, at=at, text=f"{capacity} {name}")
    return CountWitness.objects.create(
        meeting=meeting,
        name=name,
        capacity=capacity,
        signature=store_photo(signature, by=by, at=at),
        by=by,
        at=at,
        submission_key=key,
    )


@transaction.atomic
def import_official(
    meeting: AssemblyMeeting, *, totals: dict[str, Any], source: str, by: Person, at: datetime
) -> OfficialTotals:
    """官方结果: where the law has the government's system decide, its totals as published (17)."""
    meeting = lock(meeting)
    check_attending(meeting.state)
    if not meeting.is_advisory:
        raise Refused("这次表决不以政府系统为准，不用录入官方结果。")
    if OfficialTotals.objects.filter(meeting=meeting).exists():
        raise Conflict("官方结果已经录入过了。")
    read_published(totals)
    return OfficialTotals.objects.create(
        meeting=meeting, totals=totals, source=source, by=by, at=at
    )


# --- The count --------------------------------------------------------------------------------


@transaction.atomic
def count_meeting(meeting: AssemblyMeeting, *, lots: str = "", by: Person, at: datetime) -> Result:
    """计票: open every ballot that stands, and keep the whole arithmetic. Again after a void."""
    meeting = lock(meeting)
    state_after(MeetingVerb.COUNTED, meeting.state)
    check_counting(
        witnesses=meeting.count_witnesses.count(),
        is_advisory=meeting.is_advisory,
        has_official=OfficialTotals.objects.filter(meeting=meeting).exists(),
    )
    if meeting.state != MeetingState.CLOSED and not voided_since_count(meeting):
        raise Conflict("计票以后没有作废任何票，结果不会变，不用再计。")
    sheet = _sheet_of_meeting(meeting, lots=lots)
    move(meeting, MeetingVerb.COUNTED, by=by, at=at, posted_at=None, objections_until=None)
    return keep(meeting, sheet, Stage.PRELIMINARY, by=by, at=at)


def _sheet_of_meeting(meeting: AssemblyMeeting, *, lots: str) -> dict[str, Any]:
    assert meeting.roll
    ballots = opened_ballots(meeting)
    terms = _terms_of(meeting, lots)
    turnout = total([ballot.weight for ballot in ballots])
    return {
        "roll": {"heads": meeting.roll.heads, "area": meeting.roll.area},
        "ballots": len(ballots),
        "turnout": {"heads": turnout.heads, "area": turnout.area},
        "channels": meeting.ballots.standing().by_channel(),
        "rule": RULE_VERSION,
        "invalid": terms.invalid,
        "follow": terms.follow,
        "lots": list(terms.lots),
        "questions": [sheet_of(asked, ballots, terms) for asked in asked_of(meeting)],
    }


def _terms_of(meeting: AssemblyMeeting, lots: str) -> Terms:
    assert meeting.roll
    small = number_of(meeting, LocalNumber.SMALL_COMPOUND_SEATS)
    seats = max((motion.seats for motion in motions_of(meeting)), default=1)
    return Terms(
        everyone=Weight(meeting.roll.area, meeting.roll.heads),
        invalid=str(bylaws_of(meeting).term(BylawTerm.INVALID_BALLOTS).value),
        follow=follow_rule(meeting),
        delivered=_delivered(meeting),
        seats_least=small if seats <= small else number_of(meeting, LocalNumber.SEATS_MIN),
        lots=tuple(name.strip() for name in lots.replace("，", "、").split("、") if name.strip()),
    )


def _delivered(meeting: AssemblyMeeting) -> Weight:
    """Whom the close listed as reached in vain; a void afterwards adds nobody."""
    assert meeting.roll and meeting.stream
    exhibit = meeting.stream.exhibits.filter(name="delivered.json").first()
    listed = [int(ident) for ident in json.loads(exhibit.content)] if exhibit else []
    rights = meeting.roll.rights.filter(number__in=listed).values_list("area", "heads")
    return total([Weight(*right) for right in rights])


def opened_ballots(meeting: AssemblyMeeting) -> list[Cast]:
    """Every standing ballot's choices, each held against what was promised when it was cast."""
    ballots = Ballot.objects.standing().filter(meeting=meeting).order_by("pk")
    opened = []
    for ballot in ballots.select_related("right", "secret", "entry").iterator(chunk_size=2000):
        secret = json.loads(ballot.secret.sealed)
        promised = json.loads(ballot.entry.body)["commitment"]
        if commitment_of(secret["nonce"], secret["choices"]) != promised:
            raise Refused(
                f"第 {ballot.number} 号票与投票时的存证不符，不能计票。请报告街道和公安。"
            )
        weight = Weight(ballot.right.area, ballot.right.heads)
        opened.append(Cast(weight, ballot.channel, secret["choices"]))
    return opened


def voided_since_count(meeting: AssemblyMeeting) -> bool:
    last = meeting.results.aggregate(at=Max("at"))["at"]
    voids = BallotVoid.objects.filter(ballot__meeting=meeting, is_confirmed=True)
    return last is not None and voids.filter(decided_at__gte=last).exists()


def keep(
    meeting: AssemblyMeeting, sheet: dict[str, Any], stage: Stage, *, by: Person, at: datetime
) -> Result:
    """The row and the log's line together, and a checkpoint that leaves the house."""
    assert meeting.stream
    body = {
        "kind": "result",
        "at": minute(at),
        "stage": stage.value,
        **sheet["turnout"],
        "questions": [logged_result(question) for question in sheet["questions"]],
    }
    entry = append(meeting.stream, body, at=at)
    version = meeting.results.count() + 1
    result = Result.objects.create(
        meeting=meeting, version=version, stage=stage, sheet=sheet, entry=entry, by=by, at=at
    )
    publish_checkpoint(meeting.stream, at=at, occasion=Occasion.RESULT)
    return result
