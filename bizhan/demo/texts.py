"""The invented words of the demonstration, read from bizhan/demo/data."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).parent / "data"
# How often a report of each lane is told, against one another.
WEIGHTS = {"U1": 0.15, "U2": 0.8, "U3": 1.0, "U4": 0.5}
DECLINED_WEIGHT = 0.3


@dataclass(frozen=True)
class Report:
    """What a resident says, with places for building, entrance, floor and days."""

    category: str
    kind: str
    lane: str
    decline: str
    text: str

    @property
    def weight(self) -> float:
        return DECLINED_WEIGHT if self.decline else WEIGHTS[self.lane]


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content


@cache
def words() -> dict[str, Any]:
    return read("words.json")


@cache
def reports() -> list[Report]:
    with (DATA / "complaints.csv").open(encoding="utf-8", newline="") as lines:
        return [Report(**line) for line in csv.DictReader(lines)]


@cache
def report_like(part: str) -> Report:
    """The one report whose text has this part in it."""
    (found,) = [report for report in reports() if part in report.text]
    return found


def person_name(rng: Random) -> str:
    return rng.choice(words()["surnames"]) + rng.choice(words()["given_names"])


def compound_names(rng: Random) -> list[str]:
    """Every name once, in a shuffled order; each says that it is made up."""
    endings = words()["compound_endings"]
    names = [f"示范{word}{end}" for word in words()["compound_words"] for end in endings]
    rng.shuffle(names)
    return names
