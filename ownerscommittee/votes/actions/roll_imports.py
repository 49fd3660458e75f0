"""名册导入: an owners' roll is received, compared with what is registered, and drawn up once."""

import json
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compounds.models import Compound, OwnedUnit, Person, keyed_hash
from compounds.rules import Refused, masked_phone
from ownerscommittee.votes.actions.rolls import ORDER, Listed, new_roll, owners_of, write_roll
from ownerscommittee.votes.models import Roll, RollImport, SheetLine
from ownerscommittee.votes.rules.titles import COUNTED_USES, Title, holdings_of, weight_of
from ownerscommittee.votes.rules.weights import NOTHING, Weight
from ownerscommittee.votes.terms import ROLL_COLUMNS, Scope

Row = dict[str, Any]
Key = tuple[str, str, str]
ROOM, OWNER, PHONE_NUMBER = ROLL_COLUMNS[2:5]


@dataclass
class Comparison:
    """What the sheet says beside what the register and the ownerships say. Nothing is written."""

    rows: list[Row]
    weight: Weight = NOTHING
    listed: list[Listed] = field(default_factory=list)
    areas: list[tuple[OwnedUnit, int, int]] = field(default_factory=list)
    owners: list[tuple[OwnedUnit, str, str]] = field(default_factory=list)
    left_out: list[OwnedUnit] = field(default_factory=list)
    uncounted: list[OwnedUnit] = field(default_factory=list)
    without_voter: list[OwnedUnit] = field(default_factory=list)
    namesakes: list[tuple[str, list[int]]] = field(default_factory=list)

    @property
    def bad_rows(self) -> list[Row]:
        return [row for row in self.rows if row["errors"]]


@transaction.atomic
def receive_roll(
    compound: Compound, rows: list[Row], *, by: Person, at: datetime, key: UUID, **place: Any
) -> RollImport:
    """Keep the sheet's rows until they are confirmed; the same submission key, the same upload."""
    received, _ = RollImport.objects.get_or_create(
        submission_key=key,
        defaults={
            "compound": compound,
            **place,
            "by": by,
            "at": at,
            "sheet": json.dumps(rows, ensure_ascii=False),
            "errors_count": sum(bool(row["errors"]) for row in rows),
        },
    )
    return received


def compare_roll(received: RollImport) -> Comparison:
    """The dry run, as the register stands now: a handful of queries however long the sheet."""
    roll = _roll_of(received)
    units = list(roll.units_of_its_place().order_by(*ORDER))
    known = {(u.entrance.building.name, u.entrance.name, u.room): u for u in units}
    owned = owners_of(units, received.cut_off_on)
    comparison = Comparison(received.rows)
    groups = _by_unit(comparison.rows, known, owned)
    people = _accounts(groups)
    comparison.listed = [_listed(known[key], groups[key], people) for key in known if key in groups]
    counted = {*COUNTED_USES, *roll.also_counted}
    holdings = holdings_of([each.title for each in comparison.listed], roll.also_counted)
    comparison.weight = weight_of(holdings)
    for each in comparison.listed:
        _compare(each, comparison, owned.get(each.unit.pk, []))
        if each.unit.use not in counted:
            comparison.uncounted.append(each.unit)
    if received.scope != Scope.UNITS:
        comparison.left_out = [
            unit for key, unit in known.items() if key not in groups and unit.use in counted
        ]
    comparison.namesakes = _namesakes(comparison.rows)
    return comparison


def _roll_of(received: RollImport) -> Roll:
    return new_roll(
        received.compound,
        scope=received.scope,
        building=received.building,
        entrance=received.entrance,
        cut_off_on=received.cut_off_on,
    )


