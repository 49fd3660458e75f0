"""Writing notices beside the deeds that cause them: cheap, in the deed's own transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from compounds.models import Person, Post, keyed_hash
from compounds.models.calendar import calendar_runs_out
from compounds.notices.models import Notice
from compounds.notices.rules import BODY_LENGTH, TITLE_LENGTH, shortened
from compounds.terms import Role

Links = Sequence[tuple[str, str]]


def notify(
    *,
    to: Iterable[Person],
    event: str,
    title: str,
    body: str,
    url: str,
    key: str,
    at: datetime,
    is_urgent: bool = False,
    links: Links = (),
) -> None:
    """Tell each of these people once, in one query; a key told before is passed over in silence.

    `key` names the cause ("ticket:BS-0173:L2"), `url` is a path of ours, and so is that of each
    of the `links` (word, path) by which the person can act at one tap.
    """
    text = _text(event, title, body, url, is_urgent, at) | {"links": list(links)}
    people = sorted({person.pk for person in to})  # one order for all, so that none deadlock
    notices = [Notice(person_id=pk, key=f"{key}:{pk}", **text) for pk in people]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def warn_of_calendar(*, at: datetime) -> None:
    """Once a week from 60 days before the holiday data run out, to every administrator."""
    last = calendar_runs_out(at)
    if last is None:
        return
    posts = Post.objects.active(at).filter(role=Role.ADMINISTRATOR).select_related("person")
    year, week, _ = at.isocalendar()
    notify(
        to=[post.person for post in posts],
        event="calendar_runs_out",
        title="工作日历快用完了",
        body=f"放假安排只载入到 {last:%Y-%m-%d}。请载入下一年，之后的期限暂按周一至周五计算。",
        url=reverse("compounds:calendar"),
        key=f"calendar:{last}:{year}-{week}",
        at=at,
    )


def notify_phone(*, phone: str, **message: Any) -> None:
    """Tell a reporter who has no account, by SMS; the message is that of `notify`."""
    notify_phones(phones=[phone], **message)


def notify_phones(
    *,
    phones: Iterable[str],
    event: str,
    title: str,
    body: str,
    url: str,
    key: str,
    at: datetime,
    is_urgent: bool = False,
    links: Links = (),
) -> None:
    """Tell each of these telephones once, in one query; a key told before is passed over."""
    text = _text(event, title, body, url, is_urgent, at) | {"links": list(links)}
    keys = {phone: f"{key}:{keyed_hash(phone)[:16]}" for phone in phones}
    notices = [Notice(phone=phone, key=own, **text) for phone, own in keys.items()]
    notices.sort(key=lambda notice: notice.key)  # one order for all, so that none deadlock
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _text(
    event: str, title: str, body: str, url: str, is_urgent: bool, at: datetime
) -> dict[str, Any]:
    """The columns that all recipients share; a text too long must not undo the deed."""
    return {
        "event": event,
        "title": shortened(title, TITLE_LENGTH),
        "body": shortened(body, BODY_LENGTH),
        "url": url,
        "is_urgent": is_urgent,
        "created_at": at,
    }


def forget_notices(*, about: str, person: Person | None, phone: str) -> int:
    """Delete what was told to one reporter: keys that begin so, to the account or the telephone."""
    to = Q(pk__in=[])
    if person:
        to |= Q(person=person)
    if phone:
        to |= Q(person__isnull=True, key__endswith=f":{keyed_hash(phone)[:16]}")
    return Notice.objects.filter(to, key__startswith=about).delete()[0]


def mark_read(notice: Notice, *, at: datetime) -> None:
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=at)
