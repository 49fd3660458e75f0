"""The people and places of every story; each test adds only its plot."""

from datetime import datetime
from itertools import count

from compounds.models import Building, Compound, Entrance, Organization, Person, Post, new_token
from compounds.rules import SHANGHAI
from compounds.terms import OrganizationKind, Role

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)  # no holiday near
LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=SHANGHAI)


class Cast:
    """One street with two compounds in two communities, twins in all but their people."""

    def __init__(self):
        self._numbers = count(1)
        self.district = Organization.objects.add_root(
            {"name": "示例区", "kind": OrganizationKind.DISTRICT}
        )
        self.street = self.organization("示例街道党工委", OrganizationKind.STREET, self.district)
        self.community = self.organization("凤凰社区", OrganizationKind.COMMUNITY, self.street)
        self.far_community = self.organization("双狮社区", OrganizationKind.COMMUNITY, self.street)
        self.home = self.compound("BS001", "示范小区一", self.community)
        self.elsewhere = self.compound("BS002", "示范小区二", self.far_community)
        self.company = self.organization(
            "安居物业", OrganizationKind.PROPERTY_COMPANY, self.home.branch
        )
        self.fire_brigade = self.organization(
            "消防救援支队", OrganizationKind.DEPARTMENT, self.district
        )
        self.housing = self.organization("住房城乡建委", OrganizationKind.DEPARTMENT, self.district)

        self.resident = self.person("居民")
        self.secretary = self.person("书记", self.home.branch, Role.BRANCH_SECRETARY)
        self.stranger = self.person("外人", self.elsewhere.branch, Role.BRANCH_SECRETARY)
        self.community_staff = self.person("社区", self.community, Role.COMMUNITY_STAFF)
        self.dispatcher = self.person("派单员", self.street, Role.DISPATCHER)
        self.street_leader = self.person("街道领导", self.street, Role.STREET_LEADER)
        self.liaison = self.person("联络员", self.fire_brigade, Role.LIAISON)
        self.department_leader = self.person("支队长", self.fire_brigade, Role.LEADER)
        self.company_staff = self.person("物业", self.company, Role.COMPANY_STAFF)
        self.district_supervisor = self.person("督办", self.district, Role.DISTRICT_SUPERVISOR)
        self.administrator = self.person("管理员", self.district, Role.ADMINISTRATOR)
        self.security = self.person("安全员", self.district, Role.SECURITY_ADMINISTRATOR)
        self.auditor = self.person("审计员", self.district, Role.AUDITOR)

    def organization(self, name, kind, parent):
        parent.refresh_from_db()
        return Organization.objects.add_child(parent, {"name": name, "kind": kind})

    def compound(self, code, name, community):
        branch = self.organization(f"{name}党支部", OrganizationKind.BRANCH, community)
        compound = Compound.objects.create(code=code, name=name, branch=branch, households=120)
        for number in (1, 2):
            building = Building.objects.create(
                compound=compound, name=f"{number}栋", position=number
            )
            Entrance.objects.create(building=building, name="1单元", position=1, token=new_token())
        return compound

    def person(self, name, organization=None, role=None, **post):
        phone = f"138{next(self._numbers):08}"
        person = Person.objects.create_person(phone=phone, name=name, password="correct horse")
        if organization:
            Post.objects.create(
                person=person, organization=organization, role=role, started_at=LONG_AGO, **post
            )
        return person
