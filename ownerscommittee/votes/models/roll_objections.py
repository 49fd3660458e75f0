from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from compounds.models import OwnedUnit
from ownerscommittee.votes.models.rolls import Roll


class RollObjection(models.Model):
    """名册异议: said during the posting, answered before the freeze."""

    roll = models.ForeignKey(Roll, models.PROTECT, related_name="objections")
    unit = models.ForeignKey(
        OwnedUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="房屋"
    )
    text = models.CharField("异议内容", max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    reply = models.CharField("答复", max_length=400, blank=True)
    is_upheld = models.BooleanField("异议成立", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "名册异议"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    reply="",
                    is_upheld__isnull=True,
                    replied_by__isnull=True,
                    replied_at__isnull=True,
                )
                | (
                    ~Q(reply="")
                    & Q(
                        is_upheld__isnull=False,
                        replied_by__isnull=False,
                        replied_at__isnull=False,
                    )
                ),
                name="roll_objection_answered_whole",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="roll_objection_text_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("roll", "unit", "text", "by", "at"),
            ),
            pgtrigger.Protect(
                name="roll_objection_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__replied_at__isnull=False),
            ),
            pgtrigger.Protect(name="roll_objection_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.roll} {self.text[:20]}"

    @property
    def verdict(self) -> str:
        return "异议成立" if self.is_upheld else "不成立"
