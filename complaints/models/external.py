from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models.tickets import Ticket
from complaints.terms import Platform


class ExternalNumber(models.Model):
    """外部编号: what another platform calls this matter. One number is one matter."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="numbers")
    platform = models.CharField("平台", max_length=20, choices=Platform)
    number = models.CharField("编号", max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "外部编号"
        constraints = [
            models.UniqueConstraint(
                fields=["number", "platform"], name="external_number_of_one_ticket"
            ),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[A-Z0-9][A-Z0-9\-_/]{3,39}$"),
                name="external_number_is_written_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.number}"
