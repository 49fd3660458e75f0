"""业主名册: drawn up from the ownerships, posted, objected to, answered, frozen."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from compounds.access import running
from compounds.models import (
    Building,
    Compound,
    Entrance,
    OwnedUnit,
    Ownership,
    Person,
    keyed_hash,
    working_calendar,
)
from compounds.rules import Conflict, Refused, local_day
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.models import RightUnit, Roll, RollObjection, VotingRight
from ownerscommittee.votes.rules.sealing import roll_lines, sha256_of
from ownerscommittee.votes.rules.timetable import last_day
from ownerscommittee.votes.rules.titles import Holding, Title, holdings_of
from ownerscommittee.votes.terms import Scope

ORDER = ("entrance__building__position", "entrance__position", "floor", "room", "pk")
BATCH = 2000


@dataclass(frozen=True)
class Listed:
    """A unit as it comes onto the roll: its title, its owners' names, and who votes for it."""

    unit: OwnedUnit
    title: Title
    names: tuple[str, ...]
    voter: Person | None
    phone: str
    basis: str


@transaction.atomic
def draw_up_roll(
    compound: Compound,
    *,
    scope: str = Scope.COMPOUND,
    building: Building | None = None,
    entrance: Entrance | None = None,
    units: Iterable[OwnedUnit] = (),
    cut_off_on: date,
    by: Person,
    at: datetime,
    key: UUID,
) -> Roll:
    """编制: a line for each owner in the scope, by who owns what on the cut-off day.

    The same submission key, the same roll.
    """
    Compound.objects.select_for_update().get(pk=compound.pk)
    if known := Roll.objects.filter(submission_key=key).first():
        return known
    roll = new_roll(
        compound, scope=scope, building=building, entrance=entrance, cut_off_on=cut_off_on
    )
    chosen = roll.units_of_its_place()
    if scope == Scope.UNITS:
        chosen = chosen.filter(pk__in=[unit.pk for unit in units])
    return write_roll(roll, _listed(chosen.order_by(*ORDER), cut_off_on), by=by, at=at, key=key)


def new_roll(compound: Compound, *, cut_off_on: date, **place: Any) -> Roll:
    """Not saved yet; with the numbers and the bylaws of its day."""
    bylaws = Bylaws.objects.in_force(compound, cut_off_on)
    return Roll(
        compound=compound,
        cut_off_on=cut_off_on,
        profile=LocalityProfile.objects.in_force(cut_off_on),
        bylaws=bylaws if bylaws.pk else None,
        **place,
    )


def write_roll(roll: Roll, listed: list[Listed], *, by: Person, at: datetime, key: UUID) -> Roll:
    """The roll and its lines, numbered in the order of the units."""
    roll.by, roll.at, roll.submission_key = by, at, key
    roll.save()
    by_unit: dict[Hashable, Listed] = {each.unit.pk: each for each in listed}
    holdings = holdings_of([each.title for each in listed], roll.also_counted)
    rights = VotingRight.objects.bulk_create(
        [
            _right(roll, number, holding, [by_unit[title.unit] for title in holding.titles])
            for number, holding in enumerate(holdings, start=1)
        ],
        batch_size=BATCH,
    )
    RightUnit.objects.bulk_create(
        [
            RightUnit(
                roll=roll,
                right=right,
                unit=by_unit[title.unit].unit,
                area=title.area,
                area_basis=by_unit[title.unit].basis,
            )
            for right, holding in zip(rights, holdings, strict=True)
            for title in holding.titles
        ],
        batch_size=BATCH,
    )
    add_up(roll)
    if not roll.heads:
        raise Refused("这个范围里没有登记业主的房屋。请先补齐房屋登记和业主。")
    return roll


def _listed(units: Iterable[OwnedUnit], on: date) -> list[Listed]:
    """Each unit that somebody owns on that day, as the ownerships say."""
    units = list(units)
    owned = owners_of(units, on)
    return [_as_owned(unit, owned[unit.pk]) for unit in units if unit.pk in owned]


def owners_of(units: list[OwnedUnit], on: date) -> dict[Hashable, list[Ownership]]:
    found: dict[Hashable, list[Ownership]] = {}
    ownerships = Ownership.objects.filter(running(on), unit__in=[unit.pk for unit in units])
    for ownership in ownerships.select_related("person").order_by("pk"):
        found.setdefault(ownership.unit_id, []).append(ownership)
    return found


