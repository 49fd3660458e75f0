"""To announce, to withdraw, and to count who has read it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compounds.announcements.models import Announcement, Reading
from compounds.models import Organization, Person, keyed_hash, new_token
from compounds.rules import Conflict, Refused, local_day


@transaction.atomic
def announce(
    *,
    organization: Organization,
    scope: Organization,
    title: str,
    body: str,
    starts_on: date | None,
    ends_on: date | None,
    submission_key: UUID,
    by: Person,
    at: datetime,
) -> Announcement:
    """发布公告; sent twice it is still one. No first day: from today."""
    starts_on = starts_on or local_day(at)
    if ends_on and ends_on < max(starts_on, local_day(at)):
        raise Refused("截止日期不能早于今天和开始日期，请改一改日期。")
    said: dict[str, Any] = {
        "token": new_token(),
        "organization": organization,
        "scope": scope,
        "title": title,
        "body": body,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "by": by,
        "published_at": at,
    }
    announcement, _ = Announcement.objects.get_or_create(
        submission_key=submission_key, defaults=said
    )
    return announcement


def withdraw_announcement(announcement: Announcement, *, reason: str, at: datetime) -> None:
    """撤下: it stays readable by its address, with the reason, and stands on no list."""
    standing = Announcement.objects.filter(pk=announcement.pk, withdrawn_at__isnull=True)
    if not standing.update(withdrawn_at=at, withdrawn_reason=reason):
        raise Conflict("这条公告已经撤下了。")


def count_reader(announcement: Announcement, reader: str) -> None:
    """Once for each reader: a person or a browser, kept as a keyed hash."""
    Reading.objects.bulk_create(
        [Reading(announcement=announcement, reader=keyed_hash(f"{announcement.pk} {reader}"))],
        ignore_conflicts=True,
    )
