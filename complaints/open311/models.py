from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from complaints.models import Ticket, TicketEvent
from compounds.models import Compound

HOURLY_LIMIT = 120


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self) -> ApiKeyQuerySet:
        return self.filter(revoked_at__isnull=True)

    def for_list(self) -> ApiKeyQuerySet:
        return self.select_related("by", "compound").order_by(
            F("revoked_at").desc(nulls_first=True), "-pk"
        )


class ApiKey(models.Model):
    """接口密钥: what another system shows to file here. Only its keyed hash is kept."""

    label = models.CharField("给谁用", max_length=40)
    key_hash = models.CharField("密钥索引", max_length=64, unique=True, editable=False)
    ending = models.CharField("末四位", max_length=4, editable=False)
    compound = models.ForeignKey(
        Compound,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="认不出地点时归到",
        related_name="+",
    )
    hourly_limit = models.PositiveIntegerField("每小时最多", default=HOURLY_LIMIT)
    gives_token = models.BooleanField("先给回执号", default=False)
    made_at = models.DateTimeField("发放时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"
        constraints = [
            models.CheckConstraint(
                condition=Q(hourly_limit__gte=1, hourly_limit__lte=10_000),
                name="api_key_limit_in_bounds",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="api_key_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="api_key_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}（…{self.ending}）"

    def get_absolute_url(self) -> str:
        return reverse("open311:key", args=[self.pk])


class Receipt(models.Model):
    """回执: which key filed which ticket, under a token that only its sender knows."""

    token = models.CharField("回执号", max_length=32, unique=True)
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="receipts")
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="receipt")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "接口回执"

    def __str__(self) -> str:
        return f"{self.ticket.code} {self.key}"


class Update(models.Model):
    """What a key added to a ticket that it had filed; sent twice it is one."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="updates")
    event = models.OneToOneField(TicketEvent, models.PROTECT, related_name="update")
    submission_key = models.UUIDField("提交编号", unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口补充"

    def __str__(self) -> str:
        return f"{self.event} {self.key}"
