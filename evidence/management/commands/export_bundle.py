from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from evidence.access.bundles import bundle_of
from evidence.models import Stream


class Command(BaseCommand):
    help = "Write the bundle of a log into a new folder: the same files that its page offers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("origin", help="the name of the log, as in portal.example/votes/…")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        stream = Stream.objects.filter(origin=options["origin"]).first()
        if stream is None:
            raise CommandError(f"There is no log {options['origin']}.")
        folder: Path = options["folder"]
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty.")
        check = settings.SITE_ADDRESS + reverse("evidence:check")
        for name, content in bundle_of(stream, check=check).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        self.stdout.write(f"{stream.size} lines in {folder}; python3 {folder}/verify.py {folder}")
