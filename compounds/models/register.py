from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from compounds.models.places import Compound


class UnitRow(NamedTuple):
    """A unit as the sheet has it: `area` in 0.01 ㎡, `use` and `basis` as stored."""

    building: str
    entrance: str
    floor: int
    room: str
    use: str
    area: int
    basis: str


class RegisterImportQuerySet(models.QuerySet["RegisterImport"]):
    def applied(self) -> RegisterImportQuerySet:
        """The latest first, without their rows."""
        return self.filter(applied_at__isnull=False).order_by("-applied_at").defer("rows")


class RegisterImport(models.Model):
    """房屋登记表: a sheet as it was uploaded and read, waiting to be applied, once.

    `rows` are {"row", "cells", "unit", "errors"}: the number in the sheet, the seven cells as
    text, the unit read from them (or null) and [column, reason] of each error.
    """

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="register_imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")
    rows = models.JSONField("各行", default=list)
    errors_count = models.PositiveIntegerField("错误行数", default=0)
    submission_key = models.UUIDField(unique=True, editable=False)
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)

    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "房屋登记导入"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(errors_count=0),
                name="register_import_applied_without_errors",
            )
        ]

    def __str__(self) -> str:
        return f"{self.compound} {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("compounds:register-import", args=[self.compound.code, self.pk])

    @property
    def units(self) -> list[UnitRow]:
        """What each good row says."""
        return [UnitRow(*row["unit"]) for row in self.rows if row["unit"]]

    @property
    def bad_rows(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["errors"]]
