"""月末快照: what was so of each ticket in the month in which a window of its callback closed."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from complaints.models.policies import PolicyVersion
from complaints.models.tickets import Ticket
from complaints.rules.months import ADJUSTED, FIGURES, read_month
from compounds.models import Compound, Organization


class Snapshot(models.Model):
    """One month: drawn again while it runs, frozen when it is over."""

    month = models.DateField("月份", unique=True)
    drawn_at = models.DateTimeField("统计时间")
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT)  # in force at its end

    class Meta:
        verbose_name = verbose_name_plural = "月度统计"
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="snapshot_begins_on_the_first")
        ]
        triggers = [
            pgtrigger.Protect(
                name="snapshot_stays_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthRowQuerySet(models.QuerySet["MonthRow"]):
    def within(self, organization: Organization) -> MonthRowQuerySet:
        return self.filter(compound__in=Compound.objects.within(organization))

    def adjusted(self) -> MonthRowQuerySet:
        """Opened again after their month was over."""
        return self.filter(adjustment__isnull=False)

    def counted_as(self, words: str) -> MonthRowQuerySet:
        """`2026-10-solved`: those behind one figure of one month; none for what is no figure."""
        written, _, figure = words.rpartition("-")
        month = read_month(written)
        rows = self.filter(snapshot__month=month)
        if month is None or figure not in {*FIGURES, ADJUSTED}:
            return self.none()
        return rows.adjusted() if figure == ADJUSTED else rows.filter(**{figure: True})


class MonthRow(models.Model):
    """One ticket in one month. The columns are those of `FIGURES`."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="rows", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="months")
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="+", db_index=False)
    took = models.DurationField("用时", null=True, blank=True)  # from filing to 办结
    is_ended = models.BooleanField("回访结束")
    is_closed = models.BooleanField("办结")
    sign_due = models.BooleanField("应签收")
    signed = models.BooleanField("按时签收")
    contact_due = models.BooleanField("应联系")
    contacted = models.BooleanField("按时联系")
    finish_due = models.BooleanField("应答复")
    finished = models.BooleanField("按时答复")
    answered = models.BooleanField("居民评价")
    solved = models.BooleanField("解决")
    partly = models.BooleanField("部分解决")
    satisfied = models.BooleanField("满意")
    basically = models.BooleanField("基本满意")
    returned = models.BooleanField("退过单")
    redone = models.BooleanField("重办过")
    unreasonable = models.BooleanField("认定不合理")
    shelved = models.BooleanField("月末挂账")

    objects = MonthRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月度统计的工单"
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "ticket"], name="month_row_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="month_row_stays_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("month_id", "bigint")],
                func=pgtrigger.Func(
                    """
                    month_id := CASE TG_OP WHEN 'INSERT' THEN NEW.snapshot_id
                        ELSE OLD.snapshot_id END;
                    IF EXISTS (
                        SELECT 1 FROM complaints_snapshot
                        WHERE id = month_id AND frozen_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'a frozen month is not changed';
                    END IF;
                    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.ticket_id}"


class Adjustment(models.Model):
    """Dated: a ticket that a frozen month counts as 办结 was opened again afterwards."""

    row = models.OneToOneField(MonthRow, models.PROTECT, related_name="adjustment")
    at = models.DateTimeField("重办时间")

    class Meta:
        verbose_name = verbose_name_plural = "冻结后的更正"
        triggers = [
            pgtrigger.Protect(
                name="adjustment_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.row_id}"
