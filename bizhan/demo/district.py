"""The district's structure: real for streets, communities and departments, invented below."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from bizhan.demo.texts import compound_names, read, words
from complaints.models import Pairing
from compounds.models import Building, Compound, Entrance, Organization
from compounds.models.places import TOKEN_LETTERS
from compounds.terms import Management, OrganizationKind

COMPOUNDS = 242
HOME_STREET, HOME_COMMUNITY, HOME_NAME = "璧泉街道", "双狮社区", "示范梧桐苑"
HOME_RANK = 1  # the second busiest
REGISTERS = 12
# Compounds in each community: of a street whose communities are known, of another, of a town.
KNOWN, UNKNOWN, TOWN = 11, 5, 4
FOUNDED = timedelta(days=5 * 365)
Shape = tuple[int, int, int, int]  # buildings, entrances of each, floors, rooms on a floor
HOME_SHAPE: Shape = (5, 2, 31, 2)
REGISTER_SHAPES: list[Shape] = [(6, 2, 18, 2), (8, 1, 15, 4), (4, 2, 32, 2), (9, 2, 7, 4)]


@dataclass
class Site:
    """One compound, with those who answer for it and the stairs it has."""

    compound: Compound
    street: Organization
    community: Organization
    branch: Organization
    shape: Shape
    groups: list[Organization] = field(default_factory=list)
    company: Organization | None = None
    committee: Organization | None = None
    preparatory: Organization | None = None
    paired: Organization | None = None
    buildings: list[Building] = field(default_factory=list)
    entrances: list[list[Entrance]] = field(default_factory=list)

    @property
    def is_at_home(self) -> bool:
        return self.street.name == HOME_STREET

    @property
    def handler(self) -> Organization:
        """Who tries first: the property company, else the owners themselves, else the branch."""
        return self.company or self.committee or self.branch


@dataclass
class District:
    root: Organization
    streets: list[Organization]
    communities: list[Organization]
    departments: dict[str, Organization]
    sites: list[Site]  # the busiest first

    @property
    def home(self) -> Site:
        return self.sites[HOME_RANK]

    def busiest(self, count: int) -> list[Site]:
        """So many of the busiest, and home before all."""
        return [self.home, *(site for site in self.sites if site is not self.home)][:count]


class Tree:
    """Organisations with the paths that treebeard would give them, for one bulk insert."""

    def __init__(self) -> None:
        self.nodes: list[Organization] = []
        self.telephones = 0

    def add(
        self, name: str, kind: str, parent: Organization | None = None, has_telephone: bool = False
    ) -> Organization:
        above, depth, step = ("", 1, 1) if parent is None else self._below(parent)
        node = Organization(
            name=name,
            kind=kind,
            path=Organization._get_path(above, depth, step),
            depth=depth,
            numchild=0,
            telephone=self._telephone() if has_telephone else "",
        )
        self.nodes.append(node)
        return node

    def _below(self, parent: Organization) -> tuple[str, int, int]:
        parent.numchild += 1
        return parent.path, parent.depth + 1, parent.numchild

    def _telephone(self) -> str:
        self.telephones += 1
        return f"023-0000 {self.telephones:04}"


def build_district(rng: Random, *, compounds: int, at: datetime) -> District:
    """Everything of the tree and the places, saved; `sites` in the order of their complaints."""
    data, tree = read("district.json"), Tree()
    root = tree.add(data["district"], OrganizationKind.DISTRICT, has_telephone=True)
    departments = {
        name: tree.add(name, OrganizationKind.DEPARTMENT, root, has_telephone=True)
        for name in data["departments"]
    }
    streets: list[Organization] = []
    communities: list[Organization] = []
    places: list[tuple[Organization, Organization]] = []
    for name, known in [*data["streets"].items(), *[(town, None) for town in data["towns"]]]:
        street = tree.add(name, OrganizationKind.STREET, root, has_telephone=True)
        streets.append(street)
        for community, count in _communities(name, known):
            node = tree.add(community, OrganizationKind.COMMUNITY, street, has_telephone=True)
            communities.append(node)
            places += [(street, node)] * count
    sites = _sites(tree, places, rng, compounds, at)
    district = District(root, streets, communities, departments, sites)
    _save(tree, district, rng, at)
    return district


def _communities(street: str, known: list[str] | None) -> list[tuple[str, int]]:
    """The communities of a street or town and how many compounds each has; 示范 are invented."""
    if known is None:
        return [(f"{street.removesuffix('镇')}示范社区", TOWN)]
    invented = [f"{street.removesuffix('街道')}示范{number}社区" for number in "一二"]
    return [(name, KNOWN) for name in known] or [(name, UNKNOWN) for name in invented]


def _sites(
    tree: Tree,
    places: list[tuple[Organization, Organization]],
    rng: Random,
    count: int,
    at: datetime,
) -> list[Site]:
    chosen = [places[number * len(places) // count] for number in range(count)]
    rng.shuffle(chosen)
    at_home = next(place for place in places if place[1].name == HOME_COMMUNITY)
    chosen[HOME_RANK] = at_home
    names = [name for name in compound_names(rng) if name != HOME_NAME]
    names.insert(HOME_RANK, HOME_NAME)
    return [
        _site(tree, rng, rank, names[rank], *place, is_busy=rank < count * 12 // 100)
        for rank, place in enumerate(chosen)
    ]


def _site(
    tree: Tree,
    rng: Random,
    rank: int,
    name: str,
    street: Organization,
    community: Organization,
    *,
    is_busy: bool,
) -> Site:
    branch = tree.add(f"{name}党支部", OrganizationKind.BRANCH, community, has_telephone=True)
    shape = _shape(rng, rank, is_busy)
    is_self_managed = rank != HOME_RANK and rng.random() < 0.08
    compound = Compound(
        code=f"BS{rank + 1:03}",
        name=name,
        branch=branch,
        address=f"{street.name}{community.name}示范路{rng.randint(1, 199)}号",
        latitude=Decimal(29_592_000 + rng.randint(-40_000, 40_000)).scaleb(-6),
        longitude=Decimal(106_227_000 + rng.randint(-40_000, 40_000)).scaleb(-6),
        households=shape[0] * shape[1] * shape[2] * shape[3],
        management=Management.SELF_MANAGED if is_self_managed else Management.COMPANY,
    )
    site = Site(compound, street, community, branch, shape)
    site.groups = [
        tree.add(f"{name}第{number}党小组", OrganizationKind.GROUP, branch)
        for number in range(1, (shape[0] + 1) // 2 + 1)
    ]
    _add_bodies(tree, rng, site, has_committee=is_self_managed or rank == HOME_RANK)
    return site


def _add_bodies(tree: Tree, rng: Random, site: Site, *, has_committee: bool) -> None:
    """业委会、筹备组、物业: who runs the compound's own affairs."""
    name = site.compound.name
    if has_committee or rng.random() < 0.5:
        site.committee = tree.add(
            f"{name}业委会", OrganizationKind.OWNERS_COMMITTEE, site.branch, has_telephone=True
        )
    elif rng.random() < 0.2:
        site.preparatory = tree.add(
            f"{name}筹备组", OrganizationKind.PREPARATORY_GROUP, site.branch
        )
    if site.compound.management == Management.COMPANY:
        company = f"{rng.choice(words()['property_companies'])}（{name.removeprefix('示范')}）"
        site.company = tree.add(
            company, OrganizationKind.PROPERTY_COMPANY, site.branch, has_telephone=True
        )


