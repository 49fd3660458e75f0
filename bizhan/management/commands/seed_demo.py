from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bizhan.demo.seeding import TICKETS, seed, write_for_owner, write_sign_ins
from compounds.rules import SHANGHAI, Refused


def moment(written: str) -> datetime:
    """`2026-03-02 09:00`, Shanghai time unless it names another."""
    at = parse_datetime(written)
    if at is None:
        raise ValueError(written)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


class Command(BaseCommand):
    help = "Fill an empty database with the demonstration district: invented people and tickets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=TICKETS, help="up to a million")
        parser.add_argument("--now", type=moment, help="the moment that the tickets lead up to")
        parser.add_argument("--seed", default="璧山", help="another word, another district")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境不放演示数据。")
        try:
            seeded = seed(
                at=options["now"] or timezone.now(),
                tickets=options["tickets"],
                seed_text=options["seed"],
                tell=self.tell if options["verbosity"] else lambda sentence: None,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        write_sign_ins(seeded.people, settings.VAR_DIR / "demo_people.json")
        keys = {"open311_key": seeded.open311_key}
        write_for_owner(keys, settings.VAR_DIR / "demo_keys.json")

    def tell(self, sentence: str) -> None:
        """At once: what waited in the buffer would be said again by every process that is forked."""
        self.stdout.write(sentence)
        self.stdout.flush()
