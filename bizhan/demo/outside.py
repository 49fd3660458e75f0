"""Other systems around the demonstration: who holds a key of the open door, and what came by it."""

import base64
import secrets
import uuid
from datetime import datetime, timedelta

from bizhan.demo.district import District
from bizhan.demo.people import People
from complaints.models import Concern
from complaints.open311.actions import issue_key
from complaints.open311.models import ApiKey, Receipt
from complaints.terms import Channel
from compounds.feeds.actions import make_feed
from compounds.feeds.terms import FeedKind
from compounds.models import keyed_hash
from compounds.webhooks.models import Webhook

HOTLINE = "区大数据局 12345 平台"
HAND_IN = "物业行业协会报修小程序"
TO_TRY = "演示：随便试"
RECEIPTS = 500  # as many of the newest reports by the interface remember their sender


def open_doors(district: District, people: People, *, at: datetime) -> str:
    """Three keys: one in use, one revoked, and one for whoever tries the portal, which is given."""
    hotline, _ = _key(HOTLINE, district, people, at=at - timedelta(days=200))
    ApiKey.objects.filter(pk=hotline.pk).update(last_used_at=at - timedelta(minutes=7))
    former, _ = _key(HAND_IN, district, people, at=at - timedelta(days=150))
    ApiKey.objects.filter(pk=former.pk).update(
        last_used_at=at - timedelta(days=61), revoked_at=at - timedelta(days=60)
    )
    filed = Concern.objects.filter(channel=Channel.API).order_by("-pk")[:RECEIPTS]
    Receipt.objects.bulk_create(
        Receipt(token=secrets.token_hex(16), key=hotline, ticket_id=ticket, at=filed_at)
        for ticket, filed_at in filed.values_list("ticket", "filed_at")
    )
    _push_to_hotline(people, at=at)
    for kind in FeedKind:
        make_feed(kind, by=people.signed_in["secretary"], at=at)
    return _key(TO_TRY, district, people, at=at)[1]


def _key(label: str, district: District, people: People, *, at: datetime) -> tuple[ApiKey, str]:
    return issue_key(
        label=label,
        compound=district.home.compound if label == TO_TRY else None,
        hourly_limit=600,
        gives_token=False,
        submission_key=uuid.uuid5(uuid.NAMESPACE_OID, keyed_hash(label)),
        by=people.signed_in["administrator"],
        at=at,
    )


def _push_to_hotline(people: People, *, at: datetime) -> None:
    """A webhook that is paused: an invented address must not be called from a demonstration."""
    Webhook.objects.create(
        label=HOTLINE,
        url="https://hotline.example.org/bizhan",
        secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
        events=["ticket.dispatched", "ticket.replied", "ticket.closed"],
        is_paused=True,
        made_at=at - timedelta(days=190),
        by=people.signed_in["administrator"],
    )
