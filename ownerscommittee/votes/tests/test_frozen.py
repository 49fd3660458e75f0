"""What the database itself refuses once a roll is frozen or in use."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction

from compounds.models import Entrance, OwnedUnit
from ownerscommittee.models import LocalityProfile
from ownerscommittee.votes.models import Roll, VotingRight
from tests.cast import MONDAY

POSTED = {"posted_at": MONDAY, "posted_until": MONDAY.date()}


@pytest.fixture
def roll(cast):
    entrance = Entrance.objects.filter(building__compound=cast.home).first()
    made = Roll.objects.create(
        compound=cast.home,
        cut_off_on=MONDAY.date(),
        profile=LocalityProfile.objects.in_force(MONDAY.date()),
        by=cast.secretary,
        at=MONDAY,
        **POSTED,
    )
    for number in (1, 2):
        unit = OwnedUnit.objects.create(
            entrance=entrance, floor=number, room=f"{number}01", exclusive_area=9000
        )
        right = made.rights.create(number=number, name="业主", area=9000)
        right.units.create(roll=made, unit=unit, area=9000, area_basis=unit.area_basis)
    return made


def freeze(roll, **over):
    given = {"frozen_at": MONDAY, "sha256": "0" * 64, "heads": 2, "area": 18000}
    Roll.objects.filter(pk=roll.pk).update(**{**given, **over})


@contextmanager
def refused(why):
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


@pytest.mark.parametrize("wrong", [{"heads": 3}, {"area": 17999}, {"heads": 1, "area": 9000}])
def test_a_roll_is_frozen_only_with_the_sums_of_its_rights(roll, wrong):
    with refused("does not add up"):
        freeze(roll, **wrong)
    freeze(roll)


def test_a_frozen_right_changes_by_a_correction_alone(roll, cast):
    freeze(roll)
    right = roll.rights.get(number=1)
    with refused("is frozen"):
        VotingRight.objects.filter(pk=right.pk).update(area=8000)
    with refused("is frozen"):
        right.units.all().delete()
    with refused("is frozen"):
        roll.rights.create(number=3, name="另一位", area=100)

    correction = roll.corrections.create(
        reason="面积登记更正", by=cast.secretary, at=MONDAY, posted_until=MONDAY.date()
    )
    VotingRight.objects.filter(pk=right.pk).update(is_struck=True, correction=correction)
    right.units.update(is_struck=True, correction=correction)
    Roll.objects.filter(pk=roll.pk).update(heads=1, area=9000, sha256="1" * 64)

    with refused("is frozen"):  # the same correction does not serve twice
        VotingRight.objects.filter(pk=right.pk).update(is_struck=False)


def test_a_roll_in_use_changes_no_more(roll, cast):
    freeze(roll)
    Roll.objects.filter(pk=roll.pk).update(locked_at=MONDAY)
    correction = roll.corrections.create(
        reason="太晚了", by=cast.secretary, at=MONDAY, posted_until=MONDAY.date()
    )

    with refused("is frozen"):
        roll.rights.filter(number=1).update(is_struck=True, correction=correction)
    with refused("is in use"):
        Roll.objects.filter(pk=roll.pk).update(sha256="1" * 64)


def test_nobody_lifts_the_freeze(roll):
    freeze(roll)

    with refused("is frozen"):
        Roll.objects.filter(pk=roll.pk).update(frozen_at=None, sha256="")


def test_a_unit_stands_once_on_a_roll(roll):
    unit = roll.units.first()
    with refused("right_unit_once_a_roll"):
        roll.rights.get(number=2).units.create(
            roll=roll, unit=unit.unit, area=1, area_basis=unit.area_basis
        )
