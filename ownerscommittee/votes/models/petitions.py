from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from compounds.models import Compound
from ownerscommittee.votes.models.conditions import changed
from ownerscommittee.votes.models.rolls import Roll, VotingRight


class PetitionQuerySet(models.QuerySet["Petition"]):
    def for_list(self) -> PetitionQuerySet:
        return self.select_related("compound__branch", "roll__profile").order_by("-pk")


class Petition(models.Model):
    """联名提议: so many owners ask for a temporary meeting that the convener must call it."""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="petitions")
    roll = models.ForeignKey(Roll, models.PROTECT, related_name="petitions")
    title = models.CharField("提议讨论什么", max_length=60)
    text = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("发起时间")
    reached_at = models.DateTimeField("达到比例", null=True, blank=True)
    convene_due_at = models.DateTimeField("召集期限", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联名提议"
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(
                name="petition_stays_as_signed",
                operation=pgtrigger.Update,
                condition=changed("compound_id", "roll_id", "title", "text", "by_id", "at"),
            ),
            pgtrigger.Protect(name="petition_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/petitions/{self.pk}/"


class PetitionSignature(models.Model):
    """联名: one right signs once."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="signatures")
    right = models.ForeignKey(VotingRight, models.PROTECT, related_name="signatures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("联名时间")

    class Meta:
        verbose_name = verbose_name_plural = "联名"
        constraints = [
            models.UniqueConstraint(fields=["petition", "right"], name="petition_signed_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="signature_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.petition} {self.right_id}"
