from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from compounds.models.fields import EncryptedTextField, keyed_hash
from compounds.models.organizations import Organization
from compounds.models.places import Building, Entrance
from compounds.rules import masked_phone
from compounds.terms import (
    BRANCH_SEATS,
    HEADS,
    OWNERS_SEATS,
    ROLE_KINDS,
    SEPARATED_ROLES,
    OrganizationKind,
    Role,
)


class PersonManager(BaseUserManager["Person"]):
    def create_person(
        self, *, phone: str, name: str, password: str | None = None, **more: Any
    ) -> Person:
        person = self.model(phone=phone, phone_key=keyed_hash(phone), name=name, **more)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def with_phone(self, phone: str) -> Person | None:
        return self.filter(phone_key=keyed_hash(phone)).first()


class Person(AbstractBaseUser):
    """人: an account. The phone is the sign-in name, encrypted, found by its keyed hash."""

    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("手机号")
    phone_key = models.CharField("手机号索引", max_length=64, unique=True, editable=False)
    id_number = EncryptedTextField("身份证号", blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_active = models.BooleanField("可登录", default=True)
    joined_at = models.DateTimeField("建档时间", default=timezone.now)

    objects = PersonManager()

    USERNAME_FIELD = "phone_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class PostQuerySet(models.QuerySet["Post"]):
    def active(self, at: datetime) -> PostQuerySet:
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), started_at__lte=at)

    def former(self, at: datetime) -> PostQuerySet:
        return self.filter(ended_at__lte=at).order_by("-ended_at")

    def future(self, at: datetime) -> PostQuerySet:
        return self.filter(started_at__gt=at, ended_at__isnull=True)

    def of(self, organization: Organization, *roles: str) -> PostQuerySet:
        return self.filter(organization=organization, role__in=roles)

    def heads(self) -> PostQuerySet:
        return self.filter(role__in=HEADS)

    def cross_appointments(self, at: datetime) -> PostQuerySet:
        """交叉任职: the branch seats whose holders also sit on an owners' committee under it."""
        seats = Post.objects.active(at).filter(
            person=OuterRef("person"),
            role__in=OWNERS_SEATS,
            organization__kind=OrganizationKind.OWNERS_COMMITTEE,
            organization__path__startswith=OuterRef("organization__path"),
        )
        return self.active(at).filter(Exists(seats), role__in=BRANCH_SEATS)

    def for_list(self) -> PostQuerySet:
        return self.select_related("person", "organization", "building", "entrance__building")


def _role_pairs() -> str:
    pairs = sorted(f"'{role}@{kind}'" for kind, roles in ROLE_KINDS.items() for role in roles)
    return ", ".join(pairs)


def _separated() -> str:
    return ", ".join(sorted(f"'{role}'" for role in SEPARATED_ROLES))


class Post(models.Model):
    """任职: a person's role in an organisation, from–to. The only source of authority."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts")
    role = models.CharField("职务", max_length=24, choices=Role)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, verbose_name="楼栋"
    )
    entrance = models.ForeignKey(
        Entrance, models.PROTECT, null=True, blank=True, verbose_name="单元"
    )
    floor = models.SmallIntegerField("楼层", null=True, blank=True)
    started_at = models.DateTimeField("任职时间")
    ended_at = models.DateTimeField("离任时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["organization", "role", "started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="post_runs_forward",
            ),
            models.UniqueConstraint(
                fields=["person", "organization", "role", "building", "entrance", "floor"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="post_held_once",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.BUILDING_HEAD) | Q(building__isnull=False),
                name="post_building_head_has_building",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.ENTRANCE_HEAD, Role.FLOOR_HEAD])
                | Q(entrance__isnull=False),
                name="post_entrance_head_has_entrance",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.FLOOR_HEAD) | Q(floor__isnull=False),
                name="post_floor_head_has_floor",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "role"], name="post_organization_role"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="post_fits_its_organization",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("role", "organization_id", "person_id"),
                declare=[("held_in", "TEXT")],
                func=f"""
                    SELECT kind INTO held_in FROM compounds_organization WHERE id = NEW.organization_id;
                    IF NOT (NEW.role || '@' || coalesce(held_in, '')) = ANY (ARRAY[{_role_pairs()}]) THEN
                        RAISE EXCEPTION 'no % in a %', NEW.role, held_in
                              USING ERRCODE = 'check_violation', CONSTRAINT = 'post_fits_its_organization';
                    END IF;
                    IF NEW.role IN ({_separated()}) THEN
                        -- One person at a time: two appointments must not pass each other.
                        PERFORM 1 FROM compounds_person WHERE id = NEW.person_id FOR UPDATE;
                        IF EXISTS (SELECT FROM compounds_post
                                    WHERE person_id = NEW.person_id AND role <> NEW.role
                                      AND id IS DISTINCT FROM NEW.id
                                      AND role IN ({_separated()}) AND ended_at IS NULL) THEN
                            RAISE EXCEPTION 'these offices must be separated'
                                  USING ERRCODE = 'check_violation', CONSTRAINT = 'post_separated_offices';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="post_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_role_display()} {self.person}"

    @property
    def place(self) -> str:
        """1栋1单元3层, as far as the post has a place; needs for_list()."""
        if self.entrance_id is None:
            return self.building.name if self.building else ""
        return f"{self.entrance}{self.floor}层" if self.floor is not None else str(self.entrance)