def _by_unit(
    rows: list[Row], known: dict[Key, OwnedUnit], owned: dict[Hashable, Any]
) -> dict[Key, list[SheetLine]]:
    """The good rows under their units; a row that names none, or nobody there, is marked."""
    groups: dict[Key, list[SheetLine]] = {}
    for row in rows:
        if row["errors"]:
            continue
        line = SheetLine(*row["line"])
        if line.unit not in known:
            row["errors"] = [[ROOM, "房屋登记的这个范围里没有这套房。"]]
            continue
        if "*" in line.phone:
            line = line._replace(phone=_unmasked(line, owned.get(known[line.unit].pk, [])))
            if not line.phone:
                row["errors"] = [[PHONE_NUMBER, "带星号的号码和登记的对不上，请写全。"]]
                continue
        groups.setdefault(line.unit, []).append(line)
    return groups


def _unmasked(line: SheetLine, ownerships: list[Any]) -> str:
    """The telephone of the registered owner of that name and unit, where stars stand for it."""
    phones = [
        each.person.phone
        for each in ownerships
        if each.person
        and each.person.name == line.name
        and masked_phone(each.person.phone) == line.phone
    ]
    return phones[0] if len(phones) == 1 else ""


def _accounts(groups: dict[Key, list[SheetLine]]) -> dict[str, Person]:
    """By telephone; one query for all of them."""
    phones = {line.phone for lines in groups.values() for line in lines if line.phone}
    keys = {keyed_hash(phone): phone for phone in phones}
    found = Person.objects.filter(phone_key__in=list(keys))
    return {keys[person.phone_key]: person for person in found}


def _listed(unit: OwnedUnit, lines: list[SheetLine], people: dict[str, Person]) -> Listed:
    """An owner is one by name and telephone, a developer by name alone."""
    named = [line for line in lines if line.is_voter]
    if not named and len(lines) == 1 and lines[0].is_voter is None:
        named = lines
    voter = named[0] if named and not named[0].is_developer else None
    title = Title(
        unit=unit.pk,
        owners=frozenset((line.name, line.phone) for line in lines),
        area=next((line.area for line in lines if line.area), unit.exclusive_area),
        voter=(voter.name, voter.phone) if voter else None,
        use=unit.use,
        is_developer=lines[0].is_developer,
    )
    return Listed(
        unit,
        title,
        tuple(line.name for line in lines),
        people.get(voter.phone) if voter else None,
        voter.phone if voter else "",
        next((line.basis for line in lines if line.basis), unit.area_basis),
    )


def _compare(each: Listed, comparison: Comparison, ownerships: list[Any]) -> None:
    if each.title.area != each.unit.exclusive_area:
        comparison.areas.append((each.unit, each.unit.exclusive_area, each.title.area))
    registered = {one.person.name if one.person else one.developer for one in ownerships}
    if registered != {*each.names}:
        comparison.owners.append((each.unit, "、".join(sorted(registered)), "、".join(each.names)))
    if each.title.voter is None and not each.title.is_developer:
        comparison.without_voter.append(each.unit)


def _namesakes(rows: list[Row]) -> list[tuple[str, list[int]]]:
    """One name in several units: by its telephone one person or several, so look again."""
    found: dict[str, dict[Key, int]] = {}
    for row in rows:
        if not row["errors"]:
            line = SheetLine(*row["line"])
            if not line.is_developer and not line.phone:
                found.setdefault(line.name, {}).setdefault(line.unit, row["row"])
    return [(name, sorted(units.values())) for name, units in found.items() if len(units) > 1]


@transaction.atomic
def draw_up_imported(received: RollImport, *, by: Person, at: datetime) -> Roll:
    """编制 from the sheet. Confirmed twice, it is one roll; register and ownerships stay as are."""
    Compound.objects.select_for_update().get(pk=received.compound_id)
    received.refresh_from_db()
    if received.roll:
        return received.roll
    comparison = compare_roll(received)
    if wrong := len(comparison.bad_rows):
        raise Refused(f"表里还有 {wrong} 行错误，改好后请重新上传。")
    roll = write_roll(
        _roll_of(received), comparison.listed, by=by, at=at, key=received.submission_key
    )
    received.roll, received.sheet = roll, ""
    received.save(update_fields=["roll", "sheet"])
    return roll
