"""期限: how long each may take, when it is nearly over, and how lateness climbs (§3, §5)."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from complaints.terms import (
    NATURAL_LANES,
    REQUEST_CLOCKS,
    SELF_MOVING_CLOCKS,
    Category,
    ClockKind,
    Kind,
    Lane,
    Level,
)
from compounds.rules import OFFICE_HOURS, Calendar, OfficeHours, local_day, midnight

NATURAL_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
UNIT_WORDS = {
    "s": "秒",
    "min": "分钟",
    "h": "小时",
    "d": "天",
    "oh": "个工作小时",
    "wh": "小时（工作日）",
    "wd": "个工作日",
}
ALL_DAY: OfficeHours = ((0, 24 * 60),)
_WRITTEN = re.compile(r"(\d+)(s|min|h|d|oh|wh|wd)")
INSTANT = timedelta(microseconds=1)
BY_DAY_CLOCKS = [ClockKind.RULING, ClockKind.SHELF]  # whatever the lane of the ticket


@dataclass(frozen=True)
class Limit:
    """A length of time: `15min`, `24h`, `7d`; `1oh` in office hours; `24wh` in hours of
    working days; `5wd` in working days, which end at 24:00."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, written: str) -> "Limit":
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"not a limit: {written!r}")
        return cls(int(found[1]), found[2])

    @classmethod
    def read(cls, words: str) -> "Limit":
        """As a person writes it: `5 个工作日`, `15分钟`. Raises ValueError."""
        found = re.fullmatch(r"(\d{1,4})(\D+)", re.sub(r"\s", "", words))
        units = {name: unit for unit, name in UNIT_WORDS.items()}
        if found is None or found[2] not in units:
            raise ValueError(f"not a limit: {words!r}")
        return cls(int(found[1]), units[found[2]])

    @property
    def written(self) -> str:
        return f"{self.amount}{self.unit}"

    def __str__(self) -> str:
        return f"{self.amount} {UNIT_WORDS[self.unit]}"

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """The moment at which this much time has passed since `start`."""
        if self.unit in NATURAL_UNITS:
            return start + self.amount * NATURAL_UNITS[self.unit]
        if self.unit == "wd":
            return calendar.end_after_workdays(start, self.amount) if self.amount else start
        return calendar.end_after_office_time(start, timedelta(hours=self.amount), self.hours)

    @property
    def hours(self) -> OfficeHours:
        """What counts of a working day: its office hours, or all of it up to 24:00."""
        return OFFICE_HOURS if self.unit == "oh" else ALL_DAY

    def warning(self, start: datetime, calendar: Calendar) -> datetime:
        """快到期: a quarter is left or one working day, whichever comes first."""
        if self.unit in NATURAL_UNITS:
            return start + self.amount * NATURAL_UNITS[self.unit] * 3 / 4
        if self.unit == "wd":
            return self._working_warning(start, calendar)
        three_quarters = timedelta(hours=self.amount) * 3 / 4
        return calendar.end_after_office_time(start, three_quarters, self.hours)

    def _working_warning(self, start: datetime, calendar: Calendar) -> datetime:
        one_day_left = calendar.end_after_workdays(start, max(self.amount - 1, 0))
        whole, quarters = divmod(self.amount, 4)
        last = calendar.workday_after(local_day(start), self.amount - whole)
        quarter_left = midnight(last) + timedelta(days=1) - timedelta(days=1) * quarters / 4
        return max(start, min(one_day_left, quarter_left))

    def halved(self) -> "Limit":
        """For a re-do: half, and not less than one of its unit."""
        return replace(self, amount=max(1, (self.amount + 1) // 2))

    def passed(self, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
        """How much of this limit's own time lies between two moments."""
        if self.unit in NATURAL_UNITS:
            return end - start
        return calendar.office_time_between(start, end, self.hours)

    def later(self, moment: datetime, pause: timedelta, calendar: Calendar) -> datetime:
        """The moment, moved on by a pause that was measured with `passed`."""
        if self.unit in NATURAL_UNITS:
            return moment + pause
        return calendar.end_after_office_time(moment, pause, self.hours)

    def longest_extension(self, due_at: datetime, most: "Limit", calendar: Calendar) -> datetime:
        """延期: not beyond the original length again, nor beyond so many working days."""
        return min(limit.after(due_at - INSTANT, calendar) for limit in (self, most))


@dataclass(frozen=True)
class Policy:
    """期限与升级规则 in force: the district's numbers, as `DEFAULT_TERMS` writes them."""

    terms: dict[str, Any]

    def limit(self, clock: str, lane: str, kind: str) -> Limit | None:
        """None: 表扬 runs against no clock, nor has a review a length of its own: it has a day."""
        asked_for = clock in REQUEST_CLOCKS or clock == ClockKind.RULING
        if clock == ClockKind.SHELF or (kind == Kind.PRAISE and not asked_for):
            return None
        of_clock = self.terms["limits"][clock]
        of_lane = of_clock if isinstance(of_clock, str) else of_clock[lane]
        return Limit.parse(of_lane if isinstance(of_lane, str) else of_lane[kind])

    @cached_property
    def ladders(self) -> dict[str, list[Limit]]:
        return {
            name: [Limit.parse(step) for step in steps]
            for name, steps in self.terms["ladder"].items()
        }

    def number(self, name: str) -> int:
        return int(self.terms[name])

    def lane_for(self, category: str) -> str:
        """The urgency of a category where nobody says otherwise."""
        return str(self.terms["lanes"].get(category, Lane.GENERAL))

    def steps(
        self,
        clock: str,
        lane: str,
        *,
        started_at: datetime,
        warn_at: datetime,
        due_at: datetime,
        calendar: Calendar,
    ) -> list[tuple[int, datetime]]:
        """Each level of a clock and its moment, the lowest first.

        U1 and U2 count natural time from expiry. The others are warned first; their later
        levels are whole working days after the day on which the limit ended.
        """
        if clock == ClockKind.ANSWER:
            closes = Limit.parse(self.terms["answer_closes"]).after(started_at, calendar)
            return [(1, due_at), (2, closes)]
        if clock in SELF_MOVING_CLOCKS:
            return [(1, due_at)]
        if lane in NATURAL_LANES and clock not in BY_DAY_CLOCKS:
            return [
                (level, step.after(due_at, calendar))
                for level, step in enumerate(self.ladders["natural"])
            ]
        late = [
            due_at if not step.amount else step.after(due_at - INSTANT, calendar)
            for step in self.ladders["working"]
        ]
        return [(Level.WARNED, warn_at), *enumerate(late, start=1)]


def _each_lane(urgent: str, vital: str, general: Any, complicated: str) -> dict[str, Any]:
    return {
        Lane.URGENT.value: urgent,
        Lane.VITAL.value: vital,
        Lane.GENERAL.value: general,
        Lane.COMPLEX.value: complicated,
    }


VITAL_CATEGORIES = {Category.WATER, Category.DRAINAGE, Category.GAS, Category.LIFT}

DEFAULT_TERMS: dict[str, Any] = {
    "limits": {
        ClockKind.ACCEPT.value: _each_lane("15min", "30min", "1wd", "1wd"),
        ClockKind.COMPOUND.value: _each_lane("2h", "24h", "3wd", "3wd"),
        ClockKind.DISPATCH.value: _each_lane("15min", "30min", "1oh", "1oh"),
        ClockKind.SIGN.value: _each_lane("15min", "30min", "1oh", "1wd"),
        ClockKind.CONTACT.value: _each_lane("30min", "2h", "24wh", "24wh"),
        ClockKind.FINISH.value: _each_lane(
            "2h",
            "24h",
            {
                Kind.ENQUIRY.value: "3wd",
                Kind.REQUEST.value: "5wd",
                Kind.SUGGESTION.value: "5wd",
                Kind.COMPLAINT.value: "7wd",
                Kind.REPORT.value: "7wd",
            },
            "15wd",
        ),
        ClockKind.REVIEW.value: "1wd",
        ClockKind.ANSWER.value: "3wd",
        ClockKind.OBJECTION.value: "1wd",
        ClockKind.RULING.value: "1wd",
        ClockKind.EXTENSION.value: "1wd",
        ClockKind.SHELVING.value: "3wd",
        ClockKind.WAIT.value: "3wd",
    },
    "lanes": {
        category.value: (Lane.VITAL if category in VITAL_CATEGORIES else Lane.GENERAL).value
        for category in Category
    },
    "answer_closes": "7d",
    "ladder": {
        "natural": ["0min", "15min", "1h", "2h", "4h"],  # levels 0 to 4
        "working": ["0wd", "1wd", "3wd", "5wd"],  # levels 1 to 4; level 0 is the warning
    },
    "reply_letters": 20,
    "reopen_days": 15,
    "objection_within": "1wd",  # of 派单
    "returns": 2,  # granted ones of a ticket; the next attempt is ruled upon
    "extensions": 1,  # of one clock
    "extension_at_most": "10wd",
    "waits": 2,  # of one clock
    "shelved_days": 90,  # until the next review
    "redos_of_a_problem": 3,
    "units_of_a_problem": 3,
    "alike_percent": 10,  # from which likeness on a report is shown as perhaps the same
    "alike_days": 30,  # after closing
    # 未诉先办: so many followers, or so many reports of one place and category in so many days.
    "proposal_followers": 5,
    "proposal_reports": 3,
    "proposal_days": 90,
    # 三率: what 部分解决 and 基本满意 count, how the three are weighed, how many answers are
    # enough, and from where on a tier begins.
    "rates": {
        "partly_percent": 50,
        "basically_percent": 60,
        "response_weight": 30,
        "solution_weight": 35,
        "satisfaction_weight": 35,
        "enough_answers": 10,
        "first_tier": 90,
        "second_tier": 80,
    },
    # How many days a reporter's name, telephone and own words are kept: after the end, after a
    # withdrawal; and a report that was begun and never sent.
    "keep_reporter_days": 730,
    "keep_withdrawn_days": 30,
    "keep_draft_days": 30,
}


def complete(terms: dict[str, Any]) -> dict[str, Any]:
    """The terms, and for what they leave unsaid the defaults; for a clock without a limit, too."""
    limits = {**DEFAULT_TERMS["limits"], **terms.get("limits", {})}
    rates = {**DEFAULT_TERMS["rates"], **terms.get("rates", {})}
    return {**DEFAULT_TERMS, **terms, "limits": limits, "rates": rates}
