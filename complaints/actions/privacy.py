"""个人信息: what is kept of a reporter, mended by them, and forgotten by their wish or in time."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from complaints.actions.history import lock, move
from complaints.models import Concern, Draft, Follow, PolicyVersion
from complaints.models.follows import who_is
from complaints.terms import Verb, Visibility
from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.notices.actions import forget_notices
from compounds.rules import Conflict, Refused, masked_text

logger = logging.getLogger(__name__)
REPORTER = "反映人"
ON_DEMAND, IN_TIME = "本人要求", "保存期满"


@transaction.atomic
def correct_contact(
    concern: Concern, *, name: str, phone: str, visibility: Visibility, at: datetime
) -> Concern:
    """本人更正: name, telephone, and who may see the matter, which goes by the first report."""
    ticket = lock(concern.ticket)
    concern = _still_named(concern)
    if visibility == Visibility.NAMED and not name:
        raise Refused("选了写上姓名，请写怎么称呼您。")
    concern.name, concern.phone, concern.visibility = name, phone, visibility
    concern.save(update_fields=["name", "phone", "visibility"])
    is_first = not ticket.concerns.filter(filed_at__lt=concern.filed_at).exists()
    seen_by = visibility if is_first else ticket.visibility
    move(ticket, Verb.CORRECTED, by=None, role=REPORTER, at=at, visibility=seen_by)
    return concern


@transaction.atomic
def forget_reporter(concern: Concern, *, reason: str, at: datetime) -> Concern:
    """抹去: name, telephone, account, own words and messages go; the matter and its way stay.

    No line says by whom: it would name the reporter again.
    """
    ticket = lock(concern.ticket)
    concern = _still_named(concern)
    about = f"{ticket.code}:"
    forget_notices(about=about, person=concern.reporter, phone=concern.phone)
    Draft.objects.filter(key=concern.submission_key).delete()
    if not ticket.concerns.filter(forgotten_at__isnull=True).exclude(pk=concern.pk).exists():
        ticket.originals.all().delete()
    concern.text = masked_text(concern.text)
    concern.name = concern.phone = concern.email = ""
    concern.reporter, concern.forgotten_at = None, at
    if concern.visibility == Visibility.NAMED:
        concern.visibility = Visibility.NAMELESS
    concern.save(
        update_fields=["text", "name", "phone", "email", "reporter", "forgotten_at", "visibility"]
    )
    named = ticket.visibility == Visibility.NAMED
    seen_by = Visibility.NAMELESS if named else ticket.visibility
    role = REPORTER if reason == ON_DEMAND else ""
    move(ticket, Verb.FORGOTTEN, by=None, role=role, at=at, text=reason, visibility=seen_by)
    record(None, AuditVerb.FORGOTTEN, ticket, at=at, reason=reason)
    return concern


@transaction.atomic
def forget_follow(follow: Follow) -> None:
    """我也遇到了 still counts; who tapped it does not stand there any more."""
    about = f"{follow.ticket.code}:"
    forget_notices(about=about, person=follow.person, phone=follow.phone)
    follow.person, follow.phone, follow.who = None, "", who_is(None, "", follow.pk)
    follow.save(update_fields=["person", "phone", "who"])


def _still_named(concern: Concern) -> Concern:
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    if concern.forgotten_at:
        raise Conflict("这件事里的姓名和电话已经抹去了，没有可以改的。")
    return concern


def forget_due(*, at: datetime) -> int:
    """保存期满: whatever is due, each in its own transaction. How many were forgotten now."""
    policy = PolicyVersion.objects.in_force(at).policy
    after = timedelta(days=policy.number("keep_reporter_days"))
    for follow in Follow.objects.to_forget(at, after=after).select_related("ticket", "person"):
        forget_follow(follow)
    due = Concern.objects.to_forget(
        at, after=after, withdrawn=timedelta(days=policy.number("keep_withdrawn_days"))
    )
    forgotten = 0
    for concern in list(due.order_by("filed_at").select_related("ticket")):
        try:
            forget_reporter(concern, reason=IN_TIME, at=at)
            forgotten += 1
        except Conflict:
            continue  # another sweep was quicker
        except Exception:
            logger.exception("the reporter of %s was not forgotten", concern.ticket.code)
    return forgotten
