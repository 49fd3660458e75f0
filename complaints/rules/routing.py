"""派单目录: which unit a category goes to at which level, the narrowest place first (§9)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the catalogue. `place` is an organisation's path, empty for the whole district;
    the unit is named by its key, or by its kind where each compound has its own."""

    category: str
    level: str
    place: str
    unit: int | None
    unit_kind: str


def line_for(lines: Iterable[Line], *, category: str, level: str, path: str) -> Line | None:
    """The line for a compound whose branch has this path: the longest place that holds it."""
    fitting = [
        line
        for line in lines
        if (line.category, line.level) == (category, level) and path.startswith(line.place)
    ]
    return max(fitting, key=lambda line: len(line.place), default=None)


def why_lead(*, category: str, version: str, suggested: str, chosen: str) -> str:
    """One sentence for the ticket: by which catalogue this unit leads. Empty `version`: none yet."""
    if not version or not suggested:
        return f"派单目录没有写「{category}」由谁办，由派单人确定。"
    if suggested == chosen:
        return f"派单目录（{version}）：「{category}」由{chosen}办。"
    return f"派单人另定。派单目录（{version}）建议：「{category}」由{suggested}办。"
