"""`manage.py judge_result FILE.json`: what the published totals of any vote amount to."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compounds.rules import Refused
from ownerscommittee.votes.rules.forced import quorum_of
from ownerscommittee.votes.rules.inconsistencies import judge_published
from ownerscommittee.votes.rules.published import read_published


class Command(BaseCommand):
    help = "判定一次业主表决：读入公布的数字（JSON），输出结论、理由和对不上的地方。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="JSON 文件；“-”表示标准输入。格式见 docs/votes.md。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            published = read_published(_read(options["file"]))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        judged = [
            {
                "outcome": verdict.outcome.value,
                "reasons": verdict.reasons,
                "inconsistencies": inconsistencies,
            }
            for verdict, inconsistencies in judge_published(published)
        ]
        answer = {"quorum": quorum_of(published), "items": judged}
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _read(name: str) -> Any:
    """The JSON with its numbers exact; a float would have lost hundredths."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_constant)
    except OSError as wrong:
        raise CommandError(f"读不到文件 {name}：{wrong.strerror}。") from wrong
    except UnicodeDecodeError as wrong:
        raise CommandError(f"{name} 不是 UTF-8 文本。") from wrong
    except json.JSONDecodeError as wrong:
        raise CommandError(
            f"{name} 不是 JSON：第 {wrong.lineno} 行第 {wrong.colno} 列 {wrong.msg}。"
        ) from wrong
    except (ValueError, RecursionError) as wrong:
        raise CommandError(f"{name} 里有读不了的数字或层次太深。") from wrong


def _constant(word: str) -> None:
    raise ValueError(word)
