"""What changes the tree. Every deed locks its root first, so that two never tangle its paths."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from compounds.models import STEP, Compound, Organization, Person, Post, sign_as
from compounds.rules import Conflict, Refused
from compounds.terms import PARENT_KINDS, OrganizationKind, child_kinds


def _locked(organization: Organization) -> Organization:
    """The organisation as it stands now, with the whole tree held until the deed is done."""
    Organization.objects.select_for_update().get(path=organization.path[:STEP])
    return Organization.objects.select_for_update().get(pk=organization.pk)


@transaction.atomic
def found_organization(
    parent: Organization, *, kind: str, name: str, telephone: str, key: UUID, by: Person
) -> Organization:
    """设立: a new organisation under the parent; the same submission key gives the same one."""
    sign_as(by)
    parent = _locked(parent)
    founded = Organization.objects.filter(submission_key=key).first()
    if founded is not None:
        return founded
    if kind not in child_kinds(parent.kind):
        label = OrganizationKind(kind).label
        raise Refused(f"「{parent.get_kind_display()}」下面不能设「{label}」。")
    if not parent.is_active:
        raise Conflict("上级组织已停用，不能在它下面新设组织。")
    new = Organization(kind=kind, name=name, telephone=telephone, submission_key=key)
    return Organization.objects.add_child(parent, instance=new)


@transaction.atomic
def edit_organization(
    organization: Organization, *, name: str, telephone: str, by: Person
) -> Organization:
    """改名、改电话."""
    sign_as(by)
    organization = _locked(organization)
    organization.name, organization.telephone = name, telephone
    organization.save(update_fields=["name", "telephone"])
    return organization


@transaction.atomic
def move_organization(organization: Organization, *, to: Organization, by: Person) -> Organization:
    """调整隶属: the whole subtree goes under another parent; posts and history go with it."""
    sign_as(by)
    organization = _locked(organization)
    to.refresh_from_db()
    if PARENT_KINDS.get(OrganizationKind(organization.kind)) != to.kind:
        raise Refused(
            f"「{organization.get_kind_display()}」不能放在「{to.get_kind_display()}」下面。"
        )
    if not to.is_active:
        raise Conflict("新的上级组织已停用，请另选一个。")
    Organization.objects.move(organization, to, "last-child")
    return Organization.objects.get(pk=organization.pk)


@transaction.atomic
def record_compound(branch: Organization, *, by: Person, **facts: Any) -> Compound:
    """登记小区, or mend what is recorded: a branch has one, so a doubled POST makes one."""
    sign_as(by)
    branch = _locked(branch)
    if branch.kind != OrganizationKind.BRANCH:
        raise Refused("只有小区党支部下面能登记小区。")
    try:
        with transaction.atomic():
            compound, _ = Compound.objects.update_or_create(branch=branch, defaults=facts)
    except IntegrityError as taken:
        raise Conflict("这个编号已有小区在用，请换一个。") from taken
    return compound


@transaction.atomic
def close_organization(organization: Organization, *, by: Person, at: datetime) -> Organization:
    """停用: nothing is deleted; whoever still serves or stands under it must go first."""
    sign_as(by)
    organization = _locked(organization)
    if organization.kind == OrganizationKind.DISTRICT:
        raise Refused("区一级不能停用。")
    children = Organization.objects.get_children(organization).filter(is_active=True).count()
    if children:
        raise Conflict(f"下面还有 {children} 个在用的组织，请先停用或调走它们。")
    posts = Post.objects.active(at).filter(organization=organization).count()
    if posts:
        raise Conflict(f"还有 {posts} 人在这里任职，请先办理离任。")
    return _set_active(organization, is_active=False)


@transaction.atomic
def reopen_organization(organization: Organization, *, by: Person) -> Organization:
    """恢复使用."""
    sign_as(by)
    return _set_active(_locked(organization), is_active=True)


def _set_active(organization: Organization, *, is_active: bool) -> Organization:
    organization.is_active = is_active
    organization.save(update_fields=["is_active"])
    return organization
