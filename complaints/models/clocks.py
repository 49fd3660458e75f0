"""The clocks of tickets as their histories have them, and the levels that they reached."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from complaints.models.tickets import Ticket
from complaints.terms import ClockKind, Level


class TicketClockQuerySet(models.QuerySet["TicketClock"]):
    def running(self) -> TicketClockQuerySet:
        return self.filter(stopped_at__isnull=True)

    def due(self, at: datetime) -> TicketClockQuerySet:
        return self.running().filter(next_at__lte=at)


class TicketClock(models.Model):
    """One run of one clock, as its events say; `next_at` is when its next level falls due."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks")
    round = models.PositiveSmallIntegerField("轮次")
    kind = models.CharField("时限", max_length=10, choices=ClockKind)
    run = models.PositiveSmallIntegerField("第几次", default=1, db_default=1)
    started_at = models.DateTimeField("起算")
    warn_at = models.DateTimeField("预警")
    due_at = models.DateTimeField("到期")
    paused_at = models.DateTimeField("暂停", null=True, blank=True)
    stopped_at = models.DateTimeField("停止", null=True, blank=True)
    level = models.SmallIntegerField("已到级别", default=-1)
    next_at = models.DateTimeField("下次升级", null=True, blank=True)
    is_estimate = models.BooleanField("日历未载入，暂按周一至周五", default=False)
    reckoned_at = models.DateTimeField("计算时间")

    objects = TicketClockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "时限"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round", "kind", "run"], name="ticket_clock_once_a_run"
            )
        ]
        indexes = [
            # The sweep's cost follows what is due, not what is open.
            models.Index(
                fields=["next_at"],
                condition=Q(stopped_at__isnull=True, next_at__isnull=False),
                name="ticket_clock_next",
            ),
            models.Index(
                fields=["reckoned_at"],
                condition=Q(stopped_at__isnull=True),
                name="ticket_clock_reckoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%m-%d %H:%M}"


class Escalation(models.Model):
    """One level of one run of a clock, reached once. 督办单 is the one at level 2."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="escalations")
    round = models.PositiveSmallIntegerField("轮次")
    clock = models.CharField("时限", max_length=10, choices=ClockKind)
    run = models.PositiveSmallIntegerField("第几次", default=1, db_default=1)
    level = models.SmallIntegerField("级别", choices=Level)
    fell_due_at = models.DateTimeField("应升级")
    at = models.DateTimeField("升级时间")
    is_told = models.BooleanField("已通知", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "升级记录"
        ordering = ["at", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round", "clock", "run", "level"], name="escalation_exactly_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.get_clock_display()}"
