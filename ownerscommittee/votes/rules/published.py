"""Totals of a vote as a notice published them: read from what was written, exactly.

The shape, with every number optional (null, missing, or text such as "226,421.09 ㎡"):

    {"total_area", "total_people", "participated_area", "participated_people", "opened_on",
     "items": [{"item": 1 to 9, "agree_area", "agree_people", "against_area", …,
                "void_area", …, "participated_area", …,
                "agree_people_percent", …, "majority", "outcome"}]}

Instead of `agree_area` also {"agree": {"area": …}} or {"area": {"agree": …}}. Areas are square
metres; `heads` is another word for `people`. What has another name is passed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unicodedata import normalize

from compounds.rules import Refused
from ownerscommittee.votes.rules.weights import Number
from ownerscommittee.votes.terms import Item, Measure, Outcome

TOTAL, VOTING = "total", "participated"
CHOICES = ("agree", "against", "abstain")
COUNTED = (*CHOICES, "void", "followed", "unreturned")
WORDS = {Measure.HEADS: ("people", "heads"), Measure.AREA: ("area",)}
NO_NUMBER = "要是数字，例如 226421.09。"
LARGEST = 12  # digits before the point, and after it
MOST_ITEMS = 200
_WRITTEN = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:m2|平方米|平米|人|户|票|%)?")
_MAJORITIES = {
    "ordinary": "ordinary",
    "过半数": "ordinary",
    "半数以上": "ordinary",
    "1/2": "ordinary",
    "special": "special",
    "四分之三": "special",
    "四分之三以上": "special",
    "3/4": "special",
}

Counts = dict[tuple[str, Measure], Number | None]


@dataclass(frozen=True)
class Share:
    """A percentage as published, with as many digits as were written."""

    of: str
    measure: Measure
    value: Fraction
    digits: int
    written: str


@dataclass(frozen=True)
class PublishedItem:
    """One item: counts by (choice, measure), areas in hundredths; None is not known."""

    item: int | None
    counts: Counts
    shares: list[Share] = field(default_factory=list)
    majority: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Published:
    counts: Counts
    items: list[PublishedItem]
    shares: list[Share] = field(default_factory=list)
    opened_on: date | None = None


def read_published(data: Any) -> Published:
    """Refused with a sentence that names the place, when something cannot be a number of a vote."""
    if not isinstance(data, Mapping):
        raise Refused("最外层要是一个对象，里面有 total_area、items 等。")
    items = data.get("items")
    if not isinstance(items, list):
        raise Refused("缺少 items，它要是一个列表，每个议题一项。")
    if len(items) > MOST_ITEMS:
        raise Refused(f"议题最多 {MOST_ITEMS} 个。")
    counts = _counts(data, (TOTAL, VOTING), "")
    return Published(
        counts=counts,
        items=[_item(each, f"items[{place}]", counts) for place, each in enumerate(items)],
        shares=_shares(data, (VOTING,), ""),
        opened_on=_day(data.get("opened_on")),
    )


def _item(data: Any, where: str, above: Counts) -> PublishedItem:
    if not isinstance(data, Mapping):
        raise Refused(f"{where} 要是一个对象，里面有 item、agree_area 等。")
    counts = _counts(data, COUNTED, where)
    for measure in WORDS:
        own = _at(where, VOTING, measure, _found(data, VOTING, measure))
        counts[VOTING, measure] = above[VOTING, measure] if own is None else own
        counts[TOTAL, measure] = above[TOTAL, measure]
    majority = _MAJORITIES.get(_text(data.get("majority")).removesuffix("通过"), "")
    outcome = _text(data.get("outcome"))
    named = {str(each.label): str(each) for each in Outcome}
    return PublishedItem(
        item=_item_number(data.get("item"), where),
        counts=counts,
        shares=_shares(data, (*CHOICES, VOTING), where),
        majority=majority,
        outcome=named.get(outcome, outcome if outcome in Outcome.values else ""),
    )


def _item_number(value: Any, where: str) -> int | None:
    if value is None or value == "":
        return None
    found = re.fullmatch(r"(?:第)?([1-9])(?:项)?", _text(value))
    if found is None or int(found[1]) not in Item.values:
        raise Refused(f"{where}.item 要是 1 到 9，即民法典第278条的哪一项。")
    return int(found[1])


def _counts(data: Mapping[str, Any], names: tuple[str, ...], where: str) -> Counts:
    return {
        (name, measure): _at(where, name, measure, _found(data, name, measure))
        for name in names
        for measure in WORDS
    }


def _at(where: str, name: str, measure: Measure, value: Any) -> Number | None:
    """The number, or a refusal that says where it stands: items[0].agree_area 不能是负数。"""
    try:
        return figure(value, measure)
    except Refused as refusal:
        raise Refused(f"{_place(where, name, measure)} {refusal}") from refusal


def _place(where: str, name: str, measure: Measure) -> str:
    return f"{where}.{name}_{measure}".lstrip(".")


def _found(data: Mapping[str, Any], name: str, measure: Measure, suffix: str = "") -> Any:
    """The first that is not null of agree_area, area_agree, agree → area and area → agree."""
    for word in WORDS[measure]:
        for key in (f"{name}_{word}{suffix}", f"{word}_{name}{suffix}"):
            if data.get(key) is not None:
                return data[key]
        for outer, inner in ((name, f"{word}{suffix}"), (word, f"{name}{suffix}")):
            nested = data.get(outer)
            if isinstance(nested, Mapping) and nested.get(inner) is not None:
                return nested[inner]
    return None


def figure(value: Any, measure: Measure) -> Number | None:
    """Heads, or hundredths of a square metre; None where nothing is written."""
    read = decimal(value)
    if read is None:
        return None
    if read < 0:
        raise Refused("不能是负数。")
    exact = Fraction(read) * (100 if measure == Measure.AREA else 1)
    if exact.denominator == 1:
        return int(exact)
    if measure == Measure.HEADS:
        raise Refused("是人数，要是整数。")
    return exact


def decimal(value: Any) -> Decimal | None:
    """Written with or without thousands separators and unit; a float would not be exact."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Refused(NO_NUMBER)
    if isinstance(value, str):
        found = _WRITTEN.fullmatch(re.sub(r"[\s,]", "", normalize("NFKC", value)))
        if found is None:
            raise Refused(NO_NUMBER)
        value = found[1]
    read = Decimal(value)
    if not read.is_finite() or read.adjusted() > LARGEST or -_exponent(read) > LARGEST:
        raise Refused("数字太大或太长。")
    return read


def _exponent(read: Decimal) -> int:
    return int(read.as_tuple().exponent)


def _shares(data: Mapping[str, Any], names: tuple[str, ...], where: str) -> list[Share]:
    shares = []
    for name in names:
        for measure in WORDS:
            value = _found(data, name, measure, "_percent")
            try:
                read = decimal(value)
            except Refused as refusal:
                raise Refused(f"{_place(where, name, measure)}_percent {refusal}") from refusal
            if read is not None:
                digits = max(-_exponent(read), 0)
                written = f"{_text(value).removesuffix('%')}%"
                shares.append(Share(name, measure, Fraction(read), digits, written))
    return shares


def _text(value: Any) -> str:
    return normalize("NFKC", str(value)).strip() if isinstance(value, str | int | Decimal) else ""


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(_text(value))
    except ValueError as wrong:
        raise Refused("opened_on 要写成 2021-01-01 这样的日期。") from wrong
