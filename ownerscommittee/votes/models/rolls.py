from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from compounds.models import Building, Compound, EncryptedTextField, Entrance, OwnedUnit
from compounds.terms import AreaBasis
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.votes.terms import Scope


class RollQuerySet(models.QuerySet["Roll"]):
    def frozen(self) -> RollQuerySet:
        return self.filter(frozen_at__isnull=False)

    def for_list(self) -> RollQuerySet:
        return self.select_related("compound", "building", "entrance__building").order_by("-pk")


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

    def of_person(self, person: models.Model) -> VotingRightQuerySet:
        """What the person may cast: named as the voter, or found by the telephone on the roll."""
        phone_key = getattr(person, "phone_key", "")
        return self.counted().filter(
            Q(voter=person) | Q(voter__isnull=True, phone_key=phone_key) & ~Q(phone_key="")
        )


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


class RollObjection(models.Model):
    """名册异议: said during the posting, answered before the freeze."""

    roll = models.ForeignKey(Roll, models.PROTECT, related_name="objections")
    unit = models.ForeignKey(
        OwnedUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="房屋"
    )
    text = models.CharField("异议内容", max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("提出时间")
    reply = models.CharField("答复", max_length=400, blank=True)
    is_upheld = models.BooleanField("异议成立", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "名册异议"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    reply="",
                    is_upheld__isnull=True,
                    replied_by__isnull=True,
                    replied_at__isnull=True,
                )
                | (
                    ~Q(reply="")
                    & Q(
                        is_upheld__isnull=False,
                        replied_by__isnull=False,
                        replied_at__isnull=False,
                    )
                ),
                name="roll_objection_answered_whole",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="roll_objection_text_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("roll", "unit", "text", "by", "at"),
            ),
            pgtrigger.Protect(
                name="roll_objection_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__replied_at__isnull=False),
            ),
            pgtrigger.Protect(name="roll_objection_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.roll} {self.text[:20]}"
