import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.models import PolicyVersion
from complaints.rules.checking import check_terms


class Command(BaseCommand):
    help = "期限与升级规则: put the terms of a JSON file in force, for tickets filed or dispatched from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="terms as in complaints/rules/limits.py")
        parser.add_argument("--note", default="", help="why the rules change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            terms = json.loads(options["file"].read_text(encoding="utf-8"))
            check_terms(terms)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise CommandError(f"{options['file']}: {error!r}") from error
        version = PolicyVersion.objects.create(
            in_force_at=timezone.now(), terms=terms, note=options["note"]
        )
        self.stdout.write(f"In force: {version}")
