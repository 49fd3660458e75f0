"""What a locality or a compound settles for itself, read with its source. Values in, values out."""

from dataclasses import dataclass
from typing import Any

from compounds.rules import Refused
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
YES_OR_NO = {
    LocalNumber.PETITION_COUNTS_AREA,
    LocalNumber.FOLLOW_MAJORITY,
    LocalNumber.OFFICIAL_SYSTEM,
}
# What the nation leaves no locality to change: (least, most).
NATIONAL = {
    LocalNumber.NOTICE_DAYS: (15, 90),  # 物业管理条例 art. 14
    LocalNumber.PETITION_PERCENT: (1, 20),  # the same, art. 13
    LocalNumber.TERM_YEARS: (1, 5),  # 指导规则 art. 32
    LocalNumber.RETENTION_YEARS: (3, 100),
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


def bounds(name: str) -> tuple[int, int]:
    """The least and the most that a locality may settle on."""
    if name in YES_OR_NO:
        return 0, 1
    return NATIONAL.get(LocalNumber(name), (0 if name == LocalNumber.EXTENSIONS else 1, 365))


def check_numbers(numbers: dict[str, Any]) -> None:
    """Refused when a number leaves the nation's bounds, or departs from the usual unsourced."""
    for name, entry in numbers.items():
        label, (least, most) = LocalNumber(name).label, bounds(name)
        if not least <= entry["value"] <= most:
            raise Refused(f"{label}应在 {least} 到 {most} 之间。")
        check_source(label, entry, USUAL_NUMBERS[name])


def check_terms(terms: dict[str, Any]) -> None:
    for name, entry in terms.items():
        check_source(BylawTerm(name).label, entry, USUAL_TERMS[name])


def check_source(label: str, entry: dict[str, Any], usual: Any) -> None:
    """An article comes with its words; without one, nothing but the usual may stand."""
    if entry["article"] and not entry["text"]:
        raise Refused(f"{label}：写了条文号，请把原文也抄上。")
    if not entry["article"] and entry["value"] != usual:
        raise Refused(f"{label}：和通行的不同，请写是哪一条。")


def _sourced(entry: dict[str, Any] | None, usual: Any) -> Sourced:
    if entry is None:
        return Sourced(usual)
    return Sourced(entry["value"], entry.get("article", ""), entry.get("text", ""))
