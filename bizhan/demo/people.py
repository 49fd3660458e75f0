"""The invented people of the district, their posts, and the sign-ins of the demonstration."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password

from bizhan.demo.district import FOUNDED, HOME_STREET, District, Site
from bizhan.demo.texts import person_name
from compounds.models import Organization, Person, Post, keyed_hash
from compounds.terms import Role

PASSWORD = "bishan-demo"
NO_PASSWORD = "!"  # nobody signs in with it
FIRST_PHONE = 19900000000
ANNOUNCED = [
    "resident",
    "owner",
    "chair",
    "scrutineer",
    "other_scrutineer",
    "clerk",
    "building_head",
    "secretary",
    "company",
    "community",
    "dispatcher",
    "street",
    "department",
    "department_leader",
    "supervisor",
    "administrator",
    "security",
    "auditor",
]
OFFICES = {
    "supervisor": Role.DISTRICT_SUPERVISOR,
    "administrator": Role.ADMINISTRATOR,
    "security": Role.SECURITY_ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}


class Hand(NamedTuple):
    """Who did a deed, and by which post: two columns of a ticket's event."""

    person: int | None
    role: str


SYSTEM = Hand(None, "")
REPORTER = Hand(None, "反映人")


class People:
    """Everyone invented so far; `save` writes them and their posts at once."""

    def __init__(self, rng: Random, *, at: datetime) -> None:
        self.rng = rng
        self.at = at
        self.persons: list[Person] = []
        self.posts: list[Post] = []
        self.signed_in: dict[str, Person] = {}  # role of the demonstration: person
        self.locals: dict[str, list[Person]] = {}  # code of a compound: who lives and serves there
        self._holders: dict[tuple[str, str], tuple[Person, str]] = {}
        self._known = make_password(PASSWORD)

    def person(self) -> Person:
        phone = str(FIRST_PHONE + len(self.persons) + 1)
        person = Person(
            name=person_name(self.rng),
            phone=phone,
            phone_key=keyed_hash(phone),
            password=NO_PASSWORD,
            joined_at=self.at - FOUNDED,
        )
        self.persons.append(person)
        return person

    def appoint(
        self, organization: Organization, role: Role, person: Person | None = None, **place: Any
    ) -> Person:
        person = person or self.person()
        started_at = self.at - FOUNDED
        self.posts.append(
            Post(
                person=person,
                organization=organization,
                role=role,
                started_at=started_at,
                **place,
            )
        )
        words = f"{organization.name} {role.label}"
        self._holders.setdefault((organization.path, role), (person, words))
        return person

    def may_sign_in(self, name: str, person: Person) -> None:
        person.password = self._known
        self.signed_in[name] = person

    def save(self) -> None:
        Person.objects.bulk_create(self.persons, batch_size=1000)
        Post.objects.bulk_create(self.posts, batch_size=1000)

    def holder(self, organization: Organization, role: str) -> Person:
        return self._holders[organization.path, role][0]

    def hand(self, path: str, *roles: Role) -> Hand:
        """The first of the roles that somebody holds in the organisation."""
        held = next(self._holders[path, role] for role in roles if (path, role) in self._holders)
        return Hand(held[0].pk, held[1])

    def sign_ins(self) -> dict[str, dict[str, str]]:
        """As the portal announces them, the resident first."""
        return {
            name: {"phone": person.phone, "password": PASSWORD, "name": person.name}
            for name, person in sorted(
                self.signed_in.items(), key=lambda item: ANNOUNCED.index(item[0])
            )
        }


def appoint_everyone(district: District, people: People) -> None:
    """A person for every post that the stories and the screens need."""
    for name, office in OFFICES.items():
        people.may_sign_in(name, people.appoint(district.root, office))
    for street in district.streets:
        for role in (Role.DISPATCHER, Role.STREET_OFFICIAL, Role.STREET_LEADER):
            people.appoint(street, role)
    for community in district.communities:
        for role in (Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF, Role.GRID_WORKER):
            people.appoint(community, role)
    for department in district.departments.values():
        for role in (Role.LIAISON, Role.LEADER):
            people.appoint(department, role)
    for site in district.sites:
        _appoint_branch(site, people)
        _appoint_bodies(site, people)
    _remember_predecessors(district.sites[::20], people)
    _let_in(district, people)


