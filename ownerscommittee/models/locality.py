from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from compounds.models import Compound
from ownerscommittee.rules.locality import Sourced, bylaw_term, local_number
from ownerscommittee.terms import BylawTerm, LocalNumber


def _append_only(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class LocalityProfileQuerySet(models.QuerySet["LocalityProfile"]):
    def in_force(self, on: date) -> LocalityProfile:
        """The one of that day; before the first there is no other than the first."""
        current = self.filter(in_force_on__lte=on).order_by("in_force_on", "pk").last()
        return current or self.earliest("in_force_on", "pk")


class LocalityProfile(models.Model):
    """地方规定: the locality's numbers, dated, each with the text it was read from.

    `numbers` is {name of LocalNumber: {"value", "article", "text"}}. A number without an article
    is unverified and reads 待核. A version is never edited; a better one is added.
    """

    region = models.CharField("地区", max_length=40)
    in_force_on = models.DateField("施行日期")
    numbers = models.JSONField("规定", default=dict)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField("录入时间")
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = LocalityProfileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地方规定"
        ordering = ["-in_force_on", "-pk"]
        triggers = [_append_only("locality_profile_is_append_only")]

    def __str__(self) -> str:
        return f"{self.region} {self.in_force_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("votes:locality-version", args=[self.pk])

    def number(self, name: str) -> Sourced:
        return local_number(self.numbers, name)

    @property
    def unverified(self) -> list[LocalNumber]:
        """Which numbers still wait for their article."""
        return [name for name in LocalNumber if not self.number(name).is_verified]


class BylawsQuerySet(models.QuerySet["Bylaws"]):
    def in_force(self, compound: Compound, on: date) -> Bylaws:
        """Those of that day; a compound without any has the usual terms (an unsaved row)."""
        own = self.filter(compound=compound, in_force_on__lte=on)
        found = own.order_by("in_force_on", "pk").last()
        return found or Bylaws(compound=compound, in_force_on=on, terms={})


class Bylaws(models.Model):
    """议事规则 as the compound adopted them, dated; each term with the text of its clause.

    `terms` is {name of BylawTerm: {"value", "article", "text"}}; what it leaves unsaid is usual.
    """

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="bylaws")
    in_force_on = models.DateField("生效日期")
    terms = models.JSONField("约定", default=dict)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField("录入时间")
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = BylawsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "议事规则"
        ordering = ["compound", "-in_force_on", "-pk"]
        triggers = [_append_only("bylaws_are_append_only")]

    def __str__(self) -> str:
        return f"{self.compound} {self.in_force_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("votes:bylaws-version", args=[self.compound.code, self.pk])

    def term(self, name: str) -> Sourced:
        return bylaw_term(self.terms, name)

    @property
    def counted_uses(self) -> list[str]:
        """UnitUse values besides dwellings and shops that count (rule 8)."""
        asked = {"parking": BylawTerm.COUNT_PARKING, "storage": BylawTerm.COUNT_STORAGE}
        return [use for use, name in asked.items() if self.term(name).value]
