"""联名提议: 20 % of the owners make the convener call a temporary meeting (rule 15)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from compounds.models import STEP, Compound, Person, Post, working_calendar
from compounds.notices.actions import notify
from compounds.rules import Conflict, Refused
from compounds.templatetags.words import due
from ownerscommittee.models import LocalityProfile
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.access.voters import petition_roll
from ownerscommittee.votes.actions.telling import CONVENERS
from ownerscommittee.votes.models import Petition, PetitionSignature, VotingRight
from ownerscommittee.votes.rules.timetable import ends_at, petition_stands
from ownerscommittee.votes.rules.weights import Weight


@transaction.atomic
def begin_petition(
    compound: Compound, *, title: str, text: str, by: Person, at: datetime, key: UUID
) -> Petition:
    """发起联名, by an owner on the compound's latest roll, who signs it first."""
    if known := Petition.objects.filter(submission_key=key).first():
        return known
    roll = petition_roll(compound)
    if roll is None:
        raise Refused("小区还没有确定业主名册，联名没有办法计数。请先联系小区党支部或社区。")
    petition = Petition.objects.create(
        compound=compound, roll=roll, title=title, text=text, by=by, at=at, submission_key=key
    )
    sign_petition(petition, by=by, at=at)
    return petition


@transaction.atomic
def sign_petition(petition: Petition, *, by: Person, at: datetime) -> Petition:
    """联名: with every right of the person. At the needed share the convener's days begin."""
    locked = Petition.objects.select_for_update(of=("self",))
    petition = locked.select_related("compound__branch", "roll__profile").get(pk=petition.pk)
    rights = list(VotingRight.objects.filter(roll=petition.roll_id).of_person(by))
    if not rights:
        raise Refused(
            "您不在小区的业主名册上，不能联名。您是业主的话，请联系小区党支部核对手机号。"
        )
    signed = petition.signatures.filter(right__in=rights).count()
    if signed == len(rights):
        raise Conflict("您已经联过名了。")
    PetitionSignature.objects.bulk_create(
        [PetitionSignature(petition=petition, right=right, by=by, at=at) for right in rights],
        ignore_conflicts=True,
    )
    if petition.reached_at is None and is_reached(petition):
        _reach(petition, at)
    return petition


def weight_of(petition: Petition) -> Weight:
    """Who has signed so far, in heads and area."""
    rights = petition.signatures.aggregate(heads=Sum("right__heads"), area=Sum("right__area"))
    return Weight(rights["area"] or 0, rights["heads"] or 0)


def is_reached(petition: Petition) -> bool:
    profile = petition.roll.profile
    return petition_stands(
        weight_of(petition),
        Weight(petition.roll.area, petition.roll.heads),
        percent=int(profile.number(LocalNumber.PETITION_PERCENT).value),
        counts_area=bool(profile.number(LocalNumber.PETITION_COUNTS_AREA).value),
    )


def _reach(petition: Petition, at: datetime) -> None:
    days = _days(petition.roll.profile)
    petition.reached_at = at
    petition.convene_due_at = ends_at(at, days, working_calendar())
    petition.save(update_fields=["reached_at", "convene_due_at"])
    branch = petition.compound.branch.path
    bodies = Q(organization__path__startswith=branch) | Q(organization__path=branch[: 3 * STEP])
    posts = Post.objects.active(at).filter(bodies, role__in=CONVENERS).select_related("person")
    notify(
        to=[post.person for post in posts],
        event="petition_reached",
        title=f"业主联名已达到比例：{petition.title}",
        body=f"请在 {due(petition.convene_due_at)} 前召集临时会议。",
        url=petition.get_absolute_url(),
        key=f"petition:{petition.pk}",
        at=at,
    )


def _days(profile: LocalityProfile) -> int:
    return int(profile.number(LocalNumber.PETITION_DAYS).value)
