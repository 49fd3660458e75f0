"""What each post reaches, and what it makes its holder to a ticket."""

from complaints.terms import Standing
from compounds.terms import Role

# Posts that reach every ticket in the subtree of their organisation, and what they are to it.
TREE_STANDINGS: dict[str, Standing] = {
    Role.BRANCH_SECRETARY: Standing.BRANCH,
    Role.BRANCH_COMMITTEE_MEMBER: Standing.READER,
    Role.SOCIAL_WORKER: Standing.READER,
    Role.GRID_WORKER: Standing.READER,
    Role.COMMUNITY_SECRETARY: Standing.COMMUNITY,
    Role.COMMUNITY_STAFF: Standing.COMMUNITY,
    Role.DISPATCHER: Standing.DISPATCHER,
    Role.STREET_OFFICIAL: Standing.READER,
    Role.STREET_LEADER: Standing.STREET_LEADER,
    Role.DISTRICT_SUPERVISOR: Standing.DISTRICT,
}
# Posts that reach what happens at their own stairs, and never a secret report.
HEADS = {Role.BUILDING_HEAD, Role.ENTRANCE_HEAD, Role.FLOOR_HEAD, Role.GROUP_LEADER}
# Posts of a unit that works on what was given to it.
UNIT_ROLES = {
    Role.LIAISON,
    Role.LEADER,
    Role.COMPANY_STAFF,
    Role.CHAIR,
    Role.COMMITTEE_MEMBER,
    Role.BRANCH_SECRETARY,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
}
