"""What was published last, remembered beside the database: one small file for each log.

A database that is restored from a backup does not know what it published after the backup was
taken. The journal does.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings


def write_down(origin: str, note: str) -> None:
    """Replaces the log's file in one step, so that a crash leaves the one before."""
    folder = Path(settings.EVIDENCE_JOURNAL)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{sha256(origin.encode()).hexdigest()[:32]}.txt"
    beside = file.with_suffix(".new")
    beside.write_text(note, encoding="utf-8")
    beside.replace(file)


def last_notes() -> Iterator[tuple[str, str]]:
    """The name of each file, and the note in it."""
    for file in sorted(Path(settings.EVIDENCE_JOURNAL).glob("*.txt")):
        yield file.name, file.read_text(encoding="utf-8")
