"""Sending what is due: a sweep, safe to run late, twice, or beside itself."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from compounds.models import Person
from compounds.notices.access import event_named
from compounds.notices.adapters import Adapter, Message, adapter_for, configured_channels
from compounds.notices.models import ENCRYPTED, Delivery, Notice, Preference
from compounds.notices.rules import (
    ERROR_LENGTH,
    LEASE,
    channels,
    digest_at,
    not_before,
    retry_at,
    shortened,
)
from compounds.notices.terms import Channel, Manner, State
from compounds.rules import masked_text

logger = logging.getLogger(__name__)
ROUTED_AT_ONCE = 500
MOST_IN_A_DIGEST = 100
SENT_AT_ONCE = 20  # times the gateways' timeout, this must stay well within LEASE


def deliver_due(*, at: datetime) -> int:
    """Give new notices their deliveries and send what is due; how many messages went out.

    Not to be called inside a transaction: a claim must be committed before its message is sent.
    """
    while _route(at):
        pass
    Delivery.objects.worn_out(at).update(state=State.FAILED, error="发送多次中断，没有结果。")
    sent = 0
    for channel in configured_channels():
        try:
            sent += _deliver(channel, at)
            if channel == Channel.EMAIL:
                sent += _deliver_digests(at)
        except Exception:  # a broken gateway must not silence the others
            logger.exception("the sweep of %s stopped", channel)
    return sent


@transaction.atomic
def _route(at: datetime) -> int:
    new = (
        Notice.objects.unrouted()
        .select_related("person__wechat_account")
        .defer(*ENCRYPTED)
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))[:ROUTED_AT_ONCE]
    )
    notices = list(new)
    chosen = _chosen(notices)
    deliveries = [
        _delivery(notice, channel, manner, at)
        for notice in notices
        for channel, manner in _ways(notice, chosen[notice.person_id, notice.event]).items()
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(routed_at=at)
    return len(notices)


def _chosen(notices: list[Notice]) -> Mapping[tuple[int | None, str], dict[str, str]]:
    """What each recipient said about each kind: (person, event) to {channel: manner}."""
    said = Preference.objects.filter(
        person__in={notice.person_id for notice in notices if notice.person_id},
        event__in={notice.event for notice in notices},
    )
    chosen: dict[tuple[int | None, str], dict[str, str]] = defaultdict(dict)
    for one in said:
        chosen[one.person_id, one.event][one.channel] = one.manner
    return chosen


def _ways(notice: Notice, chosen: dict[str, str]) -> dict[Channel, Manner]:
    person = notice.person
    if person is not None and not person.is_active:
        return {}
    wanted = channels(
        has_account=person is not None,
        email=person.email if person else "",
        openid=_openid(person),
        is_compulsory=notice.is_urgent or event_named(notice.event).is_compulsory,
        chosen=chosen,
    )
    there_are = configured_channels()
    return {channel: manner for channel, manner in wanted.items() if channel in there_are}


def _delivery(notice: Notice, channel: Channel, manner: Manner, at: datetime) -> Delivery:
    is_digest = manner == Manner.DIGEST
    start = digest_at(at) if is_digest else not_before(at, is_urgent=notice.is_urgent)
    return Delivery(
        notice=notice,
        channel=channel,
        is_urgent=notice.is_urgent,
        is_digest=is_digest,
        due_at=start,
        next_try_at=start,
    )


def _openid(person: Person | None) -> str:
    account = getattr(person, "wechat_account", None)
    return account.openid if account else ""


def _deliver(channel: Channel, at: datetime) -> int:
    adapter, sent = adapter_for(channel), 0
    try:
        while batch := _claim(channel, at):
            done = sum([_send(delivery, adapter, at) for delivery in batch])
            sent += done
            if not done:  # the gateway is down: the next sweep tries again
                break
    finally:
        adapter.close()
    return sent


@transaction.atomic
def _claim(channel: Channel, at: datetime) -> list[Delivery]:
    """Lease a batch by moving its next attempt beyond the reach of a sweep running beside this."""
    due = (
        Delivery.objects.due(at)
        .single()
        .filter(channel=channel)
        .order_by("-is_urgent", "next_try_at")
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:SENT_AT_ONCE]
    )
    return _leased(list(due), at)


def _leased(claimed: list[int], at: datetime) -> list[Delivery]:
    Delivery.objects.filter(pk__in=claimed).update(
        next_try_at=at + LEASE, attempts=F("attempts") + 1
    )
    return list(Delivery.objects.for_sending().filter(pk__in=claimed))


def _send(delivery: Delivery, adapter: Adapter, at: datetime) -> bool:
    """True when the message went out. One that does not is tried again later, by the rules."""
    mine = Delivery.objects.waiting().filter(pk=delivery.pk)
    try:
        address = _address(delivery)
        if needed := bool(address) and not delivery.notice.is_settled:
            adapter.send(_message(delivery.notice, address))
    except Exception as error:
        logger.warning("delivery %s failed: %s", delivery.pk, type(error).__name__)
        mine.filter(attempts=delivery.attempts).update(**_failure(delivery, error, at))
        return False
    if needed:
        mine.update(state=State.SENT, sent_at=at, error="")
    else:
        mine.update(state=State.SKIPPED, error="")
    return needed


# --- 每日汇总: one letter a day with all that could wait ---------------------------------------


def _deliver_digests(at: datetime) -> int:
    adapter, sent = adapter_for(Channel.EMAIL), 0
    try:
        while batch := _claim_digest(at):
            if not _send_digest(batch, adapter, at):
                break
            sent += 1
    finally:
        adapter.close()
    return sent


@transaction.atomic
def _claim_digest(at: datetime) -> list[Delivery]:
    """Lease all that waits for one person; whoever has waited longest comes first."""
    due = Delivery.objects.due(at).digested()
    first = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True).first()
    if first is None:
        return []
    mine = due.filter(notice__person=first.notice.person_id).order_by("pk")
    free = mine.select_for_update(of=("self",), skip_locked=True)
    return _leased(list(free.values_list("pk", flat=True)[:MOST_IN_A_DIGEST]), at)


def _send_digest(batch: list[Delivery], adapter: Adapter, at: datetime) -> bool:
    """False when the gateway is down. What was read on the page in the meantime is left out."""
    told = sorted((one for one in batch if not one.notice.is_settled), key=lambda one: one.pk)
    address = _address(batch[0])
    waiting = Delivery.objects.waiting().filter(pk__in=[one.pk for one in batch])
    try:
        if told and address:
            adapter.send(_digest(told, address))
    except Exception as error:
        logger.warning("a digest of %s failed: %s", len(told), type(error).__name__)
        for delivery in batch:
            waiting.filter(pk=delivery.pk).update(**_failure(delivery, error, at))
        return False
    if address:
        sent = waiting.filter(pk__in=[one.pk for one in told])
        sent.update(state=State.SENT, sent_at=at, error="")
    waiting.update(state=State.SKIPPED, error="")
    return True


def _digest(told: list[Delivery], address: str) -> Message:
    notices = [delivery.notice for delivery in told]
    lines = [f"· {notice.title}\n  {settings.SITE_ADDRESS}{notice.url}" for notice in notices]
    return Message(
        to=address,
        event="digest",
        title=f"每日汇总：{len(notices)} 条通知",
        body="\n\n".join(lines),
        link=f"{settings.SITE_ADDRESS}{reverse('notices:notices')}",
        key=f"digest:{told[0].pk}:{told[-1].pk}",
    )


def _address(delivery: Delivery) -> str:
    """Where the person can be reached by now; empty when no longer."""
    person = delivery.notice.person
    if person is None:
        return delivery.notice.phone
    if not person.is_active:
        return ""
    if delivery.channel == Channel.EMAIL:
        return person.email
    return person.phone if delivery.channel == Channel.SMS else _openid(person)


def _message(notice: Notice, address: str) -> Message:
    return Message(
        to=address,
        event=notice.event,
        title=notice.title,
        body=notice.body,
        link=f"{settings.SITE_ADDRESS}{notice.url}",
        key=notice.key,
        links=[(word, f"{settings.SITE_ADDRESS}{path}") for word, path in notice.links],
    )


def _failure(delivery: Delivery, error: Exception, at: datetime) -> dict[str, Any]:
    again = retry_at(delivery.attempts, at)
    reason = f"{type(error).__name__}: {masked_text(str(error))}"
    return {
        "state": State.WAITING if again else State.FAILED,
        "next_try_at": not_before(again or at, is_urgent=delivery.is_urgent),
        "error": shortened(reason, ERROR_LENGTH),
    }
