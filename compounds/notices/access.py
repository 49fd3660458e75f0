"""Who may see which notice. The only door that a view may use."""

from datetime import datetime

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404

from compounds.access import User, active_posts, holds
from compounds.notices.models import (
    Delivery,
    DeliveryQuerySet,
    Notice,
    NoticeQuerySet,
    Preference,
)
from compounds.notices.terms import Channel, Event
from compounds.terms import Role


def visible_notices(user: User) -> NoticeQuerySet:
    """A person's own, the newest first."""
    return Notice.objects.of(user).for_list()


def unread_count(user: User) -> int:
    """For the header."""
    return Notice.objects.of(user).unread().count()


def notice_to_open(user: User, number: int) -> Notice:
    notice = visible_notices(user).filter(pk=number).first()
    if notice is None:
        raise Http404
    return notice


def may_mend_deliveries(user: User) -> bool:
    return holds(user, Role.ADMINISTRATOR)


def stuck_deliveries(user: User, at: datetime, channel: str = "") -> DeliveryQuerySet:
    """What did not go out, for the administrator; of the text only the title."""
    if not may_mend_deliveries(user):
        raise PermissionDenied
    stuck = Delivery.objects.stuck(at).for_list()
    return stuck.filter(channel=channel) if channel in Channel.values else stuck


# --- Kinds of notices -------------------------------------------------------------------------

OTHER = Event("其他通知")


def known_events() -> dict[str, Event]:
    """What every app says that it tells people: `notice_events` of its configuration."""
    found: dict[str, Event] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "notice_events", {})
    return found


def event_named(name: str) -> Event:
    return known_events().get(name, OTHER)


def events_to_choose(user: User) -> dict[str, Event]:
    """The kinds that can reach this person."""
    is_staff = bool(active_posts(user))
    return {
        name: event for name, event in known_events().items() if is_staff or not event.is_for_staff
    }


def manners_of(user: User) -> dict[tuple[str, str], str]:
    """What the person chose: (event, channel) to manner."""
    chosen = Preference.objects.filter(person=user.pk)
    return {(one.event, one.channel): one.manner for one in chosen}


def delivery_to_retry(user: User, number: int, at: datetime) -> Delivery:
    delivery = stuck_deliveries(user, at).filter(pk=number).first()
    if delivery is None:
        raise Http404
    return delivery
