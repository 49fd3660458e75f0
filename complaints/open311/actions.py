"""Filing for another system, and the keys that let it."""

import hashlib
import json
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from complaints.actions.filing import add_photos, file_locked_draft, ticket_from
from complaints.actions.history import lock
from complaints.actions.picturing import store_photos
from complaints.actions.waiting import add_words
from complaints.models import Draft, Ticket, TicketEvent
from complaints.open311.models import ApiKey, Receipt, Update
from complaints.open311.rules import Trouble
from complaints.terms import Category
from compounds.accounts.actions import allow
from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.models import Compound, Person, keyed_hash
from compounds.rules import Refused, local_day

HOUR = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=1)
REQUESTS = uuid.UUID("6f8e1c52-3b0a-4d7e-9a57-0a3110002002")  # a name space of our own
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
KEY_LENGTH = 32  # about 159 bits


# --- Requests ---------------------------------------------------------------------------------


def submission_of(
    key: ApiKey, said: str, answers: dict[str, Any], uploads: list[UploadedFile], at: datetime
) -> uuid.UUID:
    """The same request sent again is the same report.

    `said` is the sender's own number for it, if it gives one (Idempotency-Key). Else the same
    words, place, person and pictures on one day are the same.
    """
    told: list[Any] = [key.pk, said]
    if not said:
        pictures = [_digest(upload) for upload in uploads]
        told += [local_day(at).isoformat(), sorted(answers.items()), pictures]
    return uuid.uuid5(REQUESTS, json.dumps(told))


def _digest(upload: UploadedFile) -> str:
    upload.seek(0)
    return hashlib.file_digest(upload, "sha256").hexdigest()


@transaction.atomic
def file_request(
    key: ApiKey,
    *,
    submission: uuid.UUID,
    answers: dict[str, Any],
    uploads: list[UploadedFile],
    at: datetime,
) -> Receipt:
    """One ticket for one submission, by the deed that files a resident's report."""
    empty = Draft(key=submission, answers=json.dumps(answers), changed_at=at)
    Draft.objects.bulk_create([empty], ignore_conflicts=True)
    draft = Draft.objects.select_for_update().get(pk=submission)
    if filed := ticket_from(draft):
        return Receipt.objects.select_related("ticket").get(ticket=filed)
    if not allow("open311", str(key.pk), limit=key.hourly_limit, per=HOUR, at=at):
        raise Trouble(429, f"这个密钥一小时最多报 {key.hourly_limit} 件，请稍后再报。")
    add_photos(draft, uploads, by=None, at=at)
    ticket = file_locked_draft(draft, reporter=None, at=at)
    return Receipt.objects.create(token=secrets.token_hex(16), key=key, ticket=ticket, at=at)


@transaction.atomic
def add_update(
    key: ApiKey,
    ticket: Ticket,
    *,
    submission: uuid.UUID,
    text: str,
    uploads: list[UploadedFile],
    at: datetime,
) -> TicketEvent:
    """One line for one submission: what the resident says further."""
    ticket = lock(ticket)
    known = Update.objects.filter(submission_key=submission).select_related("event").first()
    if known:
        return known.event
    if not allow("open311", str(key.pk), limit=key.hourly_limit, per=HOUR, at=at):
        raise Trouble(429, f"这个密钥一小时最多报 {key.hourly_limit} 件，请稍后再报。")
    files = store_photos(uploads, by=None, at=at)
    event = add_words(ticket, text=text, files=files, role=f"反映人（{key.label}）"[:40], at=at)
    Update.objects.create(key=key, event=event, submission_key=submission)
    return event


def words_for(category: Category, description: str) -> str:
    """The standard lets a description be left out; a report says at least what it is about."""
    return description.strip() or f"{category.label}问题，对方没有写说明。"


def note_use(key: ApiKey, *, at: datetime) -> None:
    """最近使用, to the minute: many requests at once do not queue for one row."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - SEEN_EVERY)
    ApiKey.objects.live().filter(stale, pk=key.pk).update(last_used_at=at)


# --- Keys -------------------------------------------------------------------------------------


@transaction.atomic
def issue_key(
    *,
    label: str,
    compound: Compound | None,
    hourly_limit: int,
    gives_token: bool,
    submission_key: uuid.UUID,
    by: Person | None,
    at: datetime,
) -> tuple[ApiKey, str]:
    """发放密钥: shown once, and kept as a keyed hash. Sent twice it is one key, shown the first time."""
    secret = "".join(secrets.choice(LETTERS) for _ in range(KEY_LENGTH))
    fresh = ApiKey(
        label=label,
        compound=compound,
        hourly_limit=hourly_limit,
        gives_token=gives_token,
        key_hash=keyed_hash(secret),
        ending=secret[-4:],
        submission_key=submission_key,
        by=by,
        made_at=at,
    )
    ApiKey.objects.bulk_create([fresh], ignore_conflicts=True)
    key = ApiKey.objects.get(submission_key=submission_key)
    if key.key_hash != fresh.key_hash:
        return key, ""
    record(by, Verb.ACCESS_GRANTED, key, at=at, reason=f"每小时 {hourly_limit} 件")
    return key, secret


@transaction.atomic
def edit_key(
    key: ApiKey,
    *,
    label: str,
    compound: Compound | None,
    hourly_limit: int,
    gives_token: bool,
    by: Person,
    at: datetime,
) -> ApiKey:
    key = _locked(key)
    key.label, key.compound = label, compound
    key.hourly_limit, key.gives_token = hourly_limit, gives_token
    key.save(update_fields=["label", "compound", "hourly_limit", "gives_token"])
    record(by, Verb.ACCESS_CHANGED, key, at=at, reason=f"每小时 {hourly_limit} 件")
    return key


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Person, at: datetime) -> None:
    """作废: at once, and for good."""
    key = _locked(key)
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    record(by, Verb.ACCESS_REVOKED, key, at=at)


def _locked(key: ApiKey) -> ApiKey:
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at:
        raise Refused("这个密钥已经作废，不能再改。需要的话请另发一个。")
    return key
