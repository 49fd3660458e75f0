"""Time and masking on the ground floor: values in, values out, no query, no clock."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
CALENDAR_ALARM = timedelta(days=60)
HOUSEHOLDS_PER_HEAD = 100  # above it a head has too many to know

# 工作时间 as half-open intervals of minutes after midnight; 24:00 is 1440.
OfficeHours = tuple[tuple[int, int], ...]
OFFICE_HOURS: OfficeHours = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))


class Refused(Exception):
    """A rule said no; the message is shown to the person who asked."""


class Conflict(Refused):
    """The thing is not in a state that allows this; nothing was changed (409)."""


@dataclass(frozen=True)
class Calendar:
    """工作日历: the State Council's exceptions, both ways, and the years they cover."""

    days_off: frozenset[date]
    days_on: frozenset[date]
    years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """In a year without data, Monday to Friday."""
        if day in self.days_on:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def knows(self, day: date) -> bool:
        return day.year in self.years

    def last_known_day(self, day: date) -> date:
        """31 December of the last year, from the day's own on, that has its data."""
        year = day.year
        while year in self.years:
            year += 1
        return date(year - 1, 12, 31)

    def runs_out(self, day: date) -> date | None:
        """The last known day once it is less than 60 days off; None while there is time."""
        last = self.last_known_day(day)
        return last if last - day < CALENDAR_ALARM else None

    def workday_after(self, day: date, count: int) -> date:
        """The count-th working day after `day`; the day itself is day 0."""
        while count > 0:
            day += DAY
            count -= self.is_workday(day)
        return day

    def workdays_before(self, day: date, count: int) -> date:
        """The count-th working day before `day`."""
        while count > 0:
            day -= DAY
            count -= self.is_workday(day)
        return day

    def end_after_workdays(self, start: datetime, count: int) -> datetime:
        """期限届满: 24:00 Asia/Shanghai of the count-th working day after the event day."""
        return midnight(self.workday_after(local_day(start), count) + DAY)

    def end_after_office_time(
        self, start: datetime, length: timedelta, hours: OfficeHours = OFFICE_HOURS
    ) -> datetime:
        """The moment at which `length` of office time has passed since `start`.

        Intervals are half open, so that work filling one to its end finishes at that end.
        """
        if length <= timedelta(0):
            return start
        day, left = local_day(start), length
        while True:
            if self.is_workday(day):
                for opens, closes in hours:
                    begin = max(start, midnight(day) + timedelta(minutes=opens))
                    spent = midnight(day) + timedelta(minutes=closes) - begin
                    if spent >= left:
                        return begin + left
                    left -= max(spent, timedelta(0))
            day += DAY

    def office_time_between(
        self, start: datetime, end: datetime, hours: OfficeHours = OFFICE_HOURS
    ) -> timedelta:
        """How much office time lies between two moments; none when the end comes first."""
        day, passed = local_day(start), timedelta(0)
        while midnight(day) < end:
            if self.is_workday(day):
                for opens, closes in hours:
                    begin = max(start, midnight(day) + timedelta(minutes=opens))
                    finish = min(end, midnight(day) + timedelta(minutes=closes))
                    passed += max(finish - begin, timedelta(0))
            day += DAY
        return passed


def local_day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """00:00 of the day in Shanghai, which has had no summer time since 1991."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def is_overburdened(households: int, heads: int) -> bool:
    """Whether each head has more than 100 households on average; nobody has none."""
    return households > HOUSEHOLDS_PER_HEAD * heads > 0


PHONE = re.compile(r"1[3-9]\d{9}")

# 号码: as people write them, and what each letter is read as (one for one, so that places agree).
_WRITTEN = str.maketrans("０１２３４５６７８９Ｘｘ－—–‐‑（）＋　", "0123456789Xx-----()+ ")
_GAP = r"[ \t-]{0,2}"
_NUMBER = re.compile(
    "|".join(
        [
            rf"(?<!\d)(?<!\d-)(?:(?:\+?86|0086){_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)",  # mobile
            r"(?<!\d)1[3-9]\d\.\d{4}\.\d{4}(?!\d)",
            rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?!\d)",  # identity card
            rf"(?<!\d)\(?0\d{{2,3}}\)?{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d)",  # landline
            r"(?<!\d)[3-8]\d{7}(?!\d)",  # the same without its area
            rf"(?:电话|座机|联系|打)[^\d(]{{0,4}}(?P<local>[3-8]\d{{3}}{_GAP}\d{{4}})(?!\d)",
            r"\d{11,}[Xx]?",  # a digit too many hides none; nor does an account
            rf"[一幺][三四五六七八九](?:{_GAP}[〇零一幺二两三四五六七八九]){{9}}",
        ]
    )
)


def masked_phone(phone: str) -> str:
    """138****0000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def masked_name(name: str) -> str:
    """王**、李**: enough for whoever knows the neighbours, and for nobody else."""
    return "、".join(f"{one[:1]}{'*' * (len(one) - 1)}" for one in name.split("、"))


def masked_text(text: str) -> str:
    """Free text with the telephone and ID numbers in it made unreadable: 138****00."""
    kept, end = [], 0
    for found in _NUMBER.finditer(text.translate(_WRITTEN)):
        begin = found.start("local") if found["local"] else found.start()
        kept += [text[end : begin + 3], "****"]
        end = found.end() - 2
    return "".join([*kept, text[end:]])
