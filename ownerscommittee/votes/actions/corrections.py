"""更正: what changes on a roll once it has been posted, with reason, actor and posting anew."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from compounds.models import OwnedUnit, Person, keyed_hash, working_calendar
from compounds.rules import Conflict, Refused, local_day
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.actions.rolls import add_up, lock
from ownerscommittee.votes.models import RightUnit, Roll, RollCorrection, VotingRight
from ownerscommittee.votes.rules.timetable import last_day
from ownerscommittee.votes.rules.weights import amount
from ownerscommittee.votes.terms import Measure

Line = dict[str, Any]


@transaction.atomic
def correct_area(
    line: RightUnit, *, area: int, basis: str, reason: str, by: Person, at: datetime, key: UUID
) -> RollCorrection:
    """The area of one unit, in 0.01 ㎡, and where it was read."""

    def change(correction: RollCorrection) -> None:
        RightUnit.objects.filter(pk=line.pk).update(
            area=area, area_basis=basis, correction=correction
        )
        _weigh(line.right, correction)

    was, becomes = ({"房屋": str(line.unit), "面积": _words(each)} for each in (line.area, area))
    return _correct(line.roll, change, was, becomes, reason=reason, by=by, at=at, key=key)


@transaction.atomic
def correct_owner(
    right: VotingRight,
    *,
    name: str,
    phone: str,
    reason: str,
    by: Person,
    at: datetime,
    key: UUID,
) -> RollCorrection:
    """Who the owner is and by which telephone; whose account it is follows from that.

    Without a telephone the one on the roll stays.
    """

    def change(correction: RollCorrection) -> None:
        found = {"phone": phone, "phone_key": keyed_hash(phone)} if phone else {}
        voter = {"voter": Person.objects.with_phone(phone)} if phone else {}
        VotingRight.objects.filter(pk=right.pk).update(
            name=name, correction=correction, **found, **voter
        )

    # The names themselves stay out of what others may read.
    said = {"序号": right.number}
    return _correct(
        right.roll,
        change,
        {**said, "业主": "原登记"},
        {**said, "业主": "已更正"},
        reason=reason,
        by=by,
        at=at,
        key=key,
    )


@transaction.atomic
def strike_unit(
    line: RightUnit, *, reason: str, by: Person, at: datetime, key: UUID
) -> RollCorrection:
    """划去: a unit that does not belong there; a right without any unit is struck with it."""

    def change(correction: RollCorrection) -> None:
        RightUnit.objects.filter(pk=line.pk).update(is_struck=True, correction=correction)
        _weigh(line.right, correction)

    was = {"房屋": str(line.unit), "面积": _words(line.area)}
    return _correct(line.roll, change, was, {}, reason=reason, by=by, at=at, key=key)


@transaction.atomic
def add_unit(
    roll: Roll,
    unit: OwnedUnit,
    *,
    right: VotingRight | None = None,
    name: str = "",
    phone: str = "",
    reason: str,
    by: Person,
    at: datetime,
    key: UUID,
) -> RollCorrection:
    """补登: a unit that was left out, to an owner who is on the roll already, or to a new one."""

    def change(correction: RollCorrection) -> None:
        its = right or _new_right(roll, unit, name, phone, correction)
        RightUnit.objects.create(
            roll=roll,
            right=its,
            unit=unit,
            area=unit.exclusive_area,
            area_basis=unit.area_basis,
            correction=correction,
        )
        if right:
            _weigh(right, correction)

    if roll.units.filter(unit=unit, is_struck=False).exists():
        raise Refused(f"{unit}已经在名册上。要换业主，请先划去再补登。")
    becomes = {"房屋": str(unit), "面积": _words(unit.exclusive_area)}
    return _correct(roll, change, {}, becomes, reason=reason, by=by, at=at, key=key)


def _new_right(
    roll: Roll, unit: OwnedUnit, name: str, phone: str, correction: RollCorrection
) -> VotingRight:
    last = roll.rights.aggregate(last=Max("number"))["last"] or 0
    return VotingRight.objects.create(
        roll=roll,
        number=last + 1,
        voter=Person.objects.with_phone(phone) if phone else None,
        name=name,
        phone=phone,
        phone_key=keyed_hash(phone) if phone else "",
        area=unit.exclusive_area,
        building_id=unit.entrance.building_id,
        entrance=unit.entrance,
        correction=correction,
    )


def _weigh(right: VotingRight, correction: RollCorrection) -> None:
    """The right's area from its units as they stand now."""
    area = right.units.filter(is_struck=False).aggregate(area=Sum("area"))["area"]
    VotingRight.objects.filter(pk=right.pk).update(
        area=area or 0, is_struck=not area, correction=correction
    )


def _correct(
    roll: Roll,
    change: Callable[[RollCorrection], None],
    was: Line,
    becomes: Line,
    *,
    reason: str,
    by: Person,
    at: datetime,
    key: UUID,
) -> RollCorrection:
    """Before the freeze the posting goes on; after it, the correction is posted as long again."""
    roll = lock(roll)
    if known := RollCorrection.objects.filter(submission_key=key).first():
        return known
    if not roll.posted_at or not roll.posted_until:
        raise Refused("名册还没有公示。公示以前请改房屋登记，再重新编制。")
    if roll.locked_at:
        raise Conflict("这份名册上的表决已经开始，不能再改。")
    days = int(roll.profile.number(LocalNumber.ROLL_POSTING_DAYS).value)
    again = last_day(local_day(at), days, working_calendar())
    correction = roll.corrections.create(
        reason=reason,
        before=[was] if was else [],
        after=[becomes] if becomes else [],
        by=by,
        at=at,
        posted_until=again if roll.frozen_at else roll.posted_until,
        submission_key=key,
    )
    change(correction)
    add_up(roll)
    return correction


def _words(area: int) -> str:
    return f"{amount(area, Measure.AREA)} ㎡"
