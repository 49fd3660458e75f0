from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from complaints.rules.limits import Policy, complete
from compounds.models import Compound, Organization
from compounds.rules import local_day
from compounds.terms import OrganizationKind


class PolicyQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, at: datetime) -> PolicyVersion:
        return self.filter(in_force_at__lte=at).latest("in_force_at", "pk")

    def newest_first(self) -> PolicyQuerySet:
        return self.select_related("by").order_by("-in_force_at", "-pk")


class PolicyVersion(models.Model):
    """期限与升级规则, dated: a ticket keeps the version in force when it was dispatched."""

    in_force_at = models.DateTimeField("生效时间")
    terms = models.JSONField("规则", default=dict)
    note = models.CharField("说明", max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    submission_key = models.UUIDField("提交编号", null=True, unique=True, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "期限与升级规则"

    def __str__(self) -> str:
        return f"{local_day(self.in_force_at)} {self.note}"

    def get_absolute_url(self) -> str:
        return reverse("complaints:policy-version", args=[self.pk])

    @property
    def policy(self) -> Policy:
        """Its own terms, and for what it leaves unsaid the defaults."""
        return Policy(complete(self.terms))


class PairingQuerySet(models.QuerySet["Pairing"]):
    def active(self, at: datetime) -> PairingQuerySet:
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), started_at__lte=at)


class Pairing(models.Model):
    """结对包建: one department stands by one compound, from–to; it coordinates, never leads."""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="pairings")
    department = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="pairings",
        limit_choices_to={"kind": OrganizationKind.DEPARTMENT},
    )
    started_at = models.DateTimeField("起")
    ended_at = models.DateTimeField("止", null=True, blank=True)

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "结对包建"
        constraints = [
            models.UniqueConstraint(
                fields=["compound"],
                condition=Q(ended_at__isnull=True),
                name="pairing_one_department_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="pairing_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compound} — {self.department}"
