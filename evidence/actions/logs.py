"""Opening a log, adding lines to it, and the receipt of a line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from evidence.actions.signing import sign
from evidence.models import Entry, Exhibit, Stream
from evidence.rules.canonical import canonical
from evidence.rules.notes import ORIGIN, Head
from evidence.rules.trees import (
    grown,
    joined,
    leaf_hash,
    path_of_next,
    root_of_last,
    root_of_peaks,
)


def origin_of(path: str) -> str:
    """The name of a log of this house: "votes/BS001-2026-1" → "portal.example/votes/BS001-2026-1"."""
    return f"{settings.EVIDENCE_HOUSE}/{path}"


def open_stream(origin: str, *, title: str, url: str = "", at: datetime) -> Stream:
    """A new log, empty. `url` is the path of the page of what is logged; ValueError on a bad name."""
    if ORIGIN.fullmatch(origin) is None:
        raise ValueError(f"{origin!r} is no name of a log: host/kind/code in ASCII")
    return Stream.objects.create(origin=origin, title=title, url=url, opened_at=at, published_at=at)


def append(stream: Stream, body: dict[str, Any], *, at: datetime) -> Entry:
    """One line more, in the transaction of the deed that it tells of.

    Call it last: it locks the log until the transaction ends, and other deeds wait meanwhile.
    """
    return append_all(stream, [body], at=at)[0]


def append_all(stream: Stream, bodies: Iterable[dict[str, Any]], *, at: datetime) -> list[Entry]:
    """Lines in their order, in O(log n) each. `stream` is brought up to date.

    Raises NotCanonical before anything is locked, and TransactionManagementError outside of a
    transaction.
    """
    lines = [canonical(body) for body in bodies]
    locked = Stream.objects.select_for_update().get(pk=stream.pk)
    entries, peaks = [], locked.peak_hashes
    for index, line in enumerate(lines, start=locked.size):
        leaf = leaf_hash(line.encode())
        path = joined(path_of_next(peaks))
        entries.append(Entry(stream=stream, index=index, body=line, leaf=leaf, path=path))
        peaks = grown(peaks, index, leaf)
    Entry.objects.bulk_create(entries, batch_size=1000)
    stream.size, stream.peaks, stream.root = (
        locked.size + len(entries),
        joined(peaks),
        root_of_peaks(peaks),
    )
    stream.published_size, stream.published_at = locked.published_size, locked.published_at
    stream.save(update_fields=["size", "peaks", "root"])
    return entries


def attach(stream: Stream, name: str, content: str, *, at: datetime) -> Exhibit:
    """附件: a public file of the log, such as "roll.jsonl"; once written it stays."""
    return Exhibit.objects.create(stream=stream, name=name, content=content, at=at)


def receipt_of(entry: Entry, **secret: Any) -> dict[str, Any]:
    """回执 of an entry; `secret` are `nonce` and `choices`, which only the voter's own copy has.

    The note is signed for the tree that ends with this entry. The same key signs the same note.
    """
    path = entry.path_hashes
    head = Head(entry.stream.origin, entry.index + 1, root_of_last(bytes(entry.leaf), path))
    return {
        "format": "bizhan-receipt-v1",
        "origin": head.origin,
        "index": entry.index,
        "size": head.size,
        "root": head.root.hex(),
        "path": [sibling.hex() for sibling in path],
        "line": entry.body,
        "note": sign(head),
        **secret,
    }
