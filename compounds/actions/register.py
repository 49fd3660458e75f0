"""房屋登记表: a sheet is received, compared, and written once. Nothing half, nothing twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from compounds.models import (
    Building,
    Compound,
    Entrance,
    OwnedUnit,
    Person,
    RegisterImport,
    new_token,
    sign_as,
)
from compounds.rules import Conflict, Refused

Key = tuple[str, str, str]  # building, entrance, room
Values = tuple[int, str, int, str]  # floor, use, area in 0.01 ㎡, basis


@dataclass(frozen=True)
class Comparison:
    """What a sheet would do to the register as it stands now."""

    new: dict[Key, Values]
    changed: dict[Key, Values]
    same: int
    unmentioned: int
    new_buildings: list[str]
    new_entrances: list[tuple[str, str]]


@transaction.atomic
def receive_register(
    compound: Compound, rows: list[dict[str, Any]], *, by: Person, at: datetime, key: UUID
) -> RegisterImport:
    """Keep the sheet's rows until they are confirmed; the same submission key, the same row."""
    received, _ = RegisterImport.objects.get_or_create(
        submission_key=key,
        defaults={
            "compound": compound,
            "by": by,
            "at": at,
            "rows": rows,
            "errors_count": sum(bool(row["errors"]) for row in rows),
        },
    )
    return received


def compare_register(received: RegisterImport) -> Comparison:
    """The dry run: two queries, nothing is written."""
    sheet = {
        (unit.building, unit.entrance, unit.room): (unit.floor, unit.use, unit.area, unit.basis)
        for unit in received.units
    }
    stored = _stored(received.compound)
    entrances = set(
        Entrance.objects.filter(building__compound=received.compound)
        .order_by()
        .values_list("building__name", "name")
    )
    buildings = {building for building, _ in entrances}
    changed = {k: v for k, v in sheet.items() if k in stored and stored[k] != v}
    return Comparison(
        new={key: values for key, values in sheet.items() if key not in stored},
        changed=changed,
        same=len(sheet.keys() & stored.keys()) - len(changed),
        unmentioned=len(stored.keys() - sheet.keys()),
        new_buildings=list(dict.fromkeys(b for b, _, _ in sheet if b not in buildings)),
        new_entrances=list(dict.fromkeys((b, e) for b, e, _ in sheet if (b, e) not in entrances)),
    )


def _stored(compound: Compound) -> dict[Key, Values]:
    units = OwnedUnit.objects.filter(entrance__building__compound=compound).order_by()
    names = ("entrance__building__name", "entrance__name", "room")
    values = ("floor", "use", "exclusive_area", "area_basis")
    return {row[:3]: row[3:] for row in units.values_list(*names, *values)}


@transaction.atomic
def apply_import(received: RegisterImport, *, by: Person, at: datetime) -> Comparison:
    """Write the sheet: buildings, entrances, units new and changed. Units it omits stay."""
    sign_as(by)
    compound = Compound.objects.select_for_update().get(pk=received.compound_id)
    if received.errors_count:
        raise Refused("表里还有错误，改好后请重新上传。")
    waiting = RegisterImport.objects.filter(pk=received.pk, applied_at__isnull=True)
    if not waiting.update(applied_at=at):
        raise Conflict("这份表已经写入过了。")
    comparison = compare_register(received)
    entrances = _entrances(compound, comparison)
    OwnedUnit.objects.bulk_create(
        [
            OwnedUnit(
                entrance=entrances[building, entrance],
                room=room,
                floor=floor,
                use=use,
                exclusive_area=area,
                area_basis=basis,
            )
            for (building, entrance, room), (floor, use, area, basis) in {
                **comparison.new,
                **comparison.changed,
            }.items()
        ],
        update_conflicts=True,
        unique_fields=["entrance", "room"],
        update_fields=["floor", "use", "exclusive_area", "area_basis"],
        batch_size=2000,
    )
    return comparison


def _entrances(compound: Compound, comparison: Comparison) -> dict[tuple[str, str], Entrance]:
    """Every entrance of the compound by its names, after the new ones are built."""
    last = compound.buildings.aggregate(last=Max("position"))["last"] or 0
    Building.objects.bulk_create(
        [
            Building(compound=compound, name=name, position=last + n)
            for n, name in enumerate(comparison.new_buildings, 1)
        ],
        ignore_conflicts=True,
    )
    buildings = {building.name: building for building in compound.buildings.all()}
    known = Entrance.objects.filter(building__compound=compound)
    lasts = dict(known.order_by().values_list("building__name").annotate(Max("position")))
    new = []
    for building, name in comparison.new_entrances:
        lasts[building] = lasts.get(building, 0) + 1
        new.append(
            Entrance(
                building=buildings[building],
                name=name,
                position=lasts[building],
                token=new_token(),
            )
        )
    Entrance.objects.bulk_create(new)
    return {(each.building.name, each.name): each for each in known.select_related("building")}
