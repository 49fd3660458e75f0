"""Who is given authority, and when it ends. A changed right acts on the next request."""

import base64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from compounds.models import Building, Entrance, Organization, Person, Post, keyed_hash, sign_as
from compounds.rules import Conflict, Refused
from compounds.terms import ROLE_KINDS, SEPARATED_ROLES, OrganizationKind, Role


@dataclass(frozen=True)
class Place:
    """Where a head serves; empty for every other role."""

    building: Building | None = None
    entrance: Entrance | None = None
    floor: int | None = None


NOWHERE = Place()


def initial_password(key: UUID) -> str:
    """初始密码, 12 letters and digits that only this server can derive from a submission key.

    It is stored nowhere, and the answer to a doubled POST still shows the one that works.
    """
    digest = bytes.fromhex(keyed_hash(f"initial password {key}"))
    letters = base64.b32encode(digest).decode().lower()[:12]
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def person_with(*, phone: str, name: str, key: UUID) -> tuple[Person, str]:
    """The person of the phone, or a new one with the initial password of the submission key."""
    person = Person.objects.with_phone(phone)
    password = initial_password(key)
    if person is not None and person.name != name:
        raise Refused("这个手机号已用另一个姓名登记，请核对手机号和姓名。")
    if person is not None:
        return person, ""
    try:
        with transaction.atomic():
            new = Person.objects.create_person(phone=phone, name=name, password=password)
    except IntegrityError as taken:
        raise Conflict("有人刚刚登记了这个手机号，请再提交一次。") from taken
    return new, password


@transaction.atomic
def appoint(
    organization: Organization,
    *,
    name: str,
    phone: str,
    role: str,
    place: Place = NOWHERE,
    by: Person,
    at: datetime,
    key: UUID,
) -> tuple[Post, str]:
    """任命 the person of the phone; gives the post, and the initial password of a new person."""
    sign_as(by)
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    given = Post.objects.for_list().filter(submission_key=key).first()
    if given is not None:
        return given, _password_still_valid(given.person, key)
    person, password = person_with(phone=phone, name=name, key=key)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person == by:
        raise Refused("不能任命自己，请由另一位有权限的人办理。")
    _refuse_what_does_not_fit(organization, person, role, place)
    post = Post.objects.create(
        person=person,
        organization=organization,
        role=role,
        building=place.building,
        entrance=place.entrance,
        floor=place.floor,
        started_at=at,
        submission_key=key,
    )
    return post, password


def _password_still_valid(person: Person, key: UUID) -> str:
    password = initial_password(key)
    return password if person.check_password(password) else ""


def _refuse_what_does_not_fit(
    organization: Organization, person: Person, role: str, place: Place
) -> None:
    if not organization.is_active:
        raise Conflict("这个组织已停用，不能再任命。")
    if role not in ROLE_KINDS[OrganizationKind(organization.kind)]:
        label = Role(role).label
        raise Refused(f"「{organization.get_kind_display()}」没有「{label}」这个职务。")
    held = person.posts.filter(ended_at__isnull=True)
    if role in SEPARATED_ROLES and held.filter(role__in=SEPARATED_ROLES - {role}).exists():
        raise Refused("系统管理员、安全管理员、审计员三个职务不能由一人兼任。")
    here = {"building": place.building, "entrance": place.entrance, "floor": place.floor}
    if held.filter(organization=organization, role=role, **here).exists():
        raise Conflict(f"{person.name}已经担任这个职务，不用再任命。")


@transaction.atomic
def end_post(post: Post, *, by: Person, at: datetime) -> Post:
    """离任. The district always keeps one security administrator who can appoint."""
    sign_as(by)
    Organization.objects.select_for_update().get(pk=post.organization_id)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.ended_at is not None:
        raise Conflict("这个职务已经办过离任。")
    others = Post.objects.active(at).of(post.organization, post.role).exclude(pk=post.pk)
    if post.role == Role.SECURITY_ADMINISTRATOR and not others.exists():
        raise Refused("区里至少要有一名安全管理员，请先任命接任的人。")
    post.ended_at = max(at, post.started_at)
    post.save(update_fields=["ended_at"])
    return post
