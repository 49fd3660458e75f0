"""公告: a street, a community, a branch or an owners' committee speaks to all who live in a place."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from compounds.models import Compound, Organization

SAID = ["organization", "scope", "title", "body", "by", "starts_on"]


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def showing(self, today: date) -> AnnouncementQuerySet:
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            withdrawn_at__isnull=True,
            starts_on__lte=today,
        )

    def heard_in(self, *compounds: Compound) -> AnnouncementQuerySet:
        """What is said to these compounds: by themselves, or by whom they stand under."""
        paths = {path for one in compounds for path in [one.branch.path, *one.branch.paths_above()]}
        return self.filter(scope__path__in=paths)

    def counted(self) -> AnnouncementQuerySet:
        """With `readers_count`."""
        return self.annotate(readers_count=Count("readings"))

    def for_list(self) -> AnnouncementQuerySet:
        return self.select_related("organization", "scope").order_by("-starts_on", "-pk")


class Announcement(models.Model):
    """One announcement. What was said is never rewritten: it is withdrawn, and said anew."""

    token = models.CharField("编号", max_length=10, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="announcements", verbose_name="发布单位"
    )
    scope = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="范围")
    title = models.CharField("标题", max_length=60)
    body = models.TextField("内容", max_length=5000)
    starts_on = models.DateField("从哪天起")
    ends_on = models.DateField("到哪天止", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=120, blank=True)
    submission_key = models.UUIDField("提交编号", unique=True, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公告"
        indexes = [
            models.Index(
                fields=["scope", "-starts_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="announcement_heard",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="announcement_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                name="announcement_withdrawn_has_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="announcement_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="announcement_is_never_rewritten", fields=SAID),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("announcements:announcement", args=[self.token])

    def state(self, today: date) -> str:
        """withdrawn, ended, coming or showing."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.ends_on and self.ends_on < today:
            return "ended"
        return "coming" if self.starts_on > today else "showing"


class Reading(models.Model):
    """That somebody opened it, once; who it was cannot be told from the row."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="readings")
    reader = models.CharField("读者索引", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "阅读"
        constraints = [
            models.UniqueConstraint(fields=["announcement", "reader"], name="reading_once_a_reader")
        ]

    def __str__(self) -> str:
        return self.reader[:8]
