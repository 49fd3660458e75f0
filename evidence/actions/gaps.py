"""A backup that is older than what was published: the log says itself what it lost."""

import logging
from datetime import datetime

from django.db import transaction

from evidence.access.keys import known_keys
from evidence.actions.journal import last_notes
from evidence.actions.logs import append
from evidence.actions.publishing import publish_checkpoint
from evidence.models import Entry, Stream
from evidence.rules.moments import minute
from evidence.rules.notes import Head, NotANote, opened_note
from evidence.rules.trees import root_of
from evidence.terms import Occasion

logger = logging.getLogger(__name__)
REASON = "恢复的备份比已公布的检查点短"


def confess_gaps(*, at: datetime) -> list[Entry]:
    """Compare the journal with the database, and write a `gap` into each log that is behind it."""
    found = []
    for name, note in last_notes():
        try:
            entry = confess_gap(note, at=at)
        except (NotANote, Stream.DoesNotExist):
            logger.exception("%s speaks of no log that is here", name)
        else:
            found += [entry] if entry else []
    return found


@transaction.atomic
def confess_gap(note: str, *, at: datetime) -> Entry | None:
    """恢复备份: append a `gap` if the log does not reach, or does not agree with, a checkpoint of ours.

    Raises NotANote when no key of ours signed it, Stream.DoesNotExist when the whole log is lost.
    """
    head = opened_note(note, known_keys())
    stream = Stream.objects.select_for_update().get(origin=head.origin)
    if _is_reached(stream, head) or _is_confessed(stream, head):
        return None
    # What the database published itself was the same before and after; beyond that nobody knows.
    kept = stream.size if stream.size < head.size else stream.published_size
    body = {"kind": "gap", "at": minute(at), "size": head.size, "root": head.root.hex()}
    entry = append(stream, {**body, "kept": kept, "reason": REASON}, at=at)
    publish_checkpoint(stream, at=at, occasion=Occasion.GAP)
    logger.error("log %s lost %s entries", head.origin, head.size - kept)
    return entry


def _is_reached(stream: Stream, head: Head) -> bool:
    published = stream.checkpoints.filter(size=head.size).values_list("root", flat=True).first()
    if published is not None:
        return bytes(published) == head.root
    leaves = stream.entries.order_by("index").values_list("leaf", flat=True)[: head.size]
    return stream.size >= head.size and root_of([bytes(leaf) for leaf in leaves]) == head.root


def _is_confessed(stream: Stream, head: Head) -> bool:
    words = f'"root":"{head.root.hex()}"'
    return (
        stream.entries.filter(body__contains='"kind":"gap"').filter(body__contains=words).exists()
    )
