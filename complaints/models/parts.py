"""拆分: which tickets were one report."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from complaints.models.tickets import Ticket


class Part(models.Model):
    """One matter that was told together with others, and became a ticket of its own."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="part")
    whole = models.ForeignKey(
        Ticket, models.PROTECT, verbose_name="原件", related_name="parts"
    )  # as reported; it keeps the first matter, its number and its history
    at = models.DateTimeField("拆分时间")
    submission_key = models.UUIDField("提交编号")
    position = models.PositiveSmallIntegerField("第几件")

    class Meta:
        verbose_name = verbose_name_plural = "拆分"
        constraints = [
            models.UniqueConstraint(fields=["submission_key", "position"], name="part_split_once"),
            models.CheckConstraint(condition=~Q(ticket=F("whole")), name="part_not_of_itself"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="part_stays_what_it_is", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            # A part of a part is one more part of the whole.
            pgtrigger.Trigger(
                name="parts_make_no_chain",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=pgtrigger.Func(
                    """
                    IF EXISTS (
                        SELECT 1 FROM {meta.db_table}
                        WHERE ticket_id = NEW.whole_id OR whole_id = NEW.ticket_id
                    ) THEN
                        RAISE EXCEPTION 'what was split is one report, and its parts are no chain';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.code}（{self.whole.code}）"


def whole_of(ticket: Ticket) -> Ticket:
    """The report that a ticket was told in; most are their own."""
    part = Part.objects.filter(ticket=ticket).select_related("whole").first()
    return part.whole if part else ticket