def _shape(rng: Random, rank: int, is_busy: bool) -> Shape:
    if rank == HOME_RANK:
        return HOME_SHAPE
    if rank < REGISTERS:
        return rng.choice(REGISTER_SHAPES)
    buildings = rng.randint(6, 11) if is_busy else rng.randint(3, 6)
    floors = rng.choice([7, 7, 11, 18, 26, 32])
    return buildings, rng.randint(1, 3), floors, 4 if floors == 32 else 2


def _save(tree: Tree, district: District, rng: Random, at: datetime) -> None:
    Organization.objects.bulk_create(tree.nodes, batch_size=1000)
    Compound.objects.bulk_create([site.compound for site in district.sites])
    for site in district.sites:
        _raise_buildings(rng, site)
    Building.objects.bulk_create(
        [building for site in district.sites for building in site.buildings], batch_size=1000
    )
    Entrance.objects.bulk_create(
        [door for site in district.sites for doors in site.entrances for door in doors],
        batch_size=1000,
    )
    _pair(district, rng, at)


def _raise_buildings(rng: Random, site: Site) -> None:
    buildings, entrances, _, _ = site.shape
    for number in range(1, buildings + 1):
        group = site.groups[(number - 1) // 2]
        building = Building(
            compound=site.compound, name=f"{number}栋", position=number, group=group
        )
        site.buildings.append(building)
        site.entrances.append(
            [
                Entrance(
                    building=building,
                    name=f"{door}单元",
                    position=door,
                    token="".join(rng.choices(TOKEN_LETTERS, k=10)),
                )
                for door in range(1, entrances + 1)
            ]
        )


def _pair(district: District, rng: Random, at: datetime) -> None:
    """结对包建: one department for each of many compounds; the fire brigade for home."""
    departments = list(district.departments.values())
    for rank, site in enumerate(district.sites):
        if rank == HOME_RANK:
            site.paired = district.departments["消防救援支队"]
        elif rng.random() < 0.7:
            site.paired = rng.choice(departments)
    Pairing.objects.bulk_create(
        Pairing(compound=site.compound, department=site.paired, started_at=at - FOUNDED)
        for site in district.sites
        if site.paired
    )
