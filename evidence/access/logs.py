"""Logs, their checkpoints and lines, for everybody."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from evidence.models import Checkpoint, Entry, Letter, Stream, StreamQuerySet, Witness
from evidence.rules.canonical import LIMIT
from evidence.terms import State, WitnessRole

TONES = {State.SENT: "ok", State.WAITING: "wait", State.FAILED: "late"}


def streams_before(key: str) -> StreamQuerySet:
    """The newest first, from the one after this key on; from the newest if it is no key."""
    found = Stream.objects.for_list()
    return found.filter(pk__lt=key) if key.isdecimal() else found


def stream_to_read(origin: str) -> Stream:
    return get_object_or_404(Stream, origin=origin)


def checkpoint_to_read(origin: str, size: int) -> Checkpoint:
    found = Checkpoint.objects.select_related("stream")
    return get_object_or_404(found, stream__origin=origin, size=size)


def newest_checkpoints(origin: str, count: int) -> list[Checkpoint]:
    """Of one log; of all of them when the name is empty."""
    found = Checkpoint.objects.select_related("stream").order_by("-pk")
    if origin:
        found = found.filter(stream=stream_to_read(origin))
    return list(found[:count])


def entry_at(origin: str, index: int) -> Entry | None:
    if not 0 <= index < LIMIT:
        return None
    return Entry.objects.select_related("stream").filter(stream__origin=origin, index=index).first()


def is_voided(entry: Entry) -> bool:
    """Whether a later line makes this ballot void (docs/evidence.md §4); a canonical line shows it."""
    later = entry.stream.entries.filter(index__gt=entry.index, body__contains='"kind":"void"')
    return later.filter(body__contains=f'"ballot":{entry.index},').exists()


def entries_from(stream: Stream, number: int, count: int) -> list[Entry]:
    """So many lines from 第 `number` 号 on."""
    return list(stream.entries.filter(index__gte=number - 1).order_by("index")[:count])


@dataclass(frozen=True)
class Reached:
    """A witness, and how the newest checkpoint came there."""

    witness: str
    letter: Letter | None

    @property
    def word(self) -> str:
        return State(self.letter.state).label if self.letter else "还没有检查点"

    @property
    def tone(self) -> str:
        return TONES[State(self.letter.state)] if self.letter else "quiet"


def witnesses_reached(stream: Stream, checkpoint: Checkpoint | None) -> list[Reached]:
    """Each witness of the log, with the letter of this checkpoint, in two queries."""
    letters: QuerySet[Letter] = Letter.objects.filter(checkpoint=checkpoint)
    by_witness = {letter.witness_id: letter for letter in letters} if checkpoint else {}
    return [
        Reached(name_of(witness), by_witness.get(witness.pk))
        for witness in stream.witnesses.order_by("pk")
    ]


def name_of(witness: Witness) -> str:
    return f"{WitnessRole(witness.role).label} {witness.name}"