def _as_owned(unit: OwnedUnit, ownerships: list[Ownership]) -> Listed:
    people = [each.person for each in ownerships if each.person]
    voters = [each.person for each in ownerships if each.is_voter and each.person]
    owners: list[Hashable] = [person.pk for person in people]
    voter = voters[0] if voters else None
    title = Title(
        unit=unit.pk,
        owners=frozenset(owners or [each.developer for each in ownerships]),
        area=unit.exclusive_area,
        voter=voter.pk if voter else None,
        use=unit.use,
        is_developer=not people,
    )
    names = tuple(person.name for person in people) or tuple(sorted(map(str, title.owners)))
    return Listed(unit, title, names, voter, voter.phone if voter else "", unit.area_basis)


def _right(roll: Roll, number: int, holding: Holding, listed: list[Listed]) -> VotingRight:
    first = listed[0]
    designated = next((each for each in listed if each.title.voter is not None), first)
    return VotingRight(
        roll=roll,
        number=number,
        voter=designated.voter,
        name="、".join(first.names),
        phone=designated.phone,
        phone_key=keyed_hash(designated.phone) if designated.phone else "",
        is_developer=holding.is_developer,
        heads=holding.weight.heads,
        area=holding.weight.area,
        building_id=first.unit.entrance.building_id,
        entrance=first.unit.entrance,
    )


def add_up(roll: Roll) -> None:
    """The roll's sums and, once frozen, its hash, from the rights as they stand."""
    sums = roll.rights.counted().aggregate(heads=Sum("heads"), area=Sum("area"))
    roll.heads, roll.area = sums["heads"] or 0, sums["area"] or 0
    if roll.frozen_at:
        roll.sha256 = digest_of(roll)
    roll.save(update_fields=["heads", "area", "sha256", "frozen_at"])


def digest_of(roll: Roll) -> str:
    """Of roll.jsonl as the evidence publishes it when a vote opens."""
    return sha256_of(roll_lines(roll.rights.counted().values_list("number", "heads", "area")))


# --- Posting, freezing ------------------------------------------------------------------------


def lock(roll: Roll) -> Roll:
    return (
        Roll.objects.select_for_update(of=("self",))
        .select_related("compound", "profile")
        .get(pk=roll.pk)
    )


@transaction.atomic
def post_roll(roll: Roll, *, at: datetime) -> Roll:
    """公示: without names, for as many days as the locality asks."""
    roll = lock(roll)
    if roll.posted_at:
        raise Conflict("名册已经公示了。")
    days = int(roll.profile.number(LocalNumber.ROLL_POSTING_DAYS).value)
    roll.posted_at = at
    roll.posted_until = last_day(local_day(at), days, working_calendar())
    roll.save(update_fields=["posted_at", "posted_until"])
    return roll


@transaction.atomic
def freeze_roll(roll: Roll, *, at: datetime) -> Roll:
    """确定: after the posting, with every objection answered and the cut-off day past."""
    roll = lock(roll)
    if roll.frozen_at:
        raise Conflict("名册已经确定了。")
    if roll.posted_until is None:
        raise Refused("名册还没有公示。")
    if local_day(at) <= roll.posted_until:
        raise Refused(f"公示到 {roll.posted_until:%Y-%m-%d} 24:00，之后才能确定。")
    if local_day(at) < roll.cut_off_on:
        raise Refused(f"名册以 {roll.cut_off_on:%Y-%m-%d} 的产权为准，到那天才能确定。")
    if waiting := roll.objections.filter(replied_at__isnull=True).count():
        raise Refused(f"还有 {waiting} 条异议没有答复，请先答复。")
    roll.frozen_at = at
    add_up(roll)
    return roll


# --- Objections -------------------------------------------------------------------------------


@transaction.atomic
def object_to_roll(
    roll: Roll, *, text: str, unit: OwnedUnit | None, by: Person, at: datetime, key: UUID
) -> RollObjection:
    """异议: while the roll is posted; the same submission key, the same objection."""
    roll = lock(roll)
    if known := RollObjection.objects.filter(submission_key=key).first():
        return known
    if not roll.posted_at or roll.frozen_at:
        raise Refused("名册现在不在公示期。有疑问请联系小区党支部。")
    return roll.objections.create(text=text, unit=unit, by=by, at=at, submission_key=key)


@transaction.atomic
def answer_objection(
    objection: RollObjection, *, reply: str, is_upheld: bool, by: Person, at: datetime
) -> RollObjection:
    """答复, once: upheld or not, with the reason. What is upheld is then corrected."""
    answered = RollObjection.objects.filter(pk=objection.pk, replied_at__isnull=True).update(
        reply=reply, is_upheld=is_upheld, replied_by=by, replied_at=at
    )
    if not answered:
        raise Conflict("这条异议已经有人答复了。")
    objection.refresh_from_db()
    return objection
