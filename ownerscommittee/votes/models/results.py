from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from compounds.files.models import StoredFile
from compounds.rules import masked_text
from evidence.models import Entry
from ownerscommittee.votes.models.conditions import changed_or_decided
from ownerscommittee.votes.models.meetings import AssemblyMeeting
from ownerscommittee.votes.terms import Stage


class CountWitness(models.Model):
    """见证计票的人: who stood by at the count, with the signed sheet as a photo."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="count_witnesses")
    name = models.CharField("姓名", max_length=40)
    capacity = models.CharField("身份", max_length=40)
    signature = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", verbose_name="签字照片"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "计票见证人"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "name"], name="count_witness_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="count_witness_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.capacity} {self.name}"


class OfficialTotals(models.Model):
    """官方结果: what the government's own system counted, as published (rule 17).

    `totals` has the shape that `judge_result` reads.
    """

    meeting = models.OneToOneField(AssemblyMeeting, models.PROTECT, related_name="official_totals")
    totals = models.JSONField("官方数据")
    source = models.CharField("来源", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "官方结果"
        triggers = [
            pgtrigger.Protect(
                name="official_totals_are_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting} 官方结果"


class Result(models.Model):
    """结果 as counted once: the whole arithmetic in `sheet`, never changed, only counted again."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="results")
    version = models.PositiveSmallIntegerField("第几次计票")
    stage = models.CharField("阶段", max_length=12, choices=Stage)
    sheet = models.JSONField("计票表")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("计票时间")

    class Meta:
        verbose_name = verbose_name_plural = "结果"
        ordering = ["meeting", "version"]
        get_latest_by = "version"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="result_once_a_version"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(stage=Stage.FINAL), name="result_final_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="result_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.get_stage_display()}"


class ResultObjection(models.Model):
    """结果异议: said during the posting, answered before the announcement."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="objections")
    number = models.PositiveSmallIntegerField("序号")
    text = models.TextField("异议内容")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    reply = models.TextField("答复", blank=True)
    is_upheld = models.BooleanField("异议成立", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "结果异议"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="objection_numbered_once"),
            models.CheckConstraint(
                condition=Q(
                    reply="",
                    is_upheld__isnull=True,
                    replied_by__isnull=True,
                    replied_at__isnull=True,
                )
                | ~Q(reply="")
                & Q(is_upheld__isnull=False, replied_by__isnull=False, replied_at__isnull=False),
                name="objection_answered_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="objection_stays_as_said",
                operation=pgtrigger.Update,
                condition=changed_or_decided(
                    "meeting_id", "number", "text", "entry_id", "by_id", "at", decided="replied_at"
                ),
            ),
            pgtrigger.Protect(name="objection_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"异议 {self.number}"

    @property
    def said(self) -> str:
        """For the wall: a telephone or ID number that slipped in is masked."""
        return masked_text(self.text)


class FollowUp(models.Model):
    """结果公告以后要办的事, each by its day and its article (rule 24)."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="follow_ups")
    name = models.CharField("事项", max_length=60)
    article = models.CharField("依据", max_length=60)
    due_at = models.DateTimeField("期限")
    done_at = models.DateTimeField("办好时间", null=True, blank=True)
    note = models.CharField("办理情况", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "后续事项"
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "name"], name="follow_up_once_a_meeting"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, by__isnull=True)
                | Q(done_at__isnull=False, by__isnull=False),
                name="follow_up_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name
