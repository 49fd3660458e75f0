from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from compounds.rules import DAY, Calendar, local_day

# 放假与调休 of a year: the day → whether it is worked, and the holiday's name.
Entries = Mapping[date, tuple[bool, str]]


class Span(NamedTuple):
    """Neighbouring days of one kind and name."""

    first: date
    last: date
    is_workday: bool
    name: str

    def __str__(self) -> str:
        """1–3 日元旦, within its month."""
        days = (
            f"{self.first.day}" if self.first == self.last else f"{self.first.day}–{self.last.day}"
        )
        return f"{days} 日{self.name}"


def spans_of(entries: Entries) -> list[Span]:
    """The exceptions in order, neighbours of one kind and name together."""
    spans: list[Span] = []
    for day, (is_workday, name) in sorted(entries.items()):
        last = spans[-1] if spans else None
        if last and last[1:] == (day - DAY, is_workday, name):
            spans[-1] = last._replace(last=day)
        else:
            spans.append(Span(day, day, is_workday, name))
    return spans


@dataclass(frozen=True)
class Month:
    number: int
    workdays: int
    off: list[Span]
    on: list[Span]


class CalendarYearQuerySet(models.QuerySet["CalendarYear"]):
    def counted(self) -> CalendarYearQuerySet:
        """With `days_off` and `days_on`, how many days the year's list names of each."""
        worked = Q(exceptions__is_workday=True)
        return self.annotate(
            days_off=Count("exceptions", filter=~worked & Q(exceptions__isnull=False)),
            days_on=Count("exceptions", filter=worked),
        ).order_by("-year")


class CalendarYear(models.Model):
    """A year whose list of holidays the State Council has published and we have loaded."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据", max_length=80, blank=True)
    loaded_at = models.DateTimeField("载入时间", default=timezone.now)

    objects = CalendarYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历年份"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 年"

    def entries(self) -> Entries:
        return {each.day: (each.is_workday, each.name) for each in self.exceptions.all()}


class WorkdayException(models.Model):
    """放假与调休: a day that is not what its weekday says."""

    year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="exceptions")
    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假与调休"
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year=ExtractYear(F("day"))), name="workday_exception_in_its_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {'上班' if self.is_workday else '放假'}"


def working_calendar() -> Calendar:
    """工作日历 as it stands in the database now: two queries, about 200 rows."""
    exceptions = list(WorkdayException.objects.values_list("day", "is_workday"))
    return Calendar(
        days_off=frozenset(day for day, is_workday in exceptions if not is_workday),
        days_on=frozenset(day for day, is_workday in exceptions if is_workday),
        years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def calendar_runs_out(at: datetime) -> date | None:
    """The last day with holiday data when it is less than 60 days off or past; else None."""
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    return Calendar(frozenset(), frozenset(), years).runs_out(local_day(at))


def months_of(year: int, entries: Entries) -> list[Month]:
    """The twelve months of a year under these exceptions, stored or still to be loaded."""
    off = frozenset(day for day, (is_workday, _) in entries.items() if not is_workday)
    calendar = Calendar(off, frozenset(entries) - off, frozenset({year}))
    days = [date(year, 1, 1) + n * DAY for n in range(366)]
    months = []
    for number in range(1, 13):
        workdays = [day for day in days if (day.year, day.month) == (year, number)]
        spans = spans_of({day: entries[day] for day in entries if day.month == number})
        months.append(
            Month(
                number,
                sum(map(calendar.is_workday, workdays)),
                [span for span in spans if not span.is_workday],
                [span for span in spans if span.is_workday],
            )
        )
    return months
