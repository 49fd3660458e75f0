"""The way of a roll: drawn up, posted, objected to, corrected, frozen, used."""

import uuid
from datetime import timedelta

import pytest

from compounds.models import Building, Entrance, OwnedUnit, Ownership
from compounds.rules import Conflict, Refused
from compounds.terms import UnitUse
from ownerscommittee.models import Bylaws
from ownerscommittee.votes.actions.corrections import (
    add_unit,
    correct_area,
    correct_owner,
    strike_unit,
)
from ownerscommittee.votes.actions.rolls import (
    answer_objection,
    digest_of,
    draw_up_roll,
    freeze_roll,
    object_to_roll,
    post_roll,
)
from ownerscommittee.votes.models import Roll
from ownerscommittee.votes.terms import Scope
from tests.cast import LONG_AGO, MONDAY

DAY = timedelta(days=1)
AFTER_POSTING = MONDAY + 16 * DAY


@pytest.fixture
def estate(cast):
    """Five flats and a parking place: one owner of two, a couple, the developer of two."""
    entrance = Entrance.objects.filter(building__compound=cast.home).first()
    use = [UnitUse.DWELLING] * 5 + [UnitUse.PARKING]
    cast.flats = OwnedUnit.objects.bulk_create(
        OwnedUnit(
            entrance=entrance, floor=n, room=f"{n}01", use=use[n - 1], exclusive_area=9_000 + n
        )
        for n in range(1, 7)
    )
    cast.wife = cast.person("张妻")
    owned = [
        (0, {"person": cast.resident}),
        (1, {"person": cast.resident}),
        (2, {"person": cast.secretary}),
        (2, {"person": cast.wife, "is_voter": False}),
        (3, {"developer": "建设公司"}),
        (4, {"developer": "建设公司"}),
        (5, {"person": cast.wife}),
    ]
    Ownership.objects.bulk_create(
        Ownership(unit=cast.flats[place], from_on=LONG_AGO.date(), **whose)
        for place, whose in owned
    )
    return cast


def drawn(cast, **over):
    given = {"cut_off_on": MONDAY.date(), "by": cast.secretary, "at": MONDAY, "key": uuid.uuid4()}
    return draw_up_roll(cast.home, **{**given, **over})


def by_hand(cast, at=MONDAY):
    return {"reason": "登记更正", "by": cast.secretary, "at": at, "key": uuid.uuid4()}


def frozen(cast):
    return freeze_roll(post_roll(drawn(cast), at=MONDAY), at=AFTER_POSTING)


def test_a_line_for_each_owner_and_heads_by_the_law(estate):
    roll = drawn(estate)

    assert (roll.heads, roll.area) == (3, 45_015)
    lines = [(each.number, each.name, each.heads, each.area) for each in roll.rights.all()]
    assert lines == [
        (1, "居民", 1, 18_003),
        (2, "书记、张妻", 1, 9_003),
        (3, "建设公司", 1, 18_009),
    ]
    voters = [each.voter for each in roll.rights.all()]
    assert voters == [estate.resident, estate.secretary, None]


def test_parking_is_on_the_roll_by_the_bylaws_alone(estate):
    Bylaws.objects.create(
        compound=estate.home,
        in_force_on=LONG_AGO.date(),
        terms={"count_parking": {"value": True, "article": "第九条"}},
        at=LONG_AGO,
    )

    roll = drawn(estate)

    assert (roll.heads, roll.area) == (4, 54_021)
    assert roll.bylaws


def test_the_scope_says_who_is_on_it(estate):
    first, second = Building.objects.filter(compound=estate.home)
    entrance = first.entrances.get()

    assert drawn(estate, scope=Scope.BUILDING, building=first).heads == 3
    assert drawn(estate, scope=Scope.ENTRANCE, entrance=entrance).heads == 3
    assert drawn(estate, scope=Scope.UNITS, units=estate.flats[:1]).area == 9_001
    with pytest.raises(Refused, match="没有登记业主"):
        drawn(estate, scope=Scope.BUILDING, building=second)


def test_sent_twice_it_is_one_roll(estate):
    key = uuid.uuid4()

    assert drawn(estate, key=key) == drawn(estate, key=key)
    assert Roll.objects.count() == 1


def test_the_roll_is_posted_for_fifteen_days_before_it_is_frozen(estate):
    roll = drawn(estate)
    with pytest.raises(Refused, match="还没有公示"):
        freeze_roll(roll, at=AFTER_POSTING)

    roll = post_roll(roll, at=MONDAY)
    assert roll.posted_until == (MONDAY + 15 * DAY).date()
    with pytest.raises(Conflict):
        post_roll(roll, at=MONDAY)
    with pytest.raises(Refused, match="24:00"):
        freeze_roll(roll, at=MONDAY + 15 * DAY)

    roll = freeze_roll(roll, at=AFTER_POSTING)
    assert roll.sha256 == digest_of(roll)
    with pytest.raises(Conflict):
        freeze_roll(roll, at=AFTER_POSTING)


