"""Who may see and touch which roll. Names stand on the pages of those who keep it alone."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from compounds.access import (
    User,
    compound_to_read,
    holds,
    homes,
    posts_in,
    visible_compounds,
)
from compounds.models import Compound
from compounds.terms import Role
from ownerscommittee.votes.models import Roll, RollImport, RollObjection, VotingRight
from ownerscommittee.votes.models.rolls import RollQuerySet, VotingRightQuerySet

# 业委会、筹备组 of the compound itself, under its branch.
OF_ITS_BODIES = {Role.CHAIR, Role.COMMITTEE_MEMBER}
KEEPS_ROLLS = {Role.BRANCH_SECRETARY}
# The community supervises: it reads what the keepers read, and changes nothing.
READS_ROLLS = {*KEEPS_ROLLS, Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF}


def may_keep_rolls(user: User, compound: Compound) -> bool:
    branch = compound.branch
    if holds(user, *KEEPS_ROLLS, organization=branch):
        return True
    posts = posts_in(user, *OF_ITS_BODIES)
    return any(post.organization.path.startswith(branch.path) for post in posts)


def may_read_rolls(user: User, compound: Compound) -> bool:
    if holds(user, *READS_ROLLS, organization=compound.branch):
        return True
    return may_keep_rolls(user, compound)


def compounds_whose_rolls_are_kept(user: User) -> list[Compound]:
    """For the front page: where the user draws up rolls; nothing for whoever keeps none."""
    if not posts_in(user, *KEEPS_ROLLS, *OF_ITS_BODIES):
        return []
    found = visible_compounds(user).for_list()[:5]
    return [compound for compound in found if may_keep_rolls(user, compound)]


def compound_of_rolls(user: User, code: str) -> Compound:
    """For those who keep or supervise its rolls."""
    compound = compound_to_read(user, code)
    if not may_read_rolls(user, compound):
        raise PermissionDenied
    return compound


def compound_to_list_owners(user: User, code: str) -> Compound:
    compound = compound_to_read(user, code)
    if not may_keep_rolls(user, compound):
        raise PermissionDenied
    return compound


def roll_to_read(user: User, code: str, pk: int) -> Roll:
    """With names: 404 outside the compound, 403 without the right."""
    compound = compound_to_read(user, code)
    roll = _roll(compound, pk)
    if not may_read_rolls(user, compound):
        raise PermissionDenied
    return roll


def roll_to_keep(user: User, code: str, pk: int) -> Roll:
    roll = roll_to_read(user, code, pk)
    if not may_keep_rolls(user, roll.compound):
        raise PermissionDenied
    return roll


def _roll(compound: Compound, pk: int) -> Roll:
    roll = Roll.objects.for_list().filter(compound=compound, pk=pk).first()
    if roll is None:
        raise Http404
    roll.compound = compound
    return roll


def objection_to_answer(user: User, code: str, pk: int, number: int) -> RollObjection:
    roll = roll_to_keep(user, code, pk)
    objection = roll.objections.select_related("unit__entrance__building").filter(pk=number).first()
    if objection is None:
        raise Http404
    objection.roll = roll
    return objection


def right_to_correct(user: User, code: str, pk: int, number: int) -> VotingRight:
    roll = roll_to_keep(user, code, pk)
    right = roll.rights.counted().filter(number=number).first()
    if right is None:
        raise Http404
    right.roll = roll
    return right


def import_to_confirm(user: User, code: str, pk: int) -> RollImport:
    compound = compound_to_list_owners(user, code)
    found = RollImport.objects.select_related("building", "entrance__building", "roll")
    received = found.filter(compound=compound, pk=pk).first()
    if received is None:
        raise Http404
    received.compound = compound
    return received


def posted_rolls(compound: Compound) -> RollQuerySet:
    """What hangs on the wall there, the newest first."""
    return Roll.objects.for_list().filter(compound=compound, posted_at__isnull=False)


def posted_roll(code: str, pk: int) -> Roll:
    """公示 hangs on the wall: everybody may read it, and it has no names."""
    posted = Roll.objects.for_list().filter(posted_at__isnull=False)
    roll = posted.filter(compound__code=code, pk=pk).first()
    if roll is None:
        raise Http404
    return roll


def own_rights(user: User, roll: Roll) -> VotingRightQuerySet:
    """The lines of this roll that are the user's own."""
    if not user.is_authenticated:
        return VotingRight.objects.none()
    return roll.rights.of_person(user).for_list()


def may_object(user: User, roll: Roll) -> bool:
    """Whoever lives or owns there may say that the roll is wrong, on it or not."""
    return homes(user).filter(entrance__building__compound=roll.compound_id).exists()
