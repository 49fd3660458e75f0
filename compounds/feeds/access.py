"""Whose feed an address is, and which feeds are mine."""

from django.http import Http404

from compounds.access import User
from compounds.feeds.models import Feed, FeedQuerySet
from compounds.feeds.terms import FeedKind


def feed_at(token: str, kind: FeedKind) -> Feed:
    """The feed, or 404: revoked, of another kind, of a closed account, or never made."""
    found = Feed.objects.with_token(token).live().filter(kind=kind, person__is_active=True)
    feed = found.select_related("person").first()
    if feed is None:
        raise Http404
    return feed


def my_feeds(user: User) -> FeedQuerySet:
    return Feed.objects.live().filter(person=user.pk)


def feed_to_revoke(user: User, pk: int) -> Feed:
    feed = my_feeds(user).filter(pk=pk).first()
    if feed is None:
        raise Http404
    return feed
