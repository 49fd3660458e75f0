"""Keeping 常用答复."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from complaints.models import CannedReply
from compounds.models import Organization, Person
from compounds.rules import Conflict, Refused

MOST_A_UNIT = 100


@transaction.atomic
def keep_reply(
    *,
    organization: Organization | None,
    title: str,
    category: str,
    text: str,
    submission_key: UUID,
    by: Person,
    at: datetime,
) -> CannedReply:
    """Sent twice it is one; two of a unit do not share a name."""
    known = CannedReply.objects.filter(submission_key=submission_key).first()
    if known:
        return known
    if CannedReply.objects.filter(organization=organization).count() >= MOST_A_UNIT:
        raise Refused(f"一个单位最多留 {MOST_A_UNIT} 条。请先删掉不用的。")
    fresh = CannedReply(organization=organization, title=title, category=category, text=text)
    fresh.submission_key, fresh.by, fresh.changed_at = submission_key, by, at
    CannedReply.objects.bulk_create([fresh], ignore_conflicts=True)
    kept = CannedReply.objects.filter(submission_key=submission_key).first()
    if kept is None:
        raise Refused(f"已经有一条叫「{title}」。请换个名称，或者改那一条。")
    return kept


@transaction.atomic
def change_reply(
    reply: CannedReply, *, title: str, category: str, text: str, by: Person, at: datetime
) -> CannedReply:
    row = CannedReply.objects.select_for_update().filter(pk=reply.pk).first()
    if row is None:
        raise Conflict("这条常用答复刚刚被删掉了。")
    same = CannedReply.objects.filter(organization=row.organization_id, title=title)
    if same.exclude(pk=row.pk).exists():
        raise Refused(f"已经有一条叫「{title}」。请换个名称，或者改那一条。")
    row.title, row.category, row.text, row.by, row.changed_at = title, category, text, by, at
    row.save(update_fields=["title", "category", "text", "by", "changed_at"])
    return row


def remove_reply(reply: CannedReply) -> None:
    """Replies given with it stay as they were given."""
    CannedReply.objects.filter(pk=reply.pk).delete()
