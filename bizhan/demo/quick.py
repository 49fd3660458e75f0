"""The house's calendar and policy, which remember what they have worked out once."""

from datetime import date, datetime, timedelta
from functools import cached_property

from complaints.rules.limits import Limit, Policy
from compounds.rules import DAY, OFFICE_HOURS, Calendar, OfficeHours, local_day, midnight

NOTHING = timedelta(0)


class QuickCalendar(Calendar):
    """The same calendar, which remembers the days that it has counted and when they open."""

    @cached_property
    def counted(self) -> dict[tuple[date, int], datetime]:
        return {}

    @cached_property
    def opened(self) -> dict[tuple[date, OfficeHours], list[tuple[datetime, datetime]]]:
        return {}

    def end_after_workdays(self, start: datetime, count: int) -> datetime:
        key = (local_day(start), count)
        if key not in self.counted:
            self.counted[key] = super().end_after_workdays(start, count)
        return self.counted[key]

    def end_after_office_time(
        self, start: datetime, length: timedelta, hours: OfficeHours = OFFICE_HOURS
    ) -> datetime:
        day, left = local_day(start), length
        while True:
            for opens, closes in self.hours_of(day, hours):
                begin = max(start, opens)
                if closes - begin >= left:
                    return begin + left
                left -= max(closes - begin, NOTHING)
            day += DAY

    def hours_of(self, day: date, hours: OfficeHours) -> list[tuple[datetime, datetime]]:
        found = self.opened.get((day, hours))
        if found is None:
            begin = midnight(day)
            found = self.opened[day, hours] = [
                (begin + timedelta(minutes=opens), begin + timedelta(minutes=closes))
                for opens, closes in (hours if self.is_workday(day) else ())
            ]
        return found


class QuickPolicy(Policy):
    """The same limits, each read from its terms once."""

    @cached_property
    def limits(self) -> dict[tuple[str, str, str], Limit | None]:
        return {}

    def limit(self, clock: str, lane: str, kind: str) -> Limit | None:
        key = (clock, lane, kind)
        if key not in self.limits:
            self.limits[key] = super().limit(clock, lane, kind)
        return self.limits[key]
