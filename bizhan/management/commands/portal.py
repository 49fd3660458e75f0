from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from bizhan import supervisor


class Command(BaseCommand):
    help = "Run the whole portal: web server, worker and beat, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="Stop also when the calling program is killed.",
        )
        parser.add_argument(
            "--empty", action="store_true", help="Do not fill in the demonstration district."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        supervisor.run(with_parent=options["with_parent"], is_empty=options["empty"])
