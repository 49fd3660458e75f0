"""派单目录 of the demonstration: two versions, the later with one street's exception."""

import uuid
from datetime import datetime, timedelta

from bizhan.demo.district import District
from bizhan.demo.texts import words
from complaints.models import CatalogueVersion, Route
from complaints.terms import Category, RouteLevel
from compounds.models import Person
from compounds.terms import OrganizationKind

FIRST, SECOND = timedelta(days=400), timedelta(days=75)
BY_COMPANY = {
    Category.CLEANING,
    Category.GREENING,
    Category.LIGHTING,
    Category.LIFT,
    Category.PARKING,
    Category.PROPERTY_SERVICE,
}


def write_catalogues(district: District, by: Person, at: datetime) -> list[CatalogueVersion]:
    """The oldest first. The later one sends parking of the home street to 城市管理局."""
    versions = CatalogueVersion.objects.bulk_create(
        CatalogueVersion(
            in_force_at=at - ago, written_at=at - ago, note=note, by=by, submission_key=uuid.uuid4()
        )
        for ago, note in [
            (FIRST, "全区第一版派单目录"),
            (SECOND, "停车乱象整治：璧泉街道先由城市管理局牵头"),
        ]
    )
    routes = [route for version in versions for route in _district_wide(district, version)]
    routes.append(
        Route(
            version=versions[1],
            category=Category.PARKING,
            level=RouteLevel.STREET,
            place=district.home.street,
            unit=district.departments["城市管理局"],
        )
    )
    Route.objects.bulk_create(routes)
    return versions


def _district_wide(district: District, version: CatalogueVersion) -> list[Route]:
    found = []
    for category in Category:
        names = words()["routes"][category]
        unit = district.departments[names[0]] if names else None
        own = (
            OrganizationKind.PROPERTY_COMPANY if category in BY_COMPANY else OrganizationKind.BRANCH
        )
        found += [
            Route(version=version, category=category, level=RouteLevel.COMPOUND, unit_kind=own),
            Route(
                version=version,
                category=category,
                level=RouteLevel.COMMUNITY,
                unit_kind=OrganizationKind.COMMUNITY,
            ),
            Route(
                version=version,
                category=category,
                level=RouteLevel.STREET,
                unit=unit,
                unit_kind="" if unit else OrganizationKind.COMMUNITY,
            ),
        ]
    return found
