"""The words of feeds, English beside Chinese. Nothing here does anything."""

from django.db.models import TextChoices


class FeedKind(TextChoices):
    CALENDAR = "calendar", "日历"
    NEWS = "news", "动态"


# The name of the address that answers for each kind, and what its address ends in.
ADDRESSES = {FeedKind.CALENDAR: "feed-calendar", FeedKind.NEWS: "feed-news"}
