from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from compounds.models.organizations import Organization
from compounds.terms import AreaBasis, Management, OrganizationKind, ResidencyKind, UnitUse

TOKEN_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token() -> str:
    return "".join(secrets.choice(TOKEN_LETTERS) for _ in range(10))


class CompoundQuerySet(models.QuerySet["Compound"]):
    def within(self, organization: Organization) -> CompoundQuerySet:
        return self.filter(branch__path__startswith=organization.path)

    def within_paths(self, paths: Iterable[str]) -> CompoundQuerySet:
        """Those of several subtrees of the organisations; no path is none."""
        reach = Q(pk__in=[])
        for path in paths:
            reach |= Q(branch__path__startswith=path)
        return self.filter(reach)

    def named(self, words: str) -> CompoundQuerySet:
        """By a part of the name or the code; nothing sought is all of them."""
        return self.filter(Q(name__icontains=words) | Q(code__iexact=words)) if words else self

    def counted(self) -> CompoundQuerySet:
        """With `buildings_count`."""
        return self.annotate(buildings_count=Count("buildings"))

    def for_list(self) -> CompoundQuerySet:
        return self.select_related("branch").order_by("code")


class Compound(models.Model):
    """小区: a residential compound; its branch (小区党支部) hangs it into the tree."""

    code = models.CharField("编号", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40)
    branch = models.OneToOneField(
        Organization,
        models.PROTECT,
        verbose_name="小区党支部",
        limit_choices_to={"kind": OrganizationKind.BRANCH},
        related_name="compound",
    )
    address = models.CharField("地址", max_length=120, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    households = models.PositiveIntegerField("户数", default=0)
    management = models.CharField(
        "管理方式", max_length=12, choices=Management, default=Management.COMPANY
    )

    objects = CompoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "小区"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("compounds:compound", args=[self.code])

    def register_rows(self) -> list[list[str]]:
        """房屋登记表: a row of text for each unit, in the order of REGISTER_COLUMNS."""
        units = OwnedUnit.objects.filter(entrance__building__compound=self)
        return [
            [
                unit.entrance.building.name,
                unit.entrance.name,
                str(unit.floor),
                unit.room,
                unit.get_use_display(),
                f"{unit.exclusive_area // 100}.{unit.exclusive_area % 100:02}",
                unit.get_area_basis_display(),
            ]
            for unit in units.select_related("entrance__building").order_by(
                "entrance__building__position", "entrance__position", "floor", "room"
            )
        ]


class BuildingQuerySet(models.QuerySet["Building"]):
    def counted(self) -> BuildingQuerySet:
        """With `entrances_count` and `units_count`, and the group."""
        return (
            self.select_related("group")
            .annotate(
                entrances_count=Count("entrances", distinct=True),
                units_count=Count("entrances__units"),
            )
            .order_by("position", "name")
        )


class Building(models.Model):
    """楼栋, in the care of one party group (楼栋党小组)."""

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="buildings")
    name = models.CharField("楼栋", max_length=20)
    position = models.PositiveSmallIntegerField("排列", default=0)
    group = models.ForeignKey(
        Organization,
        models.PROTECT,
        verbose_name="楼栋党小组",
        null=True,
        blank=True,
        related_name="buildings",
    )

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "楼栋"
        ordering = ["compound", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["compound", "name"], name="building_once_a_compound")
        ]

    def __str__(self) -> str:
        return self.name


class EntranceQuerySet(models.QuerySet["Entrance"]):
    def of_compound(self, compound: Compound) -> EntranceQuerySet:
        return (
            self.filter(building__compound=compound)
            .select_related("building")
            .order_by("building__position", "building__name", "position", "name")
        )


class Entrance(models.Model):
    """单元: a stairwell. Its token is printed as a QR code beside the door."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="entrances")
    name = models.CharField("单元", max_length=20)
    position = models.PositiveSmallIntegerField("排列", default=0)
    token = models.CharField("扫码编号", max_length=12, unique=True)

    objects = EntranceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单元"
        ordering = ["building", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["building", "name"], name="entrance_once_a_building")
        ]

    def __str__(self) -> str:
        return f"{self.building.name}{self.name}"


class OwnedUnit(models.Model):
    """专有部分: what one title covers. Areas are whole hundredths of a square metre."""

    entrance = models.ForeignKey(Entrance, models.PROTECT, related_name="units")
    floor = models.SmallIntegerField("楼层")
    room = models.CharField("房号", max_length=12)
    use = models.CharField("用途", max_length=10, choices=UnitUse, default=UnitUse.DWELLING)
    exclusive_area = models.PositiveIntegerField("专有面积（0.01 ㎡）")
    area_basis = models.CharField(
        "面积来源", max_length=10, choices=AreaBasis, default=AreaBasis.REGISTER
    )

    class Meta:
        verbose_name = verbose_name_plural = "专有部分"
        ordering = ["entrance", "floor", "room"]
        constraints = [
            models.UniqueConstraint(fields=["entrance", "room"], name="unit_once_an_entrance"),
            models.CheckConstraint(condition=Q(exclusive_area__gt=0), name="unit_has_area"),
        ]

    def __str__(self) -> str:
        return f"{self.entrance}{self.room}"


class Ownership(models.Model):
    """产权份额: a person's or the developer's title to a unit, from one day to another."""

    unit = models.ForeignKey(OwnedUnit, models.PROTECT, related_name="ownerships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="ownerships"
    )
    developer = models.CharField("开发建设单位", max_length=60, blank=True)
    is_voter = models.BooleanField("行使表决权", default=True)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "产权份额"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, developer="")
                | Q(person__isnull=True) & ~Q(developer=""),
                name="ownership_of_person_or_developer",
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="ownership_runs_forward",
            ),
            # Co-owners designate one voter (建房[2009]274号).
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(to_on__isnull=True, is_voter=True),
                name="ownership_one_voter_a_unit",
            ),
            models.UniqueConstraint(
                fields=["unit", "person"],
                condition=Q(to_on__isnull=True),
                name="ownership_once_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.person or self.developer}"


class Residency(models.Model):
    """居住: who lives in a unit; a resident need not own it."""

    unit = models.ForeignKey(OwnedUnit, models.PROTECT, related_name="residencies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="residencies")
    kind = models.CharField("身份", max_length=10, choices=ResidencyKind)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "居住"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="residency_runs_forward",
            ),
            models.UniqueConstraint(
                fields=["unit", "person"],
                condition=Q(to_on__isnull=True),
                name="residency_once_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.person}"
