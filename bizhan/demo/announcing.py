"""公告 of the demonstration, in the home compound's street, community, branch and committee."""

import json
import uuid
from datetime import datetime, timedelta
from random import Random

from bizhan.demo.district import District
from bizhan.demo.people import People
from bizhan.demo.texts import DATA
from compounds.announcements.models import Announcement, Reading
from compounds.models import Organization, keyed_hash
from compounds.models.places import TOKEN_LETTERS
from compounds.rules import local_day
from compounds.terms import Role

SPEAKERS = {
    "street": Role.STREET_LEADER,
    "community": Role.COMMUNITY_STAFF,
    "branch": Role.BRANCH_SECRETARY,
}


def write_announcements(rng: Random, district: District, people: People, at: datetime) -> None:
    home, today = district.home, local_day(at)
    told = json.loads((DATA / "announcements.json").read_text(encoding="utf-8"))
    rows, reads = [], []
    for one in told:
        speaker: Organization = getattr(home, one["by"])
        starts_on = today - timedelta(days=one["days_ago"])
        withdrawn = one.get("withdrawn", "")
        rows.append(
            Announcement(
                token="".join(rng.choices(TOKEN_LETTERS, k=10)),
                organization=speaker,
                scope=speaker,
                title=one["title"],
                body=one["body"],
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=one["lasts"]) if one["lasts"] else None,
                by=people.holder(speaker, SPEAKERS[one["by"]]),
                published_at=at - timedelta(days=one["days_ago"], hours=1),
                withdrawn_at=at - timedelta(hours=20) if withdrawn else None,
                withdrawn_reason=withdrawn,
                submission_key=uuid.UUID(int=rng.getrandbits(128), version=4),
            )
        )
        reads.append(one["readers"])
    saved = Announcement.objects.bulk_create(rows)
    Reading.objects.bulk_create(
        Reading(announcement=one, reader=keyed_hash(f"{one.pk} demo {number}"))
        for one, count in zip(saved, reads, strict=True)
        for number in range(count)
    )
