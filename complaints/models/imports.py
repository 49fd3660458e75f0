from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.urls import reverse

from compounds.models import EncryptedTextField

KEPT_FOR = timedelta(days=7)


class ImportRow(NamedTuple):
    """A matter as a sheet has it; `compound` by its code, `platform` as stored."""

    platform: str
    number: str
    compound: str
    text: str
    place: str
    name: str
    phone: str


class TicketImportQuerySet(models.QuerySet["TicketImport"]):
    def stale(self, at: datetime) -> TicketImportQuerySet:
        return self.filter(at__lt=at - KEPT_FOR)


class TicketImport(models.Model):
    """A sheet of another platform's matters as it was read, waiting to be confirmed.

    `content` is a list of {"row", "cells", "matter", "errors"}: the number in the sheet, the
    cells as text, the ImportRow read from them (or null) and [column, reason] of each error.
    It names residents, so it is encrypted, and gone after a week.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", db_index=True)
    content = EncryptedTextField("各行", default="[]")
    errors_count = models.PositiveIntegerField("错误行数", default=0)
    submission_key = models.UUIDField(unique=True, editable=False)

    objects = TicketImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工单导入"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("complaints:import-look", args=[self.pk])

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.content)
        return rows

    @property
    def matters(self) -> list[ImportRow]:
        """What each good row says."""
        return [ImportRow(*row["matter"]) for row in self.rows if row["matter"]]
