from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from complaints.rules.routing import Line, line_for
from complaints.terms import OWN_BODIES, RouteLevel, categories
from compounds.models import STEP, Organization
from compounds.rules import local_day
from compounds.terms import OrganizationKind


class CatalogueQuerySet(models.QuerySet["CatalogueVersion"]):
    def in_force(self, at: datetime) -> CatalogueVersion | None:
        """None before the first one."""
        return self.filter(in_force_at__lte=at).order_by("in_force_at", "pk").last()

    def suggested(
        self, *, category: str, level: str, branch: Organization, at: datetime
    ) -> tuple[CatalogueVersion | None, Organization | None]:
        """The catalogue in force, and the unit that it names; either may be none."""
        version = self.in_force(at)
        if version is None:
            return None, None
        return version, version.unit_for(category=category, level=level, branch=branch)

    def newest_first(self) -> CatalogueQuerySet:
        return self.select_related("by").order_by("-in_force_at", "-pk")


class CatalogueVersion(models.Model):
    """派单目录, dated: a ticket keeps the version by which it was dispatched."""

    in_force_at = models.DateTimeField("生效时间", db_index=True)
    note = models.CharField("说明", max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    written_at = models.DateTimeField("编制时间")
    submission_key = models.UUIDField("提交编号", unique=True, editable=False)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "派单目录"

    def __str__(self) -> str:
        return f"{local_day(self.in_force_at)} 版"

    def get_absolute_url(self) -> str:
        return reverse("complaints:catalogue-version", args=[self.pk])

    def lines(self, **narrowed: str) -> list[Line]:
        found = self.routes.filter(**narrowed).select_related("place")
        return [route.line for route in found]

    def unit_for(self, *, category: str, level: str, branch: Organization) -> Organization | None:
        """The unit that the catalogue names for a compound of this branch; None where it is silent."""
        line = line_for(
            self.lines(category=category), category=category, level=level, path=branch.path
        )
        return unit_of(line, branch) if line else None


def unit_of(line: Line, branch: Organization) -> Organization | None:
    """The unit itself: named, or the compound's own body of that kind."""
    active = Organization.objects.filter(is_active=True)
    if line.unit:
        return active.filter(pk=line.unit).first()
    above = line.unit_kind == OrganizationKind.COMMUNITY
    place = Q(path=branch.path[:-STEP]) if above else Q(path__startswith=branch.path)
    return active.filter(place, kind=line.unit_kind).first()


class Route(models.Model):
    """One line of a version. Written with it and never again: the database refuses."""

    version = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="routes")
    category = models.CharField("类别", max_length=20, choices=categories)
    level = models.CharField("层级", max_length=10, choices=RouteLevel)
    place = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="范围"
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    unit_kind = models.CharField("本小区的", max_length=20, choices=OrganizationKind, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "派单目录条目"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, unit_kind="")
                | Q(unit__isnull=True) & ~Q(unit_kind=""),
                name="route_names_one_unit",
            ),
            models.UniqueConstraint(
                fields=["version", "category", "level", "place"],
                nulls_distinct=False,
                name="route_once_a_place",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="route_is_never_rewritten", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.get_level_display()}"

    @property
    def line(self) -> Line:
        return Line(
            category=self.category,
            level=self.level,
            place=self.place.path if self.place else "",
            unit=self.unit_id,
            unit_kind=self.unit_kind,
        )

    @property
    def unit_name(self) -> str:
        return str(self.unit) if self.unit else OWN_BODIES[self.unit_kind]
