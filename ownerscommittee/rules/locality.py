"""What a locality or a compound settles for itself, read with its source. Values in, values out."""

from dataclasses import dataclass
from typing import Any

from ownerscommittee.terms import BylawTerm, FollowMajority, InvalidBallots, LocalNumber

# The nation's own number where it has one, else what most ordinances say. None of these is a
# local rule until somebody has entered the article: until then a page shows it as 待核.
USUAL_NUMBERS: dict[str, int] = {
    LocalNumber.NOTICE_DAYS: 15,  # 物业管理条例 art. 14
    LocalNumber.TEMPORARY_NOTICE_DAYS: 15,
    LocalNumber.ROLL_POSTING_DAYS: 15,
    LocalNumber.WINDOW_MIN_DAYS: 5,
    LocalNumber.WINDOW_MAX_DAYS: 60,
    LocalNumber.EXTENSIONS: 1,
    LocalNumber.PETITION_PERCENT: 20,  # 物业管理条例 art. 13
    LocalNumber.PETITION_COUNTS_AREA: 0,
    LocalNumber.PETITION_DAYS: 30,
    LocalNumber.PROXY_CAP: 3,
    LocalNumber.FOLLOW_MAJORITY: 0,
    LocalNumber.OFFICIAL_SYSTEM: 0,
    LocalNumber.RESULT_DAYS: 7,
    LocalNumber.OBJECTION_DAYS: 7,
    LocalNumber.ANNOUNCE_DAYS: 3,
    LocalNumber.SEATS_MIN: 5,
    LocalNumber.SEATS_MAX: 11,
    LocalNumber.SMALL_COMPOUND_SEATS: 3,
    LocalNumber.TERM_YEARS: 5,
    LocalNumber.PREPARATORY_DAYS: 60,
    LocalNumber.FIRST_ASSEMBLY_DAYS: 90,
    LocalNumber.RETENTION_YEARS: 5,
}
USUAL_TERMS: dict[str, Any] = {
    BylawTerm.COUNT_PARKING: False,
    BylawTerm.COUNT_STORAGE: False,
    BylawTerm.INVALID_BALLOTS: InvalidBallots.OUT,
    BylawTerm.FOLLOW_MAJORITY: FollowMajority.OFF,
    BylawTerm.LAST_TIE: "lot",
    BylawTerm.CANDIDATE_BARS: "",
}


@dataclass(frozen=True)
class Sourced:
    """A value with the article or clause that it rests on; without one it is not verified."""

    value: Any
    article: str = ""
    text: str = ""

    @property
    def is_verified(self) -> bool:
        return bool(self.article)


def local_number(numbers: dict[str, Any], name: str) -> Sourced:
    """One of `LocalNumber` as a profile keeps it: {"value", "article", "text"}."""
    return _sourced(numbers.get(name), USUAL_NUMBERS[name])


def bylaw_term(terms: dict[str, Any], name: str) -> Sourced:
    """One of `BylawTerm` as the bylaws keep it: {"value", "article", "text"}."""
    return _sourced(terms.get(name), USUAL_TERMS[name])


def _sourced(entry: dict[str, Any] | None, usual: Any) -> Sourced:
    if entry is None:
        return Sourced(usual)
    return Sourced(entry["value"], entry.get("article", ""), entry.get("text", ""))
