"""Checkpoints leave the house: to the public page, the feed, and the mailboxes of the witnesses."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction

from evidence.actions.journal import write_down
from evidence.actions.signing import remember_key, sign
from evidence.models import Checkpoint, Letter, Stream, Witness
from evidence.rules.moments import last_daily
from evidence.rules.notes import Head
from evidence.terms import Occasion

logger = logging.getLogger(__name__)


def add_witness(stream: Stream, *, name: str, email: str, role: str, at: datetime) -> Witness:
    """见证人: gets every checkpoint that is published from now on, by e-mail."""
    return Witness.objects.create(stream=stream, name=name, email=email, role=role, at=at)


@transaction.atomic
def publish_checkpoint(stream: Stream, *, at: datetime, occasion: Occasion) -> Checkpoint:
    """Sign size and root as they are, and write a letter to each witness; ValueError if empty.

    Of one size there is one checkpoint: asked again without news, it gives the one there is.
    """
    locked = Stream.objects.select_for_update().get(pk=stream.pk)
    if locked.size == locked.published_size > 0:
        return locked.checkpoints.get(size=locked.size)
    if not locked.size:
        raise ValueError(f"{locked.origin} has no entry to publish")
    root = bytes(locked.root)
    remember_key(at=at)
    checkpoint = Checkpoint.objects.create(
        stream=stream,
        size=locked.size,
        root=root,
        note=sign(Head(locked.origin, locked.size, root)),
        occasion=occasion,
        at=at,
    )
    stream.published_size, stream.published_at = locked.size, at
    stream.save(update_fields=["published_size", "published_at"])
    Letter.objects.bulk_create(
        Letter(checkpoint=checkpoint, witness=witness, next_try_at=at)
        for witness in locked.witnesses.order_by("pk")
    )
    transaction.on_commit(partial(write_down, locked.origin, checkpoint.note), robust=True)
    return checkpoint


def publish_due(*, at: datetime) -> int:
    """每六小时、每日 20:00: carry out what is new; how many logs had something."""
    due = Stream.objects.due(at).order_by("pk").values_list("pk", flat=True)
    return sum([_publish_one(key, at) for key in due])


def _publish_one(key: int, at: datetime) -> bool:
    """Whether it was still due. A log that fails does not stop the others."""
    try:
        with transaction.atomic():
            still_due = Stream.objects.due(at).filter(pk=key)
            stream = still_due.select_for_update(skip_locked=True).first()
            if stream is None:
                return False
            is_daily = stream.published_at < last_daily(at)
            occasion = Occasion.DAILY if is_daily else Occasion.SIX_HOURS
            publish_checkpoint(stream, at=at, occasion=occasion)
            return True
    except Exception:
        logger.exception("log %s was not published", key)
        return False
