"""What a person wants to be told, and what did not go out put right."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from compounds.access import User
from compounds.models import Person
from compounds.notices.models import Delivery, DeliveryQuerySet, Preference
from compounds.notices.rules import not_before
from compounds.notices.terms import State
from compounds.rules import Refused

logger = logging.getLogger(__name__)


@transaction.atomic
def choose_manners(person: Person, chosen: Mapping[tuple[str, str], str]) -> None:
    """我的通知设置: {(event, channel): manner}, all of it at once."""
    rows = [
        Preference(person=person, event=event, channel=channel, manner=manner)
        for (event, channel), manner in sorted(chosen.items())
    ]
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "event", "channel"],
        update_fields=["manner"],
    )


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


def retry_all(stuck: DeliveryQuerySet, *, by: User, at: datetime) -> int:
    """全部重试, when a gateway works again; how many were put back."""
    start = not_before(at, is_urgent=False)
    resting = Delivery.objects.retriable(at).filter(pk__in=stuck.order_by().values("pk"))
    fresh = {"state": State.WAITING, "attempts": 0, "error": ""}
    calm = resting.filter(is_urgent=False).update(due_at=start, next_try_at=start, **fresh)
    urgent = resting.filter(is_urgent=True).update(due_at=at, next_try_at=at, **fresh)
    logger.info("%s deliveries were put back by person %s", calm + urgent, by.pk)
    return calm + urgent


def give_up(delivery: Delivery, *, by: User, at: datetime) -> None:
    """不再发: whoever it was for was told in another way, or cannot be reached at all."""
    ended = Delivery.objects.retriable(at).filter(pk=delivery.pk).update(state=State.SKIPPED)
    if not ended:
        raise Refused("这条通知正在发送，请过十分钟再看。")
    logger.info("delivery %s was given up by person %s", delivery.pk, by.pk)
