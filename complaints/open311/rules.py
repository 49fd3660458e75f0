"""What GeoReport v2 asks of a request, as functions of values: no query, no clock, no settings."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from complaints.terms import Category

LONGEST_SPAN = timedelta(days=90)
MOST_ROWS = 1000
LAST_PAGE = 1000
NEAR_METRES = 1000
EARTH_RADIUS = 6_371_000  # metres
FIRST_YEAR, LAST_YEAR = 2000, 2100
SHORTEST_MATCH = 3  # letters of a name that may stand for all of it


class Trouble(Exception):
    """What GeoReport answers as errors: one status, and a sentence for each of them."""

    def __init__(self, code: int, *descriptions: str) -> None:
        super().__init__(*descriptions)
        self.code, self.descriptions = code, descriptions


def known_service(code: str) -> Category:
    if code not in Category.values:
        raise Trouble(404, f"没有 service_code {code[:40]}。请从 services 里选。")
    return Category(code)


# --- Values of an address --------------------------------------------------------------------


def listed(values: Iterable[str]) -> list[str]:
    """`a,b` and a name given twice are the same: each value once, in the order given."""
    parts = (part.strip() for value in values for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def moment(name: str, written: str) -> datetime | None:
    """2026-03-01T00:00:00Z, with any offset; a day alone begins at midnight UTC. Empty is none."""
    # In an address the plus of an offset is read as a space.
    text = re.sub(r" (?=\d\d:?\d\d$)", "+", written.strip())
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or not FIRST_YEAR <= at.year < LAST_YEAR:
        raise Trouble(400, f"{name} 的写法不对，请用 2026-03-01T00:00:00Z 这样的时间。")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def span(
    start: datetime | None, end: datetime | None, *, now: datetime, what: str
) -> tuple[datetime, datetime]:
    """At most ninety days: what is not said lies ninety days before or behind what is."""
    if start is None:
        end = end or now
        return end - LONGEST_SPAN, end
    end = end or start + LONGEST_SPAN
    if end - start > LONGEST_SPAN:
        raise Trouble(400, f"{what} 一次最多查 90 天，请分几次查。")
    return start, end


def number(name: str, written: str, *, default: int, most: int) -> int:
    if not written.strip():
        return default
    if not re.fullmatch(r"[0-9]{1,6}", written.strip()) or not 1 <= int(written) <= most:
        raise Trouble(400, f"{name} 应是 1 到 {most} 的整数。")
    return int(written)


def coordinate(name: str, written: str, most: int) -> float | None:
    """Degrees of WGS 84; empty is none."""
    if not written.strip():
        return None
    try:
        degrees = float(written)
    except ValueError:
        degrees = math.nan
    if not -most <= degrees <= most:
        raise Trouble(400, f"{name} 应是 -{most} 到 {most} 的数字，例如 29.592。")
    return degrees


def metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Between two points (latitude, longitude), on a sphere: exact enough for a compound."""
    (lat, long), (other_lat, other_long) = here, there
    height = math.radians(other_lat - lat)
    width = math.radians(other_long - long) * math.cos(math.radians((lat + other_lat) / 2))
    return EARTH_RADIUS * math.hypot(height, width)


# --- A place from words ----------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What a compound is called: its code, its name, its address."""

    code: str
    name: str
    address: str


def plain(words: str) -> str:
    """Without the full-width letters of a Chinese keyboard, and without blanks."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def compounds_meant(words: str, known: list[Known]) -> list[Known]:
    """Whom an address speaks of: the longest name in it, else the largest part of one.

    Several are as good as each other: then the caller must ask back.
    """
    text = plain(words)
    by_code = [one for one in known if re.search(rf"(?<!\w){one.code}(?!\w)", words)]
    if by_code:
        return by_code
    found = {one: max(_whole(one.name, text), _whole(one.address, text)) for one in known}
    if not any(found.values()):
        found = {one: _part(plain(one.name), text) for one in known}
    best = max(found.values(), default=0)
    return [one for one, length in found.items() if length == best] if best else []


def _whole(name: str, text: str) -> int:
    name = plain(name)
    return len(name) if name and name in text else 0


def _part(name: str, text: str) -> int:
    """The longest piece of the name in the text, if it is at least half of it."""
    for length in range(len(name) - 1, max(SHORTEST_MATCH, (len(name) + 1) // 2) - 1, -1):
        if any(name[start : start + length] in text for start in range(len(name) - length + 1)):
            return length
    return 0


def end_of(name: str, text: str) -> int:
    """Where `5栋` ends in a text that does not mean 15栋; 0 where it is not said."""
    found = re.search(rf"(?<!\d){re.escape(plain(name))}", text) if name else None
    return found.end() if found else 0


# --- People ----------------------------------------------------------------------------------

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def full_name(first: str, last: str) -> str:
    """Family name first in Chinese, last elsewhere."""
    if _CHINESE.search(first + last):
        return f"{last}{first}"
    return " ".join(part for part in (first, last) if part)


def telephone(written: str) -> str:
    """The number as it is dialled here; whatever is no mobile number stays as it was written."""
    digits = re.sub(r"[ \-().]", "", written).removeprefix("+86")
    return digits if digits.isdigit() else written.strip()
