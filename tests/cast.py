"""The people and places of every story; each test adds only its plot."""

from collections import Counter
from datetime import datetime
from itertools import count

from django.contrib.auth.hashers import make_password

from compounds.models import (
    STEP,
    Building,
    Compound,
    Entrance,
    Organization,
    Person,
    Post,
    keyed_hash,
    new_token,
)
from compounds.rules import SHANGHAI
from compounds.terms import OrganizationKind, Role

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)  # no holiday near
LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=SHANGHAI)


# name of the attribute: what it is called, its kind, what it stands under
ORGANIZATIONS = {
    "district": ("示例区", OrganizationKind.DISTRICT, None),
    "street": ("示例街道党工委", OrganizationKind.STREET, "district"),
    "community": ("凤凰社区", OrganizationKind.COMMUNITY, "street"),
    "far_community": ("双狮社区", OrganizationKind.COMMUNITY, "street"),
    "branch": ("示范小区一党支部", OrganizationKind.BRANCH, "community"),
    "far_branch": ("示范小区二党支部", OrganizationKind.BRANCH, "far_community"),
    "company": ("安居物业", OrganizationKind.PROPERTY_COMPANY, "branch"),
    "fire_brigade": ("消防救援支队", OrganizationKind.DEPARTMENT, "district"),
    "housing": ("住房城乡建委", OrganizationKind.DEPARTMENT, "district"),
}
PEOPLE = {
    "resident": ("居民", None, None),
    "secretary": ("书记", "branch", Role.BRANCH_SECRETARY),
    "stranger": ("外人", "far_branch", Role.BRANCH_SECRETARY),
    "community_staff": ("社区", "community", Role.COMMUNITY_STAFF),
    "dispatcher": ("派单员", "street", Role.DISPATCHER),
    "street_leader": ("街道领导", "street", Role.STREET_LEADER),
    "liaison": ("联络员", "fire_brigade", Role.LIAISON),
    "department_leader": ("支队长", "fire_brigade", Role.LEADER),
    "company_staff": ("物业", "company", Role.COMPANY_STAFF),
    "district_supervisor": ("督办", "district", Role.DISTRICT_SUPERVISOR),
    "administrator": ("管理员", "district", Role.ADMINISTRATOR),
    "security": ("安全员", "district", Role.SECURITY_ADMINISTRATOR),
    "auditor": ("审计员", "district", Role.AUDITOR),
}


class Cast:
    """One street with two compounds in two communities, twins in all but their people.

    Laid out in seven statements, since a thousand tests begin with it.
    """

    def __init__(self):
        self._numbers = count(1)
        self._found_organizations()
        branches = {"示范小区一": self.branch, "示范小区二": self.far_branch}
        self.home, self.elsewhere = Compound.objects.bulk_create(
            Compound(code=f"BS{number:03}", name=name, branch=branch, households=120)
            for number, (name, branch) in enumerate(branches.items(), start=1)
        )
        self._build(self.home, self.elsewhere)
        self._appoint_people()

    def _found_organizations(self):
        children = Counter()
        for attribute, (name, kind, above) in ORGANIZATIONS.items():
            parent = getattr(self, above).path if above else ""
            children[parent] += 1
            path = f"{parent}{children[parent]:04}"
            founded = Organization(name=name, kind=kind, path=path, depth=len(path) // STEP)
            setattr(self, attribute, founded)
        for founded in self._organizations():
            founded.numchild = children[founded.path]
        Organization.objects.bulk_create(self._organizations())

    def _organizations(self):
        return [getattr(self, attribute) for attribute in ORGANIZATIONS]

    def _build(self, *compounds):
        buildings = Building.objects.bulk_create(
            Building(compound=compound, name=f"{number}栋", position=number)
            for compound in compounds
            for number in (1, 2)
        )
        Entrance.objects.bulk_create(
            Entrance(building=building, name="1单元", position=1, token=new_token())
            for building in buildings
        )

    def _appoint_people(self):
        password = make_password("correct horse")
        people = [self._someone(name, password=password) for name, _, _ in PEOPLE.values()]
        Person.objects.bulk_create(people)
        posts = []
        for person, (attribute, (_, place, role)) in zip(people, PEOPLE.items(), strict=True):
            setattr(self, attribute, person)
            if place:
                at = getattr(self, place)
                posts.append(Post(person=person, organization=at, role=role, started_at=LONG_AGO))
        Post.objects.bulk_create(posts)

    def _someone(self, name, **more):
        phone = f"138{next(self._numbers):08}"
        return Person(name=name, phone=phone, phone_key=keyed_hash(phone), **more)

    def organization(self, name, kind, parent):
        parent.refresh_from_db()
        return Organization.objects.add_child(parent, {"name": name, "kind": kind})

    def compound(self, code, name, community):
        branch = self.organization(f"{name}党支部", OrganizationKind.BRANCH, community)
        compound = Compound.objects.create(code=code, name=name, branch=branch, households=120)
        self._build(compound)
        return compound

    def person(self, name, organization=None, role=None, **post):
        person = self._someone(name, password=make_password("correct horse"))
        person.save()
        if organization:
            Post.objects.create(
                person=person, organization=organization, role=role, started_at=LONG_AGO, **post
            )
        return person
