"""The words of the ground floor, English beside Chinese. Nothing here does anything."""

from django.db.models import TextChoices


class OrganizationKind(TextChoices):
    DISTRICT = "district", "区"
    STREET = "street", "街道党工委"
    COMMUNITY = "community", "社区党委"
    BRANCH = "branch", "小区党支部"
    GROUP = "group", "楼栋党小组"
    DEPARTMENT = "department", "职能部门"
    OWNERS_COMMITTEE = "owners_committee", "业主委员会"
    PREPARATORY_GROUP = "preparatory_group", "筹备组"
    PROPERTY_COMPANY = "property_company", "物业服务企业"


# What may stand directly under what; a kind that is no key stands at the top.
PARENT_KINDS = {
    OrganizationKind.STREET: OrganizationKind.DISTRICT,
    OrganizationKind.DEPARTMENT: OrganizationKind.DISTRICT,
    OrganizationKind.COMMUNITY: OrganizationKind.STREET,
    OrganizationKind.BRANCH: OrganizationKind.COMMUNITY,
    OrganizationKind.GROUP: OrganizationKind.BRANCH,
    OrganizationKind.OWNERS_COMMITTEE: OrganizationKind.BRANCH,
    OrganizationKind.PREPARATORY_GROUP: OrganizationKind.BRANCH,
    OrganizationKind.PROPERTY_COMPANY: OrganizationKind.BRANCH,
}

# What the page of the whole tree shows; the rest stands on the page of its branch.
TREE_KINDS = [
    OrganizationKind.DISTRICT,
    OrganizationKind.STREET,
    OrganizationKind.COMMUNITY,
    OrganizationKind.BRANCH,
    OrganizationKind.DEPARTMENT,
]


def child_kinds(kind: str) -> list[OrganizationKind]:
    """What may be founded directly under an organisation of the kind."""
    return [child for child, parent in PARENT_KINDS.items() if parent == kind]


class Role(TextChoices):
    STREET_OFFICIAL = "street_official", "街道干部"
    STREET_LEADER = "street_leader", "街道领导"
    DISPATCHER = "dispatcher", "街道派单员"
    COMMUNITY_SECRETARY = "community_secretary", "社区党委书记"
    COMMUNITY_STAFF = "community_staff", "社区工作人员"
    BRANCH_SECRETARY = "branch_secretary", "党支部书记"
    BRANCH_COMMITTEE_MEMBER = "branch_committee_member", "党支部委员"
    GROUP_LEADER = "group_leader", "党小组长"
    BUILDING_HEAD = "building_head", "楼栋长"
    ENTRANCE_HEAD = "entrance_head", "单元长"
    FLOOR_HEAD = "floor_head", "楼层长"
    SOCIAL_WORKER = "social_worker", "党群社工"
    GRID_WORKER = "grid_worker", "网格员"
    CHAIR = "chair", "业委会主任"
    COMMITTEE_MEMBER = "committee_member", "业委会委员"
    TREASURER = "treasurer", "业委会财务"
    SUPERVISOR = "supervisor", "业委会监督员"
    LIAISON = "liaison", "部门联络员"
    LEADER = "leader", "部门负责人"
    COMPANY_STAFF = "company_staff", "物业工作人员"
    POLICE = "police", "社区民警"
    DOCTOR = "doctor", "健康医生"
    LAWYER = "lawyer", "法律顾问"
    DISTRICT_SUPERVISOR = "district_supervisor", "区级督办员"
    ADMINISTRATOR = "administrator", "系统管理员"
    SECURITY_ADMINISTRATOR = "security_administrator", "安全管理员"
    AUDITOR = "auditor", "审计员"


# Where a post of each role may be held.
ROLE_KINDS = {
    OrganizationKind.DISTRICT: {
        Role.DISTRICT_SUPERVISOR,
        Role.ADMINISTRATOR,
        Role.SECURITY_ADMINISTRATOR,
        Role.AUDITOR,
    },
    OrganizationKind.STREET: {Role.STREET_OFFICIAL, Role.STREET_LEADER, Role.DISPATCHER},
    OrganizationKind.COMMUNITY: {
        Role.COMMUNITY_SECRETARY,
        Role.COMMUNITY_STAFF,
        Role.GRID_WORKER,
    },
    OrganizationKind.BRANCH: {
        Role.BRANCH_SECRETARY,
        Role.BRANCH_COMMITTEE_MEMBER,
        Role.BUILDING_HEAD,
        Role.ENTRANCE_HEAD,
        Role.FLOOR_HEAD,
        Role.SOCIAL_WORKER,
        Role.GRID_WORKER,
        Role.POLICE,
        Role.DOCTOR,
        Role.LAWYER,
    },
    OrganizationKind.GROUP: {Role.GROUP_LEADER},
    OrganizationKind.DEPARTMENT: {Role.LIAISON, Role.LEADER},
    OrganizationKind.OWNERS_COMMITTEE: {
        Role.CHAIR,
        Role.COMMITTEE_MEMBER,
        Role.TREASURER,
        Role.SUPERVISOR,
    },
    OrganizationKind.PREPARATORY_GROUP: {Role.CHAIR, Role.COMMITTEE_MEMBER},
    OrganizationKind.PROPERTY_COMPANY: {Role.COMPANY_STAFF},
}

# Three offices that watch each other: nobody may hold two of them.
SEPARATED_ROLES = {Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR}


# 楼栋长、单元长、楼层长: known by name and telephone to the residents of the place.
HEADS = [Role.BUILDING_HEAD, Role.ENTRANCE_HEAD, Role.FLOOR_HEAD]

# What a branch secretary may fill without the security administrator.
ROLES_OF_A_BRANCH = {Role.GROUP_LEADER, *HEADS}

# 交叉任职: a seat of the one kind and a seat of the other, held by one person.
BRANCH_SEATS = [Role.BRANCH_SECRETARY, Role.BRANCH_COMMITTEE_MEMBER]
OWNERS_SEATS = [Role.CHAIR, Role.COMMITTEE_MEMBER]


class Management(TextChoices):
    COMPANY = "company", "物业服务企业"
    SELF_MANAGED = "self_managed", "自主管理"


class UnitUse(TextChoices):
    DWELLING = "dwelling", "住宅"
    SHOP = "shop", "商铺"
    PARKING = "parking", "车位"
    STORAGE = "storage", "储藏间"


class AreaBasis(TextChoices):
    """Where an exclusive area was read, best first (建房[2009]274号 art. 8)."""

    REGISTER = "register", "不动产登记"
    SURVEY = "survey", "测绘报告"
    CONTRACT = "contract", "买卖合同"


class ResidencyKind(TextChoices):
    OWNER = "owner", "业主本人"
    FAMILY = "family", "家庭成员"
    TENANT = "tenant", "租户"


# The sheet of the register, in this order; export and import share it.
REGISTER_COLUMNS = ["楼栋", "单元", "楼层", "房号", "用途", "专有面积(㎡)", "面积来源"]