def _appoint_branch(site: Site, people: People) -> None:
    rng, branch = people.rng, site.branch
    members = [
        people.appoint(branch, Role.BRANCH_SECRETARY),
        people.appoint(branch, Role.BRANCH_COMMITTEE_MEMBER),
        people.appoint(branch, Role.BRANCH_COMMITTEE_MEMBER),
    ]
    members += [people.appoint(group, Role.GROUP_LEADER) for group in site.groups]
    for number, building in enumerate(site.buildings):
        if number == 0 or rng.random() < 0.7:
            members.append(people.appoint(branch, Role.BUILDING_HEAD, building=building))
        if rng.random() < 0.3:
            members.append(_appoint_entrance_head(site, number, people))
    if rng.random() < 0.5:
        people.appoint(branch, Role.SOCIAL_WORKER)
    if rng.random() < 0.2:
        for role in (Role.POLICE, Role.DOCTOR, Role.LAWYER):
            people.appoint(branch, role)
    people.locals[site.compound.code] = members


def _appoint_entrance_head(site: Site, number: int, people: People) -> Person:
    entrance = people.rng.choice(site.entrances[number])
    return people.appoint(
        site.branch, Role.ENTRANCE_HEAD, building=site.buildings[number], entrance=entrance
    )


def _appoint_bodies(site: Site, people: People) -> None:
    members = people.locals[site.compound.code]
    if site.company:
        for _ in range(2):
            people.appoint(site.company, Role.COMPANY_STAFF)
    if site.preparatory:
        people.appoint(site.preparatory, Role.CHAIR)
    if site.committee is None:
        return
    members.append(people.appoint(site.committee, Role.CHAIR))
    # 交叉任职: one who sits on the branch's committee was elected to the owners' as well.
    crossing = members[1] if people.rng.random() < 0.6 else None
    members.append(people.appoint(site.committee, Role.COMMITTEE_MEMBER, crossing))
    for role in (Role.COMMITTEE_MEMBER, Role.TREASURER, Role.SUPERVISOR):
        members.append(people.appoint(site.committee, role))


def _remember_predecessors(sites: Iterable[Site], people: People) -> None:
    """Some secretaries followed upon another one."""
    for site in sites:
        people.posts.append(
            Post(
                person=people.person(),
                organization=site.branch,
                role=Role.BRANCH_SECRETARY,
                started_at=people.at - FOUNDED - timedelta(days=700),
                ended_at=people.at - FOUNDED,
            )
        )


def _let_in(district: District, people: People) -> None:
    home = district.home
    street = next(street for street in district.streets if street.name == HOME_STREET)
    department = district.departments["消防救援支队"]
    assert home.company and home.committee
    people.may_sign_in("other_scrutineer", people.appoint(home.committee, Role.SUPERVISOR))
    seats = {
        "chair": (home.committee, Role.CHAIR),
        "scrutineer": (home.committee, Role.SUPERVISOR),
        "clerk": (home.community, Role.COMMUNITY_STAFF),
        "building_head": (home.branch, Role.BUILDING_HEAD),
        "secretary": (home.branch, Role.BRANCH_SECRETARY),
        "company": (home.company, Role.COMPANY_STAFF),
        "community": (home.community, Role.COMMUNITY_SECRETARY),
        "dispatcher": (street, Role.DISPATCHER),
        "street": (street, Role.STREET_LEADER),
        "department": (department, Role.LIAISON),
        "department_leader": (department, Role.LEADER),
    }
    people.may_sign_in("resident", people.person())
    for name, (organization, role) in seats.items():
        people.may_sign_in(name, people.holder(organization, role))
