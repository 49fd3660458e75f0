"""The register of some compounds: every unit, who owns it and who lives there."""

from datetime import date
from random import Random

from bizhan.demo.district import District, Site
from bizhan.demo.people import People
from bizhan.demo.texts import words
from compounds.models import Entrance, OwnedUnit, Ownership, Person, Residency
from compounds.terms import AreaBasis, ResidencyKind, Role, UnitUse

DWELLING_AREAS = [6823, 7841, 8916, 9752, 10537, 11890, 12655]  # hundredths of a square metre
SHOPS = 6
SOLD = date(2019, 6, 1)
RESIDENT_BUILDING, RESIDENT_ROOM = 2, "1201"  # where the resident of the demonstration lives
# One person, three homes: two rights, for one of the homes is owned together with somebody.
ALONE, TOGETHER = [("1栋", "1单元", "1502"), ("4栋", "2单元", "802")], ("1栋", "2单元", "601")
UNSOLD = [("5栋", "2单元", f"{floor}01") for floor in range(2, 10)]
SEATS = [Role.CHAIR, Role.COMMITTEE_MEMBER, Role.TREASURER, Role.SUPERVISOR]


class Register:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.units: list[OwnedUnit] = []
        self.ownerships: list[Ownership] = []
        self.residencies: list[Residency] = []
        self.dwellers: dict[str, list[Person]] = {}  # code of a compound: who has an account there

    def unit(self, entrance: Entrance, floor: int, room: str, use: str, area: int) -> OwnedUnit:
        basis = self.rng.choices(list(AreaBasis), [90, 7, 3])[0]
        unit = OwnedUnit(
            entrance=entrance,
            floor=floor,
            room=room,
            use=use,
            exclusive_area=area,
            area_basis=basis,
        )
        self.units.append(unit)
        return unit

    def own(self, unit: OwnedUnit, person: Person, *, is_voter: bool = True) -> None:
        self.ownerships.append(Ownership(unit=unit, person=person, is_voter=is_voter, from_on=SOLD))

    def hand_over(self, unit: OwnedUnit, *owners: Person, developer: str = "") -> None:
        """The unit to others than before; the first of several casts its vote, and lives there."""
        self.ownerships = [each for each in self.ownerships if each.unit is not unit]
        self.residencies = [each for each in self.residencies if each.unit is not unit]
        if developer:
            self.ownerships.append(Ownership(unit=unit, developer=developer, from_on=SOLD))
        for owner in owners:
            self.own(unit, owner, is_voter=owner is owners[0])
            kind = ResidencyKind.OWNER if owner is owners[0] else ResidencyKind.FAMILY
            self.live(unit, owner, kind)

    def live(self, unit: OwnedUnit, person: Person, kind: str) -> None:
        self.residencies.append(Residency(unit=unit, person=person, kind=kind, from_on=SOLD))

    def save(self) -> None:
        OwnedUnit.objects.bulk_create(self.units, batch_size=2000)
        Ownership.objects.bulk_create(self.ownerships, batch_size=2000)
        Residency.objects.bulk_create(self.residencies, batch_size=2000)


def fill_register(district: District, people: People, *, compounds: int) -> Register:
    """Units, owners and residents of the busiest compounds; saved after the people are."""
    register = Register(people.rng)
    for site in district.busiest(compounds):
        _fill(register, site, people, resident=_resident_of(district, site, people))
        if site is district.home:
            _settle_owners(register, site, people)
    return register


def _resident_of(district: District, site: Site, people: People) -> Person | None:
    return people.signed_in["resident"] if site is district.home else None


def _fill(register: Register, site: Site, people: People, *, resident: Person | None) -> None:
    _, _, floors, rooms = site.shape
    serving = iter(people.locals[site.compound.code])
    dwellers: list[Person] = []
    for building, doors in enumerate(site.entrances):
        for door in doors:
            for floor in range(1, floors + 1):
                for room in range(1, rooms + 1):
                    area = register.rng.choice(DWELLING_AREAS)
                    name = f"{floor}{room:02}"
                    unit = register.unit(door, floor, name, UnitUse.DWELLING, area)
                    is_theirs = (building, name) == (RESIDENT_BUILDING, RESIDENT_ROOM)
                    owner = next(serving, None) if register.rng.random() < 0.06 else None
                    if resident and is_theirs and door is doors[0]:
                        owner = resident
                    dwellers.append(_settle(register, people, unit, owner, dwellers))
    _sell_shops(register, site)
    register.dwellers[site.compound.code] = dwellers


def _settle(
    register: Register,
    people: People,
    unit: OwnedUnit,
    owner: Person | None,
    earlier: list[Person],
) -> Person:
    """An owner, perhaps with a co-owner, and somebody who lives there or nobody."""
    rng = register.rng
    serves = owner is not None
    if owner is None:  # now and then somebody's second flat
        owner = rng.choice(earlier) if earlier and rng.random() < 0.03 else people.person()
    register.own(unit, owner)
    if rng.random() < 0.12:
        partner = people.person()
        register.own(unit, partner, is_voter=False)
        register.live(unit, partner, ResidencyKind.FAMILY)
    if serves or rng.random() < 0.75:
        register.live(unit, owner, ResidencyKind.OWNER)
    elif rng.random() < 0.4:
        register.live(unit, people.person(), ResidencyKind.TENANT)
    return owner


def _sell_shops(register: Register, site: Site) -> None:
    """门面 on the ground floor, which the developer has kept."""
    developer = words()["developer"]
    for number in range(1, SHOPS + 1):
        area = register.rng.randint(3200, 9800)
        shop = register.unit(site.entrances[0][0], 1, f"商{number}", UnitUse.SHOP, area)
        register.ownerships.append(Ownership(unit=shop, developer=developer, from_on=SOLD))


def _settle_owners(register: Register, home: Site, people: People) -> None:
    """Where votes need more than chance gave: an owner of three homes, unsold flats, a committee
    that lives there."""
    flats = {
        (unit.entrance.building.name, unit.entrance.name, unit.room): unit
        for unit in register.units
    }
    owner = people.person()
    people.may_sign_in("owner", owner)
    for place in ALONE:
        register.hand_over(flats[place], owner)
    register.hand_over(flats[TOGETHER], owner, people.person())
    for place in UNSOLD:
        register.hand_over(flats[place], developer=words()["developer"])
    owning = {each.person.phone_key for each in register.ownerships if each.person}
    seated = {
        post.person.phone_key: post.person
        for post in people.posts
        if post.organization is home.committee and post.role in SEATS
    }
    for floor, (key, member) in enumerate(seated.items(), start=5):
        if key not in owning:
            register.hand_over(flats["2栋", "1单元", f"{floor}02"], member)
