from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from compounds.rules import Calendar


class CalendarYear(models.Model):
    """A year whose list of holidays the State Council has published and we have loaded."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据", max_length=80, blank=True)
    loaded_at = models.DateTimeField("载入时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "日历年份"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 年"


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
