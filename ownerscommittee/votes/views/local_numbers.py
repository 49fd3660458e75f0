"""地方规定 and 议事规则 as they are shown: each value with its article, or 待核."""

from dataclasses import dataclass
from typing import Any

from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.rules.locality import YES_OR_NO, Sourced
from ownerscommittee.terms import BylawTerm, FollowMajority, InvalidBallots, LocalNumber

N = LocalNumber
OF_A_ROLL = [N.ROLL_POSTING_DAYS]
OF_A_NOTICE = [
    N.NOTICE_DAYS,
    N.TEMPORARY_NOTICE_DAYS,
    N.WINDOW_MIN_DAYS,
    N.WINDOW_MAX_DAYS,
    N.EXTENSIONS,
    N.PROXY_CAP,
    N.OFFICIAL_SYSTEM,
]
OF_A_RESULT = [N.RESULT_DAYS, N.OBJECTION_DAYS, N.ANNOUNCE_DAYS, N.FOLLOW_MAJORITY]


@dataclass(frozen=True)
class EntryShown:
    label: str
    value: str
    source: Sourced
    unsourced: str = "待核"


@dataclass(frozen=True)
class NumbersShown:
    """Some numbers of one version, for the page that goes by them."""

    profile: LocalityProfile
    entries: list[EntryShown]


def numbers_of(profile: LocalityProfile, names: Any = LocalNumber) -> NumbersShown:
    entries = [_number(N(name), profile.number(name)) for name in names]
    return NumbersShown(profile, entries)


def _number(name: LocalNumber, source: Sourced) -> EntryShown:
    """会议公告期: 15 天; 须用政府系统表决: 否."""
    label, _, unit = str(name.label).removesuffix("）").partition("（")
    if name in YES_OR_NO:
        return EntryShown(label, "是" if source.value else "否", source)
    return EntryShown(label, f"{source.value} {unit}".strip(), source)


def terms_of(bylaws: Bylaws) -> list[EntryShown]:
    return [
        EntryShown(str(name.label), _term(name, source.value), source, "没有约定，按通行办法")
        for name in BylawTerm
        for source in [bylaws.term(name)]
    ]


def _term(name: BylawTerm, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    words = {
        BylawTerm.INVALID_BALLOTS: dict(InvalidBallots.choices),
        BylawTerm.FOLLOW_MAJORITY: dict(FollowMajority.choices),
        BylawTerm.LAST_TIE: {"lot": "抽签"},
        BylawTerm.CANDIDATE_BARS: {"": "没有"},
    }
    return str(words[name].get(value, value))
