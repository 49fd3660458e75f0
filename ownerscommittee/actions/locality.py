"""A better version of 地方规定 or 议事规则 is added; none is ever changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compounds.models import Compound, Person
from compounds.rules import Refused
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.rules.locality import check_numbers, check_terms

OVERTAKEN = "您打开以后，有人写入了新版本。请返回看过再改。"


@transaction.atomic
def publish_profile(
    *,
    region: str,
    in_force_on: date,
    numbers: dict[str, Any],
    note: str,
    based_on: int,
    by: Person,
    at: datetime,
    key: UUID,
) -> LocalityProfile:
    """地方规定, a dated version; rolls and votes keep the one that they were made by."""
    first = LocalityProfile.objects.order_by("pk")
    LocalityProfile.objects.select_for_update().get(pk=first.values("pk")[:1])
    if known := LocalityProfile.objects.filter(submission_key=key).first():
        return known
    if based_on != first.values_list("pk", flat=True).last():
        raise Refused(OVERTAKEN)
    check_numbers(numbers)
    return LocalityProfile.objects.create(
        region=region,
        in_force_on=in_force_on,
        numbers=numbers,
        note=note,
        by=by,
        at=at,
        submission_key=key,
    )


@transaction.atomic
def publish_bylaws(
    compound: Compound,
    *,
    in_force_on: date,
    terms: dict[str, Any],
    note: str,
    based_on: int,
    by: Person,
    at: datetime,
    key: UUID,
) -> Bylaws:
    """议事规则 and 管理规约, as the assembly adopted them; likewise."""
    Compound.objects.select_for_update().get(pk=compound.pk)
    if known := Bylaws.objects.filter(submission_key=key).first():
        return known
    if based_on != (compound.bylaws.order_by("pk").values_list("pk", flat=True).last() or 0):
        raise Refused(OVERTAKEN)
    check_terms(terms)
    return Bylaws.objects.create(
        compound=compound,
        in_force_on=in_force_on,
        terms=terms,
        note=note,
        by=by,
        at=at,
        submission_key=key,
    )