def test_not_before_the_cut_off_day(estate):
    roll = post_roll(drawn(estate, cut_off_on=(MONDAY + 30 * DAY).date()), at=MONDAY)

    with pytest.raises(Refused, match="产权为准"):
        freeze_roll(roll, at=AFTER_POSTING)


def test_an_objection_is_answered_before_the_freeze(estate):
    roll = drawn(estate)
    key = uuid.uuid4()
    said = {"text": "面积少了", "unit": estate.flats[0], "by": estate.resident, "at": MONDAY}
    with pytest.raises(Refused, match="公示期"):
        object_to_roll(roll, **said, key=key)
    roll = post_roll(roll, at=MONDAY)

    objection = object_to_roll(roll, **said, key=key)
    assert object_to_roll(roll, **said, key=key) == objection
    with pytest.raises(Refused, match="还有 1 条异议"):
        freeze_roll(roll, at=AFTER_POSTING)

    given = {"reply": "已按登记更正", "is_upheld": True, "by": estate.secretary, "at": MONDAY}
    answer_objection(objection, **given)
    with pytest.raises(Conflict):
        answer_objection(objection, **given)
    freeze_roll(roll, at=AFTER_POSTING)
    with pytest.raises(Refused, match="公示期"):
        object_to_roll(roll, **said, key=uuid.uuid4())


def test_before_the_posting_the_register_is_mended_instead(estate):
    line = drawn(estate).units.first()

    with pytest.raises(Refused, match="房屋登记"):
        correct_area(line, area=1, basis="survey", **by_hand(estate))


def test_a_correction_after_the_freeze_is_posted_again_and_hashed_anew(estate):
    roll = frozen(estate)
    before = roll.sha256

    correction = correct_area(
        roll.units.get(unit=estate.flats[0]),
        area=9_501,
        basis="survey",
        **by_hand(estate, AFTER_POSTING),
    )

    roll.refresh_from_db()
    assert (roll.heads, roll.area) == (3, 45_515)
    assert roll.sha256 == digest_of(roll) != before
    assert correction.before == [{"房屋": "1栋1单元101", "面积": "90.01 ㎡"}]
    assert correction.after == [{"房屋": "1栋1单元101", "面积": "95.01 ㎡"}]
    assert correction.posted_until == (AFTER_POSTING + 15 * DAY).date()


def test_units_are_struck_and_added(estate):
    roll = frozen(estate)
    for flat in estate.flats[:2]:
        strike_unit(roll.units.get(unit=flat), **by_hand(estate, AFTER_POSTING))
    roll.refresh_from_db()
    assert (roll.heads, roll.area) == (2, 27_012)
    assert roll.rights.get(number=1).is_struck

    with pytest.raises(Refused, match="已经在名册上"):
        add_unit(roll, estate.flats[2], name="谁", **by_hand(estate))
    couple = roll.rights.get(number=2)
    add_unit(roll, estate.flats[0], right=couple, **by_hand(estate, AFTER_POSTING))
    add_unit(
        roll,
        estate.flats[1],
        name="新业主",
        phone=estate.stranger.phone,
        **by_hand(estate, AFTER_POSTING),
    )

    roll.refresh_from_db()
    assert (roll.heads, roll.area) == (3, 45_015)
    new = roll.rights.get(number=4)
    assert (new.name, new.voter, new.area) == ("新业主", estate.stranger, 9_002)


def test_a_corrected_owner_votes_by_the_new_telephone_and_no_name_is_told(estate):
    roll = frozen(estate)
    correction = correct_owner(
        roll.rights.get(number=3),
        name="建设公司（清算组）",
        phone=estate.wife.phone,
        **by_hand(estate, AFTER_POSTING),
    )

    assert roll.rights.of_person(estate.wife).get().number == 3
    assert "清算组" not in str(correction.after)


def test_sent_twice_a_correction_is_one(estate):
    roll = frozen(estate)
    given = by_hand(estate, AFTER_POSTING)
    line = roll.units.get(unit=estate.flats[0])

    assert strike_unit(line, **given) == strike_unit(line, **given)
    assert roll.corrections.count() == 1


def test_once_a_vote_on_it_is_open_nothing_is_corrected(estate):
    roll = frozen(estate)
    Roll.objects.filter(pk=roll.pk).update(locked_at=AFTER_POSTING)

    with pytest.raises(Conflict, match="已经开始"):
        strike_unit(roll.units.first(), **by_hand(estate, AFTER_POSTING))
