from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.urls import reverse

from compounds.models import Building, Compound, EncryptedTextField, Entrance, OwnedUnit
from compounds.terms import AreaBasis
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.votes.rules.titles import COUNTED_USES
from ownerscommittee.votes.terms import ROLL_TONES, RollStage, Scope


class RollQuerySet(models.QuerySet["Roll"]):
    def frozen(self) -> RollQuerySet:
        return self.filter(frozen_at__isnull=False)

    def for_list(self) -> RollQuerySet:
        return self.select_related(
            "compound", "building", "entrance__building", "profile"
        ).order_by("-pk")


class Roll(models.Model):
    """业主名册: who votes and with what weight, posted, objected to, frozen at the cut-off.

    `heads` and `area` (0.01 ㎡) are the denominators of every fraction. From the freeze on they
    are the sums of its rights, which then change by a recorded correction alone; from `locked_at`,
    when the first vote on it opens, not at all. `sha256` is of the rights as published.
    """

    compound = models.ForeignKey(Compound, models.PROTECT, related_name="rolls")
    scope = models.CharField("范围", max_length=10, choices=Scope, default=Scope.COMPOUND)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="楼栋"
    )
    entrance = models.ForeignKey(
        Entrance, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单元"
    )
    cut_off_on = models.DateField("截止日")
    profile = models.ForeignKey(LocalityProfile, models.PROTECT, related_name="+")
    bylaws = models.ForeignKey(Bylaws, models.PROTECT, null=True, blank=True, related_name="+")
    heads = models.PositiveIntegerField("业主人数", default=0)
    area = models.PositiveBigIntegerField("专有面积（0.01 ㎡）", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("编制时间")
    posted_at = models.DateTimeField("公示时间", null=True, blank=True)
    posted_until = models.DateField("公示截止日", null=True, blank=True)
    frozen_at = models.DateTimeField("确定时间", null=True, blank=True)
    locked_at = models.DateTimeField("启用时间", null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = RollQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "业主名册"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=Scope.BUILDING, building__isnull=False, entrance__isnull=True)
                | Q(scope=Scope.ENTRANCE, building__isnull=True, entrance__isnull=False)
                | Q(
                    scope__in=[Scope.COMPOUND, Scope.UNITS],
                    building__isnull=True,
                    entrance__isnull=True,
                ),
                name="roll_scope_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True, posted_until__isnull=True)
                | Q(posted_at__isnull=False, posted_until__isnull=False),
                name="roll_posted_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, sha256="")
                | (Q(frozen_at__isnull=False, posted_at__isnull=False) & ~Q(sha256="")),
                name="roll_frozen_was_posted_and_hashed",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(frozen_at__isnull=False),
                name="roll_locked_is_frozen",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="roll_frozen_adds_up",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("rights", "RECORD"), ("units", "BIGINT")],
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.frozen_at IS NOT NULL AND
                       (NEW.frozen_at, NEW.compound_id, NEW.scope, NEW.cut_off_on, NEW.posted_at)
                       IS DISTINCT FROM
                       (OLD.frozen_at, OLD.compound_id, OLD.scope, OLD.cut_off_on, OLD.posted_at)
                    THEN RAISE EXCEPTION 'roll % is frozen', NEW.id
                               USING ERRCODE = 'check_violation', CONSTRAINT = 'roll_is_frozen';
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.locked_at IS NOT NULL AND
                       (NEW.locked_at, NEW.heads, NEW.area, NEW.sha256)
                       IS DISTINCT FROM (OLD.locked_at, OLD.heads, OLD.area, OLD.sha256)
                    THEN RAISE EXCEPTION 'roll % is in use', NEW.id
                               USING ERRCODE = 'check_violation', CONSTRAINT = 'roll_is_locked';
                    END IF;
                    IF NEW.frozen_at IS NULL THEN RETURN NEW; END IF;
                    SELECT coalesce(sum(heads), 0) AS heads, coalesce(sum(area), 0) AS area
                      INTO rights FROM votes_votingright
                     WHERE roll_id = NEW.id AND NOT is_struck;
                    SELECT coalesce(sum(area), 0) INTO units FROM votes_rightunit
                     WHERE roll_id = NEW.id AND NOT is_struck;
                    IF (NEW.heads, NEW.area, NEW.area) IS DISTINCT FROM
                       (rights.heads::int, rights.area::bigint, units) THEN
                        RAISE EXCEPTION 'roll % does not add up', NEW.id
                              USING ERRCODE = 'check_violation', CONSTRAINT = 'roll_adds_up';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="roll_frozen_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compound}{self.where} {self.cut_off_on:%Y-%m-%d} 业主名册"

    def get_absolute_url(self) -> str:
        return reverse("votes:roll", args=[self.compound.code, self.pk])

    @property
    def posted_url(self) -> str:
        return reverse("votes:roll-posted", args=[self.compound.code, self.pk])

    @property
    def stage(self) -> RollStage:
        if self.locked_at:
            return RollStage.LOCKED
        if self.frozen_at:
            return RollStage.FROZEN
        return RollStage.POSTED if self.posted_at else RollStage.DRAWN

    @property
    def tone(self) -> str:
        return ROLL_TONES[self.stage]

    @property
    def is_open_to_objections(self) -> bool:
        return self.stage == RollStage.POSTED

    @property
    def may_be_corrected(self) -> bool:
        return self.stage in (RollStage.POSTED, RollStage.FROZEN)

    def units_of_its_place(self) -> models.QuerySet[OwnedUnit]:
        """Every unit of the part of the compound that the roll is about, on it or not."""
        units = OwnedUnit.objects.filter(entrance__building__compound=self.compound_id)
        if self.entrance_id:
            units = units.filter(entrance=self.entrance_id)
        if self.building_id:
            units = units.filter(entrance__building=self.building_id)
        return units.select_related("entrance__building")

    def units_that_count(self) -> models.QuerySet[OwnedUnit]:
        """Of these, by their use: dwellings and shops, others by the bylaws alone (rule 8)."""
        return self.units_of_its_place().filter(use__in=[*COUNTED_USES, *self.also_counted])

    @property
    def also_counted(self) -> list[str]:
        return self.bylaws.counted_uses if self.bylaws else []

    def units_left_out(self) -> models.QuerySet[OwnedUnit]:
        on_it = self.units.filter(is_struck=False).values("unit")
        return self.units_that_count().exclude(pk__in=on_it)

    @property
    def register_area(self) -> int:
        """What the register has for the same place: another denominator is another result."""
        if self.scope == Scope.UNITS:
            return self.area
        return self.units_that_count().aggregate(area=Sum("exclusive_area"))["area"] or 0

    @property
    def corrections_until(self) -> date | None:
        """The last day on which a correction is still posted."""
        return self.corrections.aggregate(until=Max("posted_until"))["until"]

    @property
    def where(self) -> str:
        """Of which part of the compound; empty for all of it."""
        if self.scope == Scope.UNITS:
            return "指定房屋"
        return str(self.entrance or self.building or "")


