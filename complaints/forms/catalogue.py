"""派单目录 as an administrator types it: the whole district in a table, exceptions in lines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from complaints.forms.policies import VersionForm
from complaints.models import CatalogueVersion, Route
from complaints.rules.routing import Line
from complaints.terms import OWN_BODIES, Category, RouteLevel
from compounds.models import Organization
from compounds.terms import OrganizationKind

OWN_KINDS = {
    RouteLevel.COMPOUND: [
        OrganizationKind.PROPERTY_COMPANY,
        OrganizationKind.OWNERS_COMMITTEE,
        OrganizationKind.BRANCH,
    ],
    RouteLevel.COMMUNITY: [
        OrganizationKind.COMMUNITY,
        OrganizationKind.PROPERTY_COMPANY,
        OrganizationKind.OWNERS_COMMITTEE,
    ],
    RouteLevel.STREET: [OrganizationKind.COMMUNITY],
}
NOTHING = "没有写"
EXAMPLE = "消防 璧泉街道 消防救援支队"


class CatalogueForm(VersionForm):
    """The whole district by category and level; exceptions of a place one a line."""

    exceptions = forms.CharField(
        label="个别街道、社区、小区另定",
        required=False,
        max_length=20_000,
        help_text=f"一行一条：类别 地方 部门，用空格隔开，例如「{EXAMPLE}」。",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, current: CatalogueVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Organization.objects.of_kind(OrganizationKind.DEPARTMENT)
        self.units = {str(one.pk): one for one in departments.filter(is_active=True)}
        routes = current.routes.select_related("place", "unit") if current else []
        given = {(one.category, one.level): one for one in routes if one.place is None}
        for category in Category:
            for level in RouteLevel:
                self.fields[f"{category.value}__{level.value}"] = self._choice(
                    category, level, given.get((category.value, level.value))
                )
        self.fields["exceptions"].initial = "\n".join(
            f"{one.get_category_display()} {one.place} {one.unit}" for one in routes if one.place
        )

    def _choice(
        self, category: Category, level: RouteLevel, route: Route | None
    ) -> forms.ChoiceField:
        kinds = [(kind.value, OWN_BODIES[kind]) for kind in OWN_KINDS[level]]
        departments = [(key, one.name) for key, one in self.units.items()]
        units = departments if level == RouteLevel.STREET else []
        return forms.ChoiceField(
            label=f"{category.label} · {level.label}",
            required=False,
            choices=[("", NOTHING), *kinds, *units],
            initial=(route.unit_kind or str(route.unit_id)) if route else "",
        )

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A row for each category, a field for each level."""
        return [
            (category.label, [self[f"{category.value}__{level.value}"] for level in RouteLevel])
            for category in Category
        ]

    def clean_exceptions(self) -> str:
        """The text as typed; what it means goes to `exceptional`, and every bad line is named."""
        self.exceptional: list[Route] = []
        wrong = []
        for number, line in enumerate(self.cleaned_data["exceptions"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                self.exceptional.append(self._exception(line.split()))
            except ValidationError as error:
                wrong.append(f"第 {number} 行：{error.message}")
        if wrong:
            raise ValidationError(wrong)
        return self.cleaned_data["exceptions"]

    def _exception(self, words: list[str]) -> Route:
        if len(words) != 3:
            raise ValidationError(f"要写三样，用空格隔开，例如「{EXAMPLE}」。")
        named, where, whom = words
        category = next((each for each in Category if each.label == named), None)
        if category is None:
            raise ValidationError(f"没有「{named}」这个类别。")
        unit = next((one for one in self.units.values() if one.name == whom), None)
        if unit is None:
            raise ValidationError(f"没有在用的部门叫「{whom}」，请照组织页上的名称写。")
        place = self._place(where)
        if any((one.category, one.place) == (category, place) for one in self.exceptional):
            raise ValidationError(f"「{named} {where}」前面已经写过。")
        return Route(category=category, level=RouteLevel.STREET, place=place, unit=unit)

    def _place(self, name: str) -> Organization:
        kinds = [OrganizationKind.STREET, OrganizationKind.COMMUNITY, OrganizationKind.BRANCH]
        found = list(Organization.objects.of_kind(*kinds).filter(name__startswith=name)[:2])
        exact = [one for one in found if one.name == name]
        if len(exact or found) != 1:
            raise ValidationError(f"「{name}」对不上唯一的街道、社区或小区党支部，请写全名。")
        return (exact or found)[0]

    def routes(self) -> list[Route]:
        """Rows not yet saved, as the cleaned form says."""
        found = []
        for category in Category:
            for level in RouteLevel:
                chosen = self.cleaned_data[f"{category.value}__{level.value}"]
                if not chosen:
                    continue
                unit = self.units.get(chosen)
                found.append(
                    Route(
                        category=category.value,
                        level=level.value,
                        unit=unit,
                        unit_kind="" if unit else chosen,
                    )
                )
        return found + self.exceptional

    def lines(self) -> list[Line]:
        return [route.line for route in self.routes()]
