"""纸质票: printed with a number, scanned when it comes back, typed by two who cannot see each other."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.files.actions import store_photo
from compounds.models import Person, new_token
from compounds.rules import Conflict, Refused
from ownerscommittee.votes.actions.casting import (
    Sheet,
    cast,
    check_free,
    hold_open,
    hold_rights,
    tell_recorded,
)
from ownerscommittee.votes.actions.telling import tell_voter
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Ballot,
    PaperBallot,
    PaperForm,
    PaperReading,
    VotingRight,
)
from ownerscommittee.votes.models.asking import asked_of
from ownerscommittee.votes.rules.sealing import Choices, agreed, check_choices
from ownerscommittee.votes.terms import Channel, MeetingState


@transaction.atomic
def print_forms(
    meeting: AssemblyMeeting, rights: Iterable[VotingRight], *, by: Person, at: datetime
) -> list[PaperForm]:
    """A numbered form for each right, the same one however often it is printed."""
    _check_printing(meeting)
    rights = list(rights)
    PaperForm.objects.bulk_create(
        [
            PaperForm(meeting=meeting, right=right, token=new_token(), by=by, at=at)
            for right in rights
        ],
        ignore_conflicts=True,
    )
    record(by, AuditVerb.EXPORTED, meeting, at=at, reason=f"打印纸质票 {len(rights)} 张")
    forms = PaperForm.objects.filter(meeting=meeting, right__in=rights)
    return list(forms.select_related("right").order_by("right__number"))


def _check_printing(meeting: AssemblyMeeting) -> None:
    if meeting.state not in (MeetingState.NOTICED, MeetingState.OPEN):
        raise Conflict("公告以后、截止以前才能打印和送达纸质票。")


@transaction.atomic
def deliver_form(form: PaperForm, *, note: str, by: Person, at: datetime) -> PaperForm:
    """送达: with its proof, such as who signed for it; first said, never changed."""
    _check_printing(form.meeting)
    if not note.strip():
        raise Refused("请写明送达凭据：谁签收的，或者照片、录像的编号。")
    waiting = PaperForm.objects.filter(pk=form.pk, delivered_at__isnull=True)
    if not waiting.update(delivered_at=at, delivered_by=by, delivery_note=note.strip()):
        raise Conflict("这张票已经登记过送达了。")
    form.refresh_from_db()
    return form


@transaction.atomic
def receive_paper(
    form: PaperForm, *, scan: UploadedFile, by: Person, at: datetime, key: UUID
) -> PaperBallot:
    """收票: the scan holds the right from now on, and the owner is told at once."""
    if known := PaperBallot.objects.filter(submission_key=key).first():
        return known
    meeting = form.meeting
    hold_open(meeting, at=at)
    (right,) = hold_rights(meeting, [form.right])
    check_free(meeting, [right], None)
    # Of a clerk's hundred scans a day none is beyond the limit that holds for a resident's photos.
    stored = store_photo(scan, by=None, at=at)
    paper = PaperBallot.objects.create(
        form=form, scan=stored, received_by=by, received_at=at, submission_key=key
    )
    tell_voter(
        right,
        event="paper_received",
        title="您的纸质票已收到",
        body=f"{meeting.title}。录入后再告诉您编号。不是您交的，请马上告诉监票人。",
        url=meeting.get_absolute_url(),
        key=f"{meeting.code}:paper:{paper.pk}",
        at=at,
    )
    return paper


@transaction.atomic
def return_paper(paper: PaperBallot, *, reason: str, by: Person, at: datetime) -> PaperBallot:
    """退回: a scan that cannot be read, or is of another form. The right is free again."""
    paper = _lock(paper)
    hold_open(paper.form.meeting, at=at)
    if not reason.strip():
        raise Refused("请写明为什么退回，业主会看到。")
    paper.returned_by, paper.returned_at, paper.return_reason = by, at, reason.strip()
    paper.save(update_fields=["returned_by", "returned_at", "return_reason"])
    tell_voter(
        paper.form.right,
        event="paper_returned",
        title="您的纸质票被退回，请重新投",
        body=f"{paper.form.meeting.title}：{paper.return_reason}",
        url=paper.form.meeting.get_absolute_url(),
        key=f"{paper.form.meeting.code}:returned:{paper.pk}",
        at=at,
    )
    return paper


@transaction.atomic
def read_paper(paper: PaperBallot, *, choices: Choices, by: Person, at: datetime) -> Ballot | None:
    """录入: the ballot, as soon as two different people have typed the same; else None."""
    meeting = paper.form.meeting
    hold_open(meeting, at=at)
    paper = _lock(paper)
    readings = list(paper.readings.order_by("pk"))
    if any(reading.by_id == by.pk for reading in readings):
        raise Conflict("这张票您已经录过一次，要由另一个人再录。")
    choices = check_choices(asked_of(meeting), choices, may_void=True)
    PaperReading.objects.create(paper=paper, by=by, at=at, sealed=json.dumps(choices))
    typed = [json.loads(reading.sealed) for reading in readings] + [choices]
    found = agreed(typed)
    if found is None:
        return None
    sheet = Sheet(Channel.PAPER, found, paper=paper, typed=typed)
    (ballot,) = cast(meeting, [paper.form.right], sheet, by=by, at=at)
    tell_recorded(ballot, at=at)
    return ballot


def _lock(paper: PaperBallot) -> PaperBallot:
    """A paper that still waits, nobody else's meanwhile."""
    rows = PaperBallot.objects.select_for_update(of=("self",))
    related = ("form__meeting__compound__branch", "form__right", "scan")
    paper = rows.select_related(*related).get(pk=paper.pk)
    if paper.returned_at or Ballot.objects.filter(paper=paper).exists():
        raise Conflict("这张纸质票刚刚已经录完或退回了。")
    return paper
