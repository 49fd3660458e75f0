from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from compounds.terms import PARENT_KINDS, OrganizationKind

STEP = 4  # letters of a path a level, as MP_Node has them


class OrganizationQuerySet(MP_NodeQuerySet):
    def within(self, organization: Organization) -> OrganizationQuerySet:
        """The organisation itself and all that stands under it."""
        return self.filter(path__startswith=organization.path)

    def within_paths(self, paths: list[str]) -> OrganizationQuerySet:
        """Several subtrees at once; no path is nobody."""
        reach = Q(pk__in=[])
        for path in paths:
            reach |= Q(path__startswith=path)
        return self.filter(reach)

    def above(self, organization: Organization) -> OrganizationQuerySet:
        """All that the organisation stands under, the district first."""
        return self.filter(path__in=organization.paths_above()).order_by("path")

    def parents_of(self, children: Iterable[Organization]) -> dict[str, Organization]:
        """The parent of each child by the child's path: one query."""
        parents = {child.path: child.path[:-STEP] for child in children}
        found = {each.path: each for each in self.filter(path__in=set(parents.values()))}
        return {path: found[parent] for path, parent in parents.items() if parent in found}

    def named(self, words: str) -> OrganizationQuerySet:
        return self.filter(name__icontains=words).order_by("path")

    def of_kind(self, *kinds: str) -> OrganizationQuerySet:
        return self.filter(kind__in=kinds)


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> OrganizationQuerySet:
        """treebeard's own manager would answer with treebeard's own queryset."""
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


def _pairs() -> str:
    allowed = [f"'{parent}>{child}'" for child, parent in PARENT_KINDS.items()]
    return ", ".join([f"'>{OrganizationKind.DISTRICT}'", *allowed])


class Organization(MP_Node):
    """组织: whoever answers for anything. One tree; escalation goes to the parent."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=20, choices=OrganizationKind)
    telephone = models.CharField("电话", max_length=20, blank=True)
    is_active = models.BooleanField("在用", default=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = OrganizationManager()

    class Meta:
        verbose_name = verbose_name_plural = "组织"
        indexes = [
            models.Index(fields=["kind", "path"], name="organization_kind_path"),
            models.Index(
                fields=["path"], name="organization_path_like", opclasses=["text_pattern_ops"]
            ),
        ]
        triggers = [
            # Deferred: moving a subtree rewrites many paths before the tree is whole again.
            pgtrigger.Trigger(
                name="organization_fits_its_parent",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("path", "kind"),
                timing=pgtrigger.Deferred,
                declare=[("own", "RECORD"), ("parent_kind", "TEXT")],
                func=f"""
                    SELECT path, kind INTO own FROM compounds_organization WHERE id = NEW.id;
                    IF NOT FOUND THEN RETURN NULL; END IF;
                    SELECT kind INTO parent_kind FROM compounds_organization
                     WHERE path = left(own.path, length(own.path) - {STEP}) AND length(own.path) > {STEP};
                    IF NOT (coalesce(parent_kind, '') || '>' || own.kind) = ANY (ARRAY[{_pairs()}]) THEN
                        RAISE EXCEPTION 'organization % does not fit its parent', NEW.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Protect(
                name="organization_kind_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("kind"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("compounds:organization", args=[self.pk])

    def paths_above(self) -> list[str]:
        return [self.path[:length] for length in range(STEP, len(self.path), STEP)]


@dataclass
class Node:
    """An organisation with what stands under it, for pages that show a tree."""

    organization: Organization
    children: list[Node] = field(default_factory=list)


def tree_of(organizations: Iterable[Organization]) -> list[Node]:
    """The topmost of the organisations, each with its children; no query of its own."""
    roots: list[Node] = []
    nodes: dict[str, Node] = {}
    for organization in sorted(organizations, key=lambda each: each.path):
        node = nodes[organization.path] = Node(organization)
        parent = nodes.get(organization.path[:-STEP])
        (parent.children if parent else roots).append(node)
    return roots
