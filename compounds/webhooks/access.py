"""Webhooks are the administrator's."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from compounds.access import User, holds
from compounds.terms import Role
from compounds.webhooks.models import Push, Webhook, WebhookQuerySet


def webhooks_to_manage(user: User) -> WebhookQuerySet:
    if not holds(user, Role.ADMINISTRATOR):
        raise PermissionDenied
    return Webhook.objects.for_list()


def webhook_to_manage(user: User, pk: int) -> Webhook:
    webhook = webhooks_to_manage(user).filter(pk=pk).first()
    if webhook is None:
        raise Http404
    return webhook


def push_to_resend(user: User, number: int) -> Push:
    push = Push.objects.filter(webhook__in=webhooks_to_manage(user), pk=number).first()
    if push is None:
        raise Http404
    return push
