"""Who may see which notice. The only door that a view may use."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404

from compounds.access import User, holds
from compounds.notices.models import Delivery, DeliveryQuerySet, Notice, NoticeQuerySet
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


def stuck_deliveries(user: User, at: datetime) -> DeliveryQuerySet:
    """What did not go out, for the administrator; of the text only the title."""
    if not may_mend_deliveries(user):
        raise PermissionDenied
    return Delivery.objects.stuck(at).for_list()


def delivery_to_retry(user: User, number: int, at: datetime) -> Delivery:
    delivery = stuck_deliveries(user, at).filter(pk=number).first()
    if delivery is None:
        raise Http404
    return delivery
