from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evidence.actions.gaps import confess_gap, confess_gaps
from evidence.models import Stream
from evidence.rules.notes import NotANote


class Command(BaseCommand):
    help = "After a restored backup: compare logs with checkpoints that were published, and say what is lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("notes", type=Path, nargs="*", help="checkpoints that witnesses kept")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        found = confess_gaps(at=at)
        for file in options["notes"]:
            try:
                entry = confess_gap(file.read_text(encoding="utf-8"), at=at)
            except (OSError, NotANote, Stream.DoesNotExist) as error:
                raise CommandError(f"{file}: {error}") from error
            found += [entry] if entry else []
        for entry in found:
            self.stdout.write(f"{entry.stream.origin}: {entry.body}")
        self.stdout.write(f"{len(found)} logs are behind what was published.")
