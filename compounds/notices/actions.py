"""Writing notices beside the deeds that cause them, and sending what is due."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from compounds.access import User
from compounds.models import Person, Post, keyed_hash
from compounds.models.calendar import calendar_runs_out
from compounds.notices.adapters import Adapter, Message, adapter_for, configured_channels
from compounds.notices.models import ENCRYPTED, Delivery, Notice
from compounds.notices.rules import (
    BODY_LENGTH,
    ERROR_LENGTH,
    LEASE,
    TITLE_LENGTH,
    channels,
    not_before,
    retry_at,
    shortened,
)
from compounds.notices.terms import Channel, State
from compounds.rules import Refused, masked_text
from compounds.terms import Role

logger = logging.getLogger(__name__)
ROUTED_AT_ONCE = 500
SENT_AT_ONCE = 20  # times the gateways' timeout, this must stay well within LEASE


# --- Writing: cheap, inside the transaction of the deed -------------------------------------


def notify(
    *,
    to: Iterable[Person],
    event: str,
    title: str,
    body: str,
    url: str,
    key: str,
    at: datetime,
    is_urgent: bool = False,
) -> None:
    """Tell each of these people once, in one query; a key told before is passed over in silence.

    `key` names the cause ("ticket:BS-0173:L2"), `url` is a path of ours.
    """
    text = _text(event, title, body, url, is_urgent, at)
    people = sorted({person.pk for person in to})  # one order for all, so that none deadlock
    notices = [Notice(person_id=pk, key=f"{key}:{pk}", **text) for pk in people]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def warn_of_calendar(*, at: datetime) -> None:
    """Once a week from 60 days before the holiday data run out, to every administrator."""
    last = calendar_runs_out(at)
    if last is None:
        return
    posts = Post.objects.active(at).filter(role=Role.ADMINISTRATOR).select_related("person")
    year, week, _ = at.isocalendar()
    notify(
        to=[post.person for post in posts],
        event="calendar_runs_out",
        title="工作日历快用完了",
        body=f"放假安排只载入到 {last:%Y-%m-%d}。请载入下一年，之后的期限暂按周一至周五计算。",
        url=reverse("compounds:calendar"),
        key=f"calendar:{last}:{year}-{week}",
        at=at,
    )


def notify_phone(
    *,
    phone: str,
    event: str,
    title: str,
    body: str,
    url: str,
    key: str,
    at: datetime,
    is_urgent: bool = False,
) -> None:
    """Tell a reporter who has no account, by SMS."""
    text = _text(event, title, body, url, is_urgent, at)
    notice = Notice(phone=phone, key=f"{key}:{keyed_hash(phone)[:16]}", **text)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def _text(
    event: str, title: str, body: str, url: str, is_urgent: bool, at: datetime
) -> dict[str, Any]:
    """The columns that all recipients share; a text too long must not undo the deed."""
    return {
        "event": event,
        "title": shortened(title, TITLE_LENGTH),
        "body": shortened(body, BODY_LENGTH),
        "url": url,
        "is_urgent": is_urgent,
        "created_at": at,
    }


def mark_read(notice: Notice, *, at: datetime) -> None:
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=at)


# --- Sending: a sweep, safe to run late, twice, or beside itself -----------------------------


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
    deliveries = [
        Delivery(
            notice=notice,
            channel=channel,
            is_urgent=notice.is_urgent,
            due_at=not_before(at, is_urgent=notice.is_urgent),
            next_try_at=not_before(at, is_urgent=notice.is_urgent),
        )
        for notice in notices
        for channel in _channels(notice)
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(routed_at=at)
    return len(notices)


def _channels(notice: Notice) -> list[Channel]:
    person = notice.person
    if person is not None and not person.is_active:
        return []
    wanted = channels(
        has_account=person is not None,
        email=person.email if person else "",
        openid=_openid(person),
        is_urgent=notice.is_urgent,
    )
    return [channel for channel in wanted if channel in configured_channels()]


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
        .filter(channel=channel)
        .order_by("-is_urgent", "next_try_at")
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:SENT_AT_ONCE]
    )
    claimed = list(due)
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
    )


def _failure(delivery: Delivery, error: Exception, at: datetime) -> dict[str, Any]:
    again = retry_at(delivery.attempts, at)
    reason = f"{type(error).__name__}: {masked_text(str(error))}"
    return {
        "state": State.WAITING if again else State.FAILED,
        "next_try_at": not_before(again or at, is_urgent=delivery.is_urgent),
        "error": shortened(reason, ERROR_LENGTH),
    }


# --- Mending ---------------------------------------------------------------------------------


def retry_delivery(delivery: Delivery, *, by: User, at: datetime) -> None:
    """重试: begin anew with a delivery that failed or waits for long, as if it had never been tried.

    One whose next attempt is near may be in a sweep's hands just now; sending it again from here
    would send it twice.
    """
    start = not_before(at, is_urgent=delivery.is_urgent)
    put_back = (
        Delivery.objects.retriable(at)
        .filter(pk=delivery.pk)
        .update(state=State.WAITING, attempts=0, due_at=start, next_try_at=start, error="")
    )
    if not put_back:
        raise Refused("这条通知十分钟内会自动再发，不用重试。请稍后再看结果。")
    logger.info("delivery %s was put back by person %s", delivery.pk, by.pk)
