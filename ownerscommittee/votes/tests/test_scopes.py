"""Of which part of the compound a roll is: chosen by lists and ticks; and the lift of rule 9."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from compounds.models import Building, Entrance, OwnedUnit, Ownership, new_token
from compounds.rules import DAY
from ownerscommittee.votes.actions.casting import cast_by_clerk
from ownerscommittee.votes.actions.corrections import correct_area
from ownerscommittee.votes.actions.rolls import freeze_roll, post_roll
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.models import Roll
from ownerscommittee.votes.terms import Channel, Item, MeetingState, Outcome, Scope
from ownerscommittee.votes.tests.hall import NOTICED, OPENS, Hall
from ownerscommittee.votes.tests.test_rolls import by_hand, drawn, estate
from tests.cast import LONG_AGO

__all__ = ["estate"]


def send(client, cast, **typed):
    given = {
        "scope": "units",
        "cut_off_on": "2026-03-02",
        "submission_key": uuid.uuid4(),
        **typed,
    }
    return client.post(reverse("votes:roll-new", args=[cast.home.code]), given)


@pytest.fixture
def secretary(client, estate):
    client.force_login(estate.secretary)
    return client


@pytest.mark.parametrize(
    ("pasted", "area"),
    [
        ("1栋1单元101", 9_001),
        ("１栋 1单元 101室\n1-1-301", 18_004),
        ("101、201，301", 27_006),  # no other unit has these numbers
        ("101\n101\n\n1-1-101", 9_001),
        ("601", None),  # a parking place counts by the bylaws alone
    ],
)
def test_units_are_pasted_as_people_write_them(secretary, estate, pasted, area):
    send(secretary, estate, units=pasted)

    assert [roll.area for roll in Roll.objects.all()] == ([area] if area else [])


def test_each_number_that_is_no_unit_is_named_and_what_was_typed_stays(secretary, estate):
    other = Entrance.objects.filter(building__compound=estate.home).last()
    OwnedUnit.objects.create(entrance=other, floor=1, room="101", exclusive_area=1)

    page = send(secretary, estate, units="1-1-201\n101\n9栋9单元999").content.decode()

    assert "第 2 个“101”有 2 套，请写全，例如 1栋1单元101" in page
    assert "第 3 个“9栋9单元999”不在房屋登记里" in page
    assert "9栋9单元999</textarea>" in page
    assert not Roll.objects.exists()
    assert "请写房号，或勾选单元" in send(secretary, estate).content.decode()


def test_a_ticked_entrance_brings_all_its_units(secretary, estate):
    first = Entrance.objects.filter(building__compound=estate.home).first()
    send(secretary, estate, entrances=[first.pk], units="101")

    roll = Roll.objects.get()
    assert (roll.scope, roll.heads, roll.area) == (Scope.UNITS, 3, 45_015)


def test_a_unit_of_another_compound_is_not_found(secretary, estate):
    far = Entrance.objects.filter(building__compound=estate.elsewhere).first()
    OwnedUnit.objects.create(entrance=far, floor=1, room="888", exclusive_area=1)

    assert "不在房屋登记里" in send(secretary, estate, units="888").content.decode()
    assert send(secretary, estate, entrances=[far.pk]).context["form"].errors["entrances"]
    assert not Roll.objects.exists()


def test_who_votes_for_several_lines_is_shown_to_the_keeper(secretary, estate):
    Ownership.objects.filter(unit=estate.flats[4]).update(developer="", person=estate.secretary)
    roll = drawn(estate)

    assert roll.rights.sharing_a_voter() == [[2, 4]]
    page = secretary.get(roll.get_absolute_url()).content.decode()
    assert "第 2、4 号" in page
    assert (
        "第 2、4 号" not in secretary.get(post_roll(roll, at=NOTICED).posted_url).content.decode()
    )


# --- From a roll to a vote ------------------------------------------------------------------------


def test_a_lift_for_24_flats_needs_18(cast):
    """Rule 9: rebuilding asks for three quarters of those voting; all of the entrance vote."""
    hall = Hall(cast, owners=0)
    building = Building.objects.create(compound=cast.home, name="7栋", position=7)
    entrance = Entrance.objects.create(building=building, name="1单元", token=new_token())
    units = OwnedUnit.objects.bulk_create(
        OwnedUnit(entrance=entrance, floor=n, room=f"{n}01", exclusive_area=9_000)
        for n in range(1, 25)
    )
    Ownership.objects.bulk_create(
        Ownership(unit=unit, person=cast.person(f"户{unit.floor}"), from_on=LONG_AGO.date())
        for unit in units
    )
    at = NOTICED - 30 * DAY
    roll = drawn(cast, scope=Scope.ENTRANCE, entrance=entrance, cut_off_on=at.date(), at=at)
    roll = freeze_roll(post_roll(roll, at=at), at=NOTICED)
    agreeing = {"q1": 17, "q2": 18, "q3": 19}
    motions = [(Item.REBUILD, f"加装电梯方案{n}") for n in (1, 2, 3)]
    meeting = hall.open(hall.draft(motions=motions, roll=roll))
    for right in roll.rights.all():
        choices = {q: ["agree" if right.number <= n else "against"] for q, n in agreeing.items()}
        given = {"channel": Channel.HALL, "choices": choices, "note": "", "by": hall.clerk}
        cast_by_clerk(meeting, right, at=OPENS + timedelta(hours=1), **given)

    found = hall.counted(meeting).results.latest().sheet["questions"]

    assert [one["outcome"] for one in found] == [
        Outcome.NO_DECISION,
        Outcome.PASSED,
        Outcome.PASSED,
    ]
    assert {one["majority"] for one in found} == {"special"}


def test_a_correction_hangs_its_days_out_before_the_vote_opens(hall):
    """Rule 6: after the freeze a correction is posted again, and nobody votes by it before."""
    meeting = hall.noticed()
    correct_area(
        hall.roll.units.first(), area=9_500, basis="survey", **by_hand(hall.cast, NOTICED + 9 * DAY)
    )
    until = hall.roll.corrections.get().posted_until
    assert until > OPENS.date()

    assert sweep_meetings(at=OPENS) == 0
    assert hall.again(meeting).state == MeetingState.NOTICED
    after = OPENS + (until - OPENS.date() + timedelta(days=1))
    assert sweep_meetings(at=after) == 1


def test_a_notice_waits_for_the_correction_too(client, hall):
    correct_area(hall.roll.units.first(), area=9_500, basis="survey", **by_hand(hall.cast, NOTICED))
    meeting = hall.draft(opens_at=NOTICED + 15 * DAY)
    client.force_login(hall.chair)

    page = client.post(reverse("votes:notice", args=[meeting.code])).content.decode()

    assert "名册有更正，重新公示到" in page
