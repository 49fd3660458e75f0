from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from compounds.models import Entrance, OwnedUnit, Residency, coverage_of
from compounds.rules import is_overburdened
from compounds.terms import OrganizationKind, ResidencyKind, Role, UnitUse


@pytest.fixture
def tower(cast):
    """The first building of the home compound: three floors, two dwellings on each."""
    entrance = Entrance.objects.of_compound(cast.home).first()
    for floor in (1, 2, 3):
        for room in (1, 2):
            OwnedUnit.objects.create(
                entrance=entrance, floor=floor, room=f"{floor}0{room}", exclusive_area=9000
            )
    OwnedUnit.objects.create(
        entrance=entrance, floor=-1, room="B1", use=UnitUse.PARKING, exclusive_area=1200
    )
    return entrance


def head(cast, name, role, **place):
    return cast.person(name, cast.home.branch, role, **place)


def test_coverage_counts_the_places_with_a_head_at_each_level(cast, tower):
    head(cast, "王栋", Role.BUILDING_HEAD, building=tower.building)
    head(cast, "李层", Role.FLOOR_HEAD, entrance=tower, floor=2)
    cast.organization("第一党小组", OrganizationKind.GROUP, cast.home.branch)

    levels = {level.label: level for level in coverage_of(cast.home, timezone.now()).levels}

    assert (levels["楼栋"].covered, levels["楼栋"].total, levels["楼栋"].rate) == (1, 2, "50%")
    assert (levels["单元"].covered, levels["单元"].total) == (0, 2)
    assert (levels["楼层"].covered, levels["楼层"].total) == (1, 4)
    assert (levels["党小组"].covered, levels["党小组"].total) == (0, 1)
    assert levels["楼栋"].households_per_head == "6"


def test_the_map_shows_each_floor_from_the_top_and_where_a_head_is_missing(client, cast, tower):
    head(cast, "李层", Role.FLOOR_HEAD, entrance=tower, floor=2)
    client.force_login(cast.secretary)

    page = client.get(reverse("compounds:coverage", args=[cast.home.code]))

    first, second = page.context["coverage"].maps
    assert [row.floor for row in first.floors] == [3, 2, 1, -1]
    assert [bool(row.cells[0].heads) for row in first.floors] == [False, True, False, False]
    assert first.missing == 5
    assert second.missing == 2
    assert "李层" in page.text


@pytest.mark.parametrize(
    ("households", "heads", "too_many"),
    [(100, 1, False), (101, 1, True), (201, 2, True), (200, 2, False), (500, 0, False)],
)
def test_more_than_a_hundred_households_a_head_is_too_many(households, heads, too_many):
    assert is_overburdened(households, heads) is too_many


def live(person, unit):
    Residency.objects.create(
        unit=unit, person=person, kind=ResidencyKind.TENANT, from_on=date(2025, 1, 1)
    )


def test_a_resident_sees_the_heads_of_the_own_home_with_their_telephone(client, cast, tower):
    live(cast.resident, tower.units.get(room="201"))
    own = head(cast, "李层", Role.FLOOR_HEAD, entrance=tower, floor=2)
    other = head(cast, "张层", Role.FLOOR_HEAD, entrance=tower, floor=3)
    client.force_login(cast.resident)

    page = client.get(reverse("compounds:heads", args=[cast.home.code]))

    assert f"tel:{own.phone}" in page.text
    assert other.phone not in page.text
    assert cast.secretary.phone not in page.text


def test_heads_are_for_those_who_live_there_and_for_staff(client, cast, tower):
    url = reverse("compounds:heads", args=[cast.home.code])
    for who, status in [("resident", 404), ("stranger", 404), ("secretary", 200)]:
        client.force_login(getattr(cast, who))
        assert client.get(url).status_code == status

    live(cast.resident, tower.units.get(room="201"))
    client.force_login(cast.resident)
    assert client.get(url).status_code == 200
    assert client.get(cast.home.get_absolute_url()).status_code == 404


def test_who_moved_out_sees_no_heads_any_more(client, cast, tower):
    live(cast.resident, tower.units.get(room="201"))
    Residency.objects.update(to_on=date(2025, 6, 1))
    client.force_login(cast.resident)

    assert client.get(reverse("compounds:heads", args=[cast.home.code])).status_code == 404
