import json
from argparse import ArgumentParser
from itertools import product
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.models import PolicyVersion
from complaints.rules.limits import DEFAULT_TERMS, Limit, Policy
from complaints.terms import ClockKind, Kind, Lane

# How many levels each ladder names: the warning of the working one has a rule of its own.
RUNGS = {"natural": 5, "working": 4}


class Command(BaseCommand):
    help = "期限与升级规则: put the terms of a JSON file in force, for tickets filed or dispatched from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="terms as in complaints/rules/limits.py")
        parser.add_argument("--note", default="", help="why the rules change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            terms = json.loads(options["file"].read_text(encoding="utf-8"))
            check(terms)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise CommandError(f"{options['file']}: {error!r}") from error
        version = PolicyVersion.objects.create(
            in_force_at=timezone.now(), terms=terms, note=options["note"]
        )
        self.stdout.write(f"In force: {version}")


def check(terms: dict[str, Any]) -> None:
    """Read everything that a clock will ever ask for. Raises for what none could read."""
    if unknown := terms.keys() - DEFAULT_TERMS.keys():
        raise ValueError(f"unknown terms: {sorted(unknown)}")
    policy = Policy({**DEFAULT_TERMS, **terms})
    for clock, lane, kind in product(ClockKind, Lane, Kind):
        policy.limit(clock, lane, kind)
    for name, rungs in RUNGS.items():
        if len(policy.ladders[name]) != rungs:
            raise ValueError(f"the ladder {name!r} has {rungs} steps")
    Limit.parse(policy.terms["answer_closes"])
    for name in ("reply_letters", "reopen_days"):
        policy.number(name)
