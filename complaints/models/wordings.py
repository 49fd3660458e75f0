from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from complaints.models.tickets import Ticket
from complaints.terms import categories
from compounds.models import Organization


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def fitting(self, ticket: Ticket) -> CannedReplyQuerySet:
        """Those of the unit that leads and of the district, for this category or for any."""
        kept = self.filter(Q(organization=ticket.lead_id) | Q(organization=None))
        return kept.filter(category__in=["", ticket.category]).for_list()

    def for_list(self) -> CannedReplyQuerySet:
        return self.select_related("organization").order_by("organization", "category", "title")


class CannedReply(models.Model):
    """常用答复: of one unit, or of the district for all."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, verbose_name="哪个单位用"
    )
    category = models.CharField("类别", max_length=20, choices=categories, blank=True)
    title = models.CharField("名称", max_length=30)
    text = models.TextField("内容")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField("修改时间")
    submission_key = models.UUIDField("提交编号", unique=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用答复"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "title"],
                name="canned_reply_named_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("complaints:canned-reply", args=[self.pk])