class RollCorrection(models.Model):
    """更正: what was changed on a frozen roll, by whom and why. Written once, posted again."""

    roll = models.ForeignKey(Roll, models.PROTECT, related_name="corrections")
    reason = models.CharField("更正理由", max_length=200)
    before = models.JSONField("更正前", default=list)
    after = models.JSONField("更正后", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("更正时间")
    posted_until = models.DateField("重新公示截止日")
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "名册更正"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="roll_correction_says_why")
        ]
        triggers = [
            pgtrigger.Protect(
                name="roll_correction_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.roll} {self.reason}"

    @property
    def words(self) -> str:
        """房屋 1栋1单元101，面积 90.01 ㎡ → …, without a name."""
        was, becomes = (_said(lines) for lines in (self.before, self.after))
        if was and becomes:
            return f"{was} 更正为 {becomes}"
        return f"补登 {becomes}" if becomes else f"划去 {was}"


def _said(lines: list[dict[str, object]]) -> str:
    return "；".join("，".join(f"{name} {value}" for name, value in line.items()) for line in lines)


def _frozen_but_for_corrections(name: str) -> pgtrigger.Trigger:
    """For a table with `roll`, `correction`: after the freeze each write names a new correction.

    The roll's row is locked in share mode, so that nothing slips in beside the freeze.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("its_roll", "RECORD"), ("roll", "BIGINT")],
        func="""
            roll := CASE TG_OP WHEN 'DELETE' THEN OLD.roll_id ELSE NEW.roll_id END;
            SELECT frozen_at, locked_at INTO its_roll FROM votes_roll
             WHERE id = roll FOR SHARE;
            IF its_roll.frozen_at IS NULL THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'DELETE' OR its_roll.locked_at IS NOT NULL
               OR NEW.correction_id IS NULL
               OR (TG_OP = 'UPDATE' AND NEW.correction_id IS NOT DISTINCT FROM OLD.correction_id)
               OR NOT EXISTS (SELECT FROM votes_rollcorrection
                               WHERE id = NEW.correction_id AND roll_id = roll) THEN
                RAISE EXCEPTION 'roll % is frozen', roll
                      USING ERRCODE = 'check_violation', CONSTRAINT = 'roll_is_frozen';
            END IF;
            RETURN NEW;
        """,
    )


class VotingRightQuerySet(models.QuerySet["VotingRight"]):
    def counted(self) -> VotingRightQuerySet:
        """Those that a correction has not struck off."""
        return self.filter(is_struck=False)

    def for_list(self) -> VotingRightQuerySet:
        """By number, with the units for `rooms`: three queries."""
        units = RightUnit.objects.filter(is_struck=False).select_related("unit__entrance__building")
        return self.order_by("number").prefetch_related(models.Prefetch("units", units))

    def after(self, number: int) -> VotingRightQuerySet:
        """The next page: those behind this number of the roll."""
        return self.filter(number__gt=number)

    def of_keys(self, keys: list[int]) -> VotingRightQuerySet:
        return self.filter(pk__in=keys)

    def of_person(self, person: models.Model) -> VotingRightQuerySet:
        """What the person may cast: named as the voter, or found by the telephone on the roll."""
        phone_key = getattr(person, "phone_key", "")
        return self.counted().filter(
            Q(voter=person) | Q(voter__isnull=True, phone_key=phone_key) & ~Q(phone_key="")
        )

    def sharing_a_voter(self) -> list[list[int]]:
        """The numbers for which one person votes, for instance alone and as a co-owner."""
        voters = self.counted().filter(voter__isnull=False).order_by().values("voter")
        shared = voters.annotate(lines=Count("pk")).filter(lines__gt=1)
        numbers = shared.annotate(numbers=ArrayAgg("number", order_by="number"))
        return sorted(numbers.values_list("numbers", flat=True))


class VotingRight(models.Model):
    """表决权: one line of a roll. All units of one owner are one line and one head (art. 9).

    `voter` is whoever casts it by account: the owner, of co-owners the designated one, of a
    developer whoever acts for it. `name` is what the register says, `building` and `entrance`
    those of its first unit, for work-lists.
    """

    roll = models.ForeignKey(Roll, models.CASCADE, related_name="rights", db_index=False)
    number = models.PositiveIntegerField("序号")
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_rights",
        verbose_name="行使表决权人",
    )
    name = EncryptedTextField("业主")
    phone = EncryptedTextField("手机号", blank=True)
    phone_key = models.CharField("手机号索引", max_length=64, blank=True, editable=False)
    is_developer = models.BooleanField("开发建设单位", default=False)
    heads = models.PositiveSmallIntegerField("人数", default=1)
    area = models.PositiveBigIntegerField("专有面积（0.01 ㎡）")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="+")
    is_struck = models.BooleanField("已划去", default=False)
    correction = models.ForeignKey(
        RollCorrection, models.PROTECT, null=True, blank=True, related_name="rights"
    )

    objects = VotingRightQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表决权"
        ordering = ["roll", "number"]
        constraints = [
            models.UniqueConstraint(fields=["roll", "number"], name="right_numbered_once_a_roll"),
            models.CheckConstraint(condition=Q(heads__lte=1), name="right_is_one_head_at_most"),
            models.CheckConstraint(
                condition=Q(area__gt=0) | Q(is_struck=True), name="right_has_area"
            ),
        ]
        indexes = [
            models.Index(
                fields=["phone_key"],
                condition=Q(voter__isnull=True) & ~Q(phone_key=""),
                name="right_without_account",
            )
        ]
        triggers = [_frozen_but_for_corrections("right_changes_by_correction")]

    def __str__(self) -> str:
        return f"{self.roll} 第 {self.number} 号"

    def standing_units(self) -> models.QuerySet[RightUnit]:
        lines = self.units.filter(is_struck=False)
        return lines.select_related("unit__entrance__building", "roll", "right")

    @property
    def rooms(self) -> str:
        """1栋1单元101、1栋1单元102; needs for_list()."""
        return "、".join(str(line.unit) for line in self.units.all())


class RightUnit(models.Model):
    """A unit of a voting right, with the area and its source as the roll counts them."""

    roll = models.ForeignKey(Roll, models.CASCADE, related_name="units", db_index=False)
    right = models.ForeignKey(VotingRight, models.CASCADE, related_name="units")
    unit = models.ForeignKey(OwnedUnit, models.PROTECT, related_name="+")
    area = models.PositiveIntegerField("专有面积（0.01 ㎡）")
    area_basis = models.CharField("面积来源", max_length=10, choices=AreaBasis)
    is_struck = models.BooleanField("已划去", default=False)
    correction = models.ForeignKey(
        RollCorrection, models.PROTECT, null=True, blank=True, related_name="units"
    )

    class Meta:
        verbose_name = verbose_name_plural = "名册房屋"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["roll", "unit"],
                condition=Q(is_struck=False),
                name="right_unit_once_a_roll",
            ),
            models.CheckConstraint(condition=Q(area__gt=0), name="right_unit_has_area"),
        ]
        triggers = [_frozen_but_for_corrections("right_unit_changes_by_correction")]

    def __str__(self) -> str:
        return f"{self.unit}"
