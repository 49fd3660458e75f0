"""What a unit asks for while a ticket is in its hands: to be let off, more time, the shelf."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from complaints.models.tickets import Ticket
from complaints.terms import ObjectionReason, Outcome, ShelvingReason
from compounds.models import Organization


class UnitRequest(models.Model):
    """A request, who made it, and what was answered; one of a kind waits on a ticket at a time."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="%(class)ss")
    unit = models.ForeignKey(
        Organization, models.PROTECT, verbose_name="申请单位", related_name="%(class)ss"
    )
    text = models.TextField("说明")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="%(class)ss"
    )
    asked_at = models.DateTimeField("申请时间")
    outcome = models.CharField("结果", max_length=8, choices=Outcome, default=Outcome.ASKED)
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField("答复", blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(outcome=Outcome.ASKED),
                name="%(class)s_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ASKED, decided_at__isnull=True)
                | ~Q(outcome=Outcome.ASKED) & Q(decided_at__isnull=False),
                name="%(class)s_decided_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_outcome_display()}"

    @property
    def in_words(self) -> str:
        return self.text


class Objection(UnitRequest):
    """退单: the unit says that the matter is not its own, why, and whose it may be."""

    reason = models.CharField("原因", max_length=12, choices=ObjectionReason)
    suggested = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="建议单位",
        related_name="+",
    )
    is_for_ruling = models.BooleanField("请求裁定", default=False)  # it was returned too often

    class Meta(UnitRequest.Meta):
        verbose_name = verbose_name_plural = "退单申请"
        # The figures of a unit's returns are counted by it.
        indexes = [models.Index(fields=["unit", "outcome"], name="objection_of_unit")]

    @property
    def in_words(self) -> str:
        """职责不符：……（建议由住房城乡建委办）"""
        suggestion = f"（建议由{self.suggested}办）" if self.suggested else ""
        return f"{self.get_reason_display()}：{self.text}{suggestion}"


class Extension(UnitRequest):
    """延期: the unit asks for a later end, once, before the end."""

    until_on = models.DateField("新的日期")

    class Meta(UnitRequest.Meta):
        verbose_name = verbose_name_plural = "延期申请"

    @property
    def in_words(self) -> str:
        """延到 2026-05-22：……"""
        return f"延到 {self.until_on:%Y-%m-%d}：{self.text}"


class Shelving(UnitRequest):
    """挂账: nothing can be done for now; who keeps it in mind, and when it is looked at again."""

    reason = models.CharField("原因", max_length=12, choices=ShelvingReason)
    keeper = models.ForeignKey(
        Organization, models.PROTECT, verbose_name="责任单位", related_name="kept_shelvings"
    )
    review_on = models.DateField("复核日期")

    class Meta(UnitRequest.Meta):
        verbose_name = verbose_name_plural = "挂账"

    @property
    def in_words(self) -> str:
        """资金：……（责任单位：……；复核：2026-08-01）"""
        words = f"{self.get_reason_display()}：{self.text}"
        return f"{words}（责任单位：{self.keeper}；复核：{self.review_on:%Y-%m-%d}）"
