"""覆盖: where a building, an entrance or a floor has a head, and where one is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from compounds.models.organizations import Organization
from compounds.models.people import Post
from compounds.models.places import Building, Compound, Entrance, OwnedUnit
from compounds.rules import is_overburdened
from compounds.terms import OrganizationKind, Role, UnitUse


@dataclass(frozen=True)
class Level:
    """One line of the summary: how many places of a level have a head."""

    label: str
    covered: int
    total: int
    households: int
    heads: int

    @property
    def rate(self) -> str:
        return f"{self.covered * 100 // self.total}%" if self.total else "—"

    @property
    def households_per_head(self) -> str:
        return str(-(-self.households // self.heads)) if self.heads else "—"

    @property
    def is_overburdened(self) -> bool:
        return is_overburdened(self.households, self.heads)


@dataclass(frozen=True)
class Cell:
    """A floor of an entrance; `exists` is false where the register knows no unit."""

    entrance: Entrance
    exists: bool
    heads: list[Post]


@dataclass(frozen=True)
class FloorRow:
    floor: int
    cells: list[Cell]


@dataclass(frozen=True)
class BuildingMap:
    """A building as its residents see it: the top floor first, entrances from left to right."""

    building: Building
    heads: list[Post]
    households: int
    entrances: list[tuple[Entrance, list[Post]]]
    floors: list[FloorRow]

    @property
    def is_overburdened(self) -> bool:
        return is_overburdened(self.households, len(self.heads))

    @property
    def missing(self) -> int:
        """How many heads of whatever level this building still lacks."""
        cells = [cell for row in self.floors for cell in row.cells if cell.exists]
        places = [self.heads, *(heads for _, heads in self.entrances), *(c.heads for c in cells)]
        return sum(not heads for heads in places)


@dataclass(frozen=True)
class Coverage:
    levels: list[Level]
    maps: list[BuildingMap]


Heads = dict[tuple[str, int | None, int | None], list[Post]]
Floors = dict[int, dict[int, int]]


def coverage_of(compound: Compound, at: datetime) -> Coverage:
    """Six queries, however large the compound."""
    heads, floors = _heads(compound, at), _floors(compound)
    buildings = compound.buildings.prefetch_related("entrances")
    maps = [_map(building, heads, floors) for building in buildings]
    entrances = [place for each in maps for place in each.entrances]
    cells = [c for each in maps for row in each.floors for c in row.cells if c.exists]
    households = sum(each.households for each in maps) or compound.households
    levels = [
        _level("楼栋", [each.heads for each in maps], households),
        _level("单元", [posts for _, posts in entrances], households),
        _level("楼层", [cell.heads for cell in cells], households),
        _groups(compound, households, at),
    ]
    return Coverage(levels, maps)


def buildings_covered(compound: Compound, at: datetime) -> Level:
    """The first line alone, for the page of the compound: two queries."""
    covered = Post.objects.active(at).of(compound.branch, Role.BUILDING_HEAD)
    found = covered.aggregate(
        places=Count("building", distinct=True), heads=Count("person", distinct=True)
    )
    total = compound.buildings.count()
    return Level("楼栋", found["places"], total, compound.households, found["heads"])


def heads_for(unit: OwnedUnit, posts: list[Post]) -> list[tuple[str, list[Post]]]:
    """Whom the people of a unit turn to, nearest first; an empty list is a missing head."""
    floor = [post for post in posts if post.entrance_id == unit.entrance_id]
    building = unit.entrance.building_id
    return [
        ("楼层长", [p for p in floor if p.role == Role.FLOOR_HEAD and p.floor == unit.floor]),
        ("单元长", [post for post in floor if post.role == Role.ENTRANCE_HEAD]),
        (
            "楼栋长",
            [p for p in posts if p.role == Role.BUILDING_HEAD and p.building_id == building],
        ),
    ]


def _heads(compound: Compound, at: datetime) -> Heads:
    heads: Heads = {}
    posts = Post.objects.active(at).filter(organization_id=compound.branch_id).heads()
    for post in posts.select_related("person"):
        place = post.building_id if post.role == Role.BUILDING_HEAD else post.entrance_id
        floor = post.floor if post.role == Role.FLOOR_HEAD else None
        heads.setdefault((post.role, place, floor), []).append(post)
    return heads


def _floors(compound: Compound) -> Floors:
    """The dwellings on each floor of each entrance."""
    floors: Floors = {}
    units = OwnedUnit.objects.filter(entrance__building__compound=compound)
    dwellings = Count("pk", filter=Q(use=UnitUse.DWELLING))
    counted = units.order_by().values_list("entrance", "floor").annotate(count=dwellings)
    for entrance, floor, count in counted:
        floors.setdefault(entrance, {})[floor] = count
    return floors


def _map(building: Building, heads: Heads, floors: Floors) -> BuildingMap:
    entrances = list(building.entrances.all())
    known = {entrance.pk: floors.get(entrance.pk, {}) for entrance in entrances}
    levels = sorted({floor for each in known.values() for floor in each}, reverse=True)
    return BuildingMap(
        building,
        heads.get((Role.BUILDING_HEAD, building.pk, None), []),
        sum(sum(each.values()) for each in known.values()),
        [(each, heads.get((Role.ENTRANCE_HEAD, each.pk, None), [])) for each in entrances],
        [
            FloorRow(
                floor,
                [
                    Cell(
                        each,
                        floor in known[each.pk],
                        heads.get((Role.FLOOR_HEAD, each.pk, floor), []),
                    )
                    for each in entrances
                ],
            )
            for floor in levels
        ],
    )


def _level(label: str, places: list[list[Post]], households: int) -> Level:
    people = {post.person_id for posts in places for post in posts}
    return Level(label, sum(bool(posts) for posts in places), len(places), households, len(people))


def _groups(compound: Compound, households: int, at: datetime) -> Level:
    groups = Organization.objects.within(compound.branch).of_kind(OrganizationKind.GROUP)
    leaders = Post.objects.active(at).filter(organization__in=groups, role=Role.GROUP_LEADER)
    found = leaders.aggregate(
        places=Count("organization", distinct=True), heads=Count("person", distinct=True)
    )
    return Level("党小组", found["places"], groups.count(), households, found["heads"])
