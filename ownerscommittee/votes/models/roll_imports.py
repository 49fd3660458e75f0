from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from compounds.models import Building, Compound, EncryptedTextField, Entrance
from ownerscommittee.votes.models.rolls import Roll
from ownerscommittee.votes.terms import Scope


class SheetLine(NamedTuple):
    """One owner of one unit, as the sheet has it: `area` in 0.01 ㎡, both blank by the register."""

    building: str
    entrance: str
    room: str
    name: str
    phone: str
    share: str
    is_voter: bool | None
    is_developer: bool
    area: int | None
    basis: str

    @property
    def unit(self) -> tuple[str, str, str]:
        return self.building, self.entrance, self.room


class RollImport(models.Model):
    """名册表: an owners' roll as it was uploaded, waiting to become a roll, once.

    `sheet` holds {"row", "cells", "line", "errors"} of each row, encrypted because of the names;
    it is emptied when the roll stands.
    """

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="roll_imports")
    scope = models.CharField("范围", max_length=10, choices=Scope, default=Scope.COMPOUND)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="+")
    cut_off_on = models.DateField("截止日")
    sheet = EncryptedTextField("各行", blank=True)
    errors_count = models.PositiveIntegerField("错误行数", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")
    submission_key = models.UUIDField(unique=True, editable=False)
    roll = models.OneToOneField(
        Roll, models.PROTECT, null=True, blank=True, related_name="roll_import"
    )

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(roll__isnull=True) & ~Q(sheet="")
                | Q(roll__isnull=False, errors_count=0, sheet=""),
                name="roll_import_becomes_a_roll_without_errors",
            )
        ]

    def __str__(self) -> str:
        return f"{self.compound} {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("votes:roll-import-check", args=[self.compound.code, self.pk])

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.sheet) if self.sheet else []
        return rows
