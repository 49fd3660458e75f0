from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from compounds.notices.models import Delivery, Notice
from compounds.notices.terms import State
from ownerscommittee.votes.models.meetings import AssemblyMeeting
from ownerscommittee.votes.terms import Reminding

EVENTS = ["meeting_opened", "meeting_reminder"]


class Reminder(models.Model):
    """提醒: that those who had not voted were told at `at`, and how many of them there were.

    `due_at` is the moment that it was due; one moment of a meeting reminds once.
    """

    meeting = models.ForeignKey(
        AssemblyMeeting, models.PROTECT, related_name="reminders", db_index=False
    )
    occasion = models.CharField("时点", max_length=10, choices=Reminding)
    due_at = models.DateTimeField("应提醒时间")
    at = models.DateTimeField("提醒时间")
    told = models.PositiveIntegerField("通知份数")

    class Meta:
        verbose_name = verbose_name_plural = "表决提醒"
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "due_at"], name="reminder_once_a_moment"),
            models.CheckConstraint(
                condition=Q(at__gte=models.F("due_at")), name="reminder_not_before_its_moment"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="reminder_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.get_occasion_display()}"


@dataclass(frozen=True)
class Delivered:
    """What became of the notices of one reminder, each counted once, under its best end."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    on_page: int = 0  # by no way out: seen by whoever opens 通知
    read: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.failed + self.waiting + self.on_page


def deliveries_of(meeting: AssemblyMeeting) -> dict[datetime, Delivered]:
    """By the moment at which a reminder was written: one query, whatever the number of people."""

    def ended(state: State) -> Exists:
        return Exists(Delivery.objects.filter(notice=OuterRef("pk"), state=state))

    notices = Notice.objects.filter(event__in=EVENTS, key__startswith=f"{meeting.code}:")
    sent, failed = Q(is_sent=True), Q(is_sent=False, is_failed=True)
    waiting = Q(is_sent=False, is_failed=False, is_waiting=True)
    counted = (
        notices.annotate(
            is_sent=ended(State.SENT),
            is_failed=ended(State.FAILED),
            is_waiting=ended(State.WAITING),
        )
        .order_by("created_at")
        .values("created_at")
        .annotate(
            sent=Count("pk", filter=sent),
            failed=Count("pk", filter=failed),
            waiting=Count("pk", filter=waiting),
            on_page=Count("pk", filter=~sent & ~failed & ~waiting),
            read=Count("pk", filter=Q(read_at__isnull=False)),
        )
    )
    names = ["created_at", "sent", "failed", "waiting", "on_page", "read"]
    return {at: Delivered(*counts) for at, *counts in counted.values_list(*names)}
