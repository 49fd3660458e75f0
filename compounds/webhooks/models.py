from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from compounds.models import EncryptedTextField
from compounds.notices.rules import ERROR_LENGTH
from compounds.notices.terms import TONES, State


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def live(self) -> WebhookQuerySet:
        return self.filter(removed_at__isnull=True, is_paused=False)

    def for_list(self) -> WebhookQuerySet:
        return self.filter(removed_at__isnull=True).order_by("pk")


class Webhook(models.Model):
    """推送: an address of another system that is told of events, signed with a secret of its own."""

    label = models.CharField("给谁", max_length=40)
    url = models.URLField("地址", max_length=300)
    secret = EncryptedTextField("密钥")
    events = ArrayField(models.CharField(max_length=40), verbose_name="事件")
    is_paused = models.BooleanField("暂停", default=False)
    made_at = models.DateTimeField("建立时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("删除时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送"
        triggers = [pgtrigger.Protect(name="webhook_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("webhooks:webhook", args=[self.pk])


class PushQuerySet(models.QuerySet["Push"]):
    def due(self, at: datetime) -> PushQuerySet:
        return self.filter(state=State.WAITING, next_try_at__lte=at, webhook__is_paused=False)

    def for_list(self) -> PushQuerySet:
        return self.order_by("-pk")


class Push(models.Model):
    """One event for one webhook: the row is written with the deed, a sweep sends it."""

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="pushes")
    key = models.CharField("防重号", max_length=120)
    event = models.CharField("事件", max_length=40)
    payload = models.JSONField("内容")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    created_at = models.DateTimeField("时间")
    next_try_at = models.DateTimeField("下次发送")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    error = models.CharField("原因", max_length=ERROR_LENGTH, blank=True)

    objects = PushQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送记录"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="push_once_a_webhook"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state=State.WAITING), name="push_waiting"
            ),
            models.Index(fields=["webhook", "-id"], name="push_newest"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="push_content_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("payload", "key", "event", "webhook"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.get_state_display()}"

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def push_id(self) -> str:
        """The same at each attempt: by it the receiver passes over what it has already."""
        return f"push_{self.pk}"
