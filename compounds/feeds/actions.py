"""Making and ending the addresses of a person's feeds."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.feeds.models import Feed
from compounds.feeds.terms import FeedKind
from compounds.models import Person

SEEN_EVERY = timedelta(minutes=10)


@transaction.atomic
def make_feed(kind: FeedKind, *, by: Person, at: datetime) -> Feed:
    """建立: the address there is, or a first one."""
    Feed.objects.bulk_create([Feed(person=by, kind=kind, made_at=at)], ignore_conflicts=True)
    feed = Feed.objects.live().get(person=by, kind=kind)
    if feed.made_at == at:
        record(by, Verb.FEED_MADE, feed, at=at)
    return feed


@transaction.atomic
def revoke_feed(feed: Feed, *, by: Person, at: datetime) -> None:
    """停用: whoever holds the address finds nothing there from now on."""
    if Feed.objects.live().filter(pk=feed.pk).update(revoked_at=at):
        record(by, Verb.FEED_REVOKED, feed, at=at)


def note_reading(feed: Feed, *, at: datetime) -> None:
    stale = Q(read_at__isnull=True) | Q(read_at__lt=at - SEEN_EVERY)
    Feed.objects.live().filter(stale, pk=feed.pk).update(read_at=at)
