"""Telling other systems: rows with the deed, sends by a sweep, and the addresses themselves."""

import base64
import json
import logging
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.models import Person
from compounds.notices.rules import ERROR_LENGTH, LEASE, retry_at, shortened
from compounds.notices.terms import State
from compounds.webhooks.caller import call, check_address
from compounds.webhooks.models import Push, Webhook
from compounds.webhooks.rules import SECRET_PREFIX, signature

logger = logging.getLogger(__name__)
SENT_AT_ONCE = 20


# --- With the deed ----------------------------------------------------------------------------


def announce(event: str, *, key: str, payload: Callable[[], dict[str, Any]], at: datetime) -> None:
    """A row for each webhook that wants the event; nothing, in one query, where nobody does."""
    wanting = list(Webhook.objects.live().filter(events__contains=[event]).only("pk"))
    if not wanting:
        return
    told = payload()
    Push.objects.bulk_create(
        [
            Push(webhook=webhook, key=key, event=event, payload=told, created_at=at, next_try_at=at)
            for webhook in wanting
        ],
        ignore_conflicts=True,
    )


# --- The sweep --------------------------------------------------------------------------------


def send_pushes(*, at: datetime) -> int:
    """Send what is due. Not inside a transaction: a claim is committed before its push is sent."""
    sent, down = 0, set[int]()
    while batch := _claim(at, down):
        for push in batch:
            if push.webhook_id in down:
                _put_back(push, at)
            elif _send(push, at):
                sent += 1
            else:  # it does not answer: its others wait for the next sweep
                down.add(push.webhook_id)
    return sent


@transaction.atomic
def _claim(at: datetime, down: set[int]) -> list[Push]:
    due = Push.objects.due(at).exclude(webhook__in=down).order_by("next_try_at", "pk")
    free = due.select_for_update(of=("self",), skip_locked=True)
    claimed = list(free.values_list("pk", flat=True)[:SENT_AT_ONCE])
    mine = Push.objects.filter(pk__in=claimed)
    mine.update(next_try_at=at + LEASE, attempts=F("attempts") + 1)
    return list(mine.select_related("webhook").order_by("pk"))


def _put_back(push: Push, at: datetime) -> None:
    waiting = Push.objects.filter(pk=push.pk, state=State.WAITING)
    waiting.update(next_try_at=at, attempts=push.attempts - 1)


def _send(push: Push, at: datetime) -> bool:
    mine = Push.objects.filter(pk=push.pk, state=State.WAITING)
    try:
        call(push.webhook.url, *_written(push, at))
    except Exception as error:
        logger.warning("push %s failed: %s", push.pk, type(error).__name__)
        again = retry_at(push.attempts, at)
        mine.filter(attempts=push.attempts).update(
            state=State.WAITING if again else State.FAILED,
            next_try_at=again or at,
            error=shortened(str(error) or type(error).__name__, ERROR_LENGTH),
        )
        return False
    mine.update(state=State.SENT, sent_at=at, error="")
    return True


def _written(push: Push, at: datetime) -> tuple[bytes, dict[str, str]]:
    told = {"type": push.event, "timestamp": push.created_at.isoformat(), "data": push.payload}
    body = json.dumps(told, ensure_ascii=False).encode()
    moment = int(at.timestamp())
    return body, {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "bizhan-webhooks",
        "webhook-id": push.push_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(push.webhook.secret, push.push_id, moment, body),
    }


def resend(push: Push, *, at: datetime) -> None:
    """重发, under the same id."""
    Push.objects.filter(pk=push.pk).exclude(state=State.WAITING).update(
        state=State.WAITING, attempts=0, next_try_at=at, sent_at=None, error=""
    )


# --- The addresses ----------------------------------------------------------------------------


@transaction.atomic
def add_webhook(
    *,
    label: str,
    url: str,
    events: list[str],
    submission_key: uuid.UUID,
    by: Person,
    at: datetime,
) -> tuple[Webhook, str]:
    """The webhook, and its secret for this one time; sent twice it is one, without a secret."""
    check_address(url)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    fresh = Webhook(
        label=label,
        url=url,
        events=events,
        secret=secret,
        submission_key=submission_key,
        by=by,
        made_at=at,
    )
    Webhook.objects.bulk_create([fresh], ignore_conflicts=True)
    webhook = Webhook.objects.get(submission_key=submission_key)
    if webhook.secret != secret:
        return webhook, ""
    record(by, Verb.ACCESS_GRANTED, webhook, at=at)
    return webhook, secret


@transaction.atomic
def pause_webhook(webhook: Webhook, *, is_paused: bool, by: Person, at: datetime) -> None:
    """暂停: what happens meanwhile is not told; what was waiting goes on waiting."""
    Webhook.objects.filter(pk=webhook.pk).update(is_paused=is_paused)
    record(by, Verb.ACCESS_CHANGED, webhook, at=at)


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: Person, at: datetime) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(removed_at=at, is_paused=True)
    record(by, Verb.ACCESS_REVOKED, webhook, at=at)
