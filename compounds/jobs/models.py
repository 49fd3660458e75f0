from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from compounds.jobs.rules import KEPT_FOR, percent
from compounds.jobs.terms import TONES, TRANSITIONS, UNFINISHED, State
from compounds.models import Person


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=UNFINISHED)

    def alive(self, at: datetime) -> JobQuerySet:
        """In the hands of a worker that was heard of lately."""
        return self.filter(state=State.RUNNING, lease_until__gt=at)

    def due(self, at: datetime) -> JobQuerySet:
        """Nobody's yet, or left by a worker that is no more."""
        abandoned = Q(state=State.RUNNING, lease_until__lte=at)
        return self.filter(Q(state=State.WAITING) | abandoned).order_by("pk")

    def expired(self, at: datetime) -> JobQuerySet:
        return self.filter(finished_at__lte=at - KEPT_FOR)

    def for_list(self) -> JobQuerySet:
        return self.order_by("-pk")


class Job(models.Model):
    """Work that takes longer than a page may: its row is the order, a sweep carries it out.

    `kind` names what an app declares as `job_kinds`, `terms` is what that work needs to know.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="jobs")
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("事项", max_length=200)
    terms = models.JSONField("条件", default=dict)
    purpose = models.CharField("用途", max_length=100, blank=True)  # of an export: it is logged
    file_name = models.CharField("文件名", max_length=120, blank=True)  # none: no file comes of it
    media_type = models.CharField("类型", max_length=100, blank=True)
    leads_to = models.CharField("做完去哪里", max_length=200, blank=True)
    submission_key = models.UUIDField(unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    done = models.PositiveIntegerField("已办行数", default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    asked_at = models.DateTimeField("提交时间")
    lease_until = models.DateTimeField("认领到", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    token = models.CharField("随机号", max_length=32, unique=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    error = models.CharField("原因", max_length=200, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, finished_at__isnull=True)
                | ~Q(state__in=UNFINISHED) & Q(finished_at__isnull=False),
                name="job_finished_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING) | Q(lease_until__isnull=False),
                name="job_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=UNFINISHED), name="job_unfinished"),
            models.Index(fields=["person", "-id"], name="job_newest"),
            models.Index(fields=["finished_at"], name="job_finished"),
        ]
        triggers = [
            pgtrigger.FSM(name="job_moves_as_listed", field="state", transitions=TRANSITIONS),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.pk])

    @property
    def percent(self) -> int:
        return 100 if self.state == State.DONE else percent(self.done, self.total)

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def has_file(self) -> bool:
        return self.state == State.DONE and bool(self.file_name)

    @property
    def kept_until(self) -> datetime | None:
        return self.finished_at + KEPT_FOR if self.finished_at else None

    def stored_as(self, attempt: int) -> str:
        """Each attempt writes a file of its own, so that two workers never write into one."""
        return f"results/{self.token[:2]}/{self.token}-{attempt}"
