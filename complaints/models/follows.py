from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from complaints.models.tickets import Ticket
from complaints.terms import State
from compounds.models import EncryptedTextField, keyed_hash


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, ticket: Ticket) -> FollowQuerySet:
        """Of the ticket and of all that were merged into it."""
        return self.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket))

    def to_forget(self, at: datetime, *, after: timedelta) -> FollowQuerySet:
        """Still known, of tickets that were closed so long ago."""
        known = self.exclude(person=None, phone="")
        return known.filter(ticket__state=State.CLOSED, ticket__closed_at__lt=at - after)


class Follow(models.Model):
    """我也遇到了: one more who is told of a ticket, by account, by phone, or by code alone."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="follows")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="follows"
    )
    phone = EncryptedTextField("电话", blank=True)
    who = models.CharField("何人", max_length=80)  # see `who_is`
    at = models.DateTimeField("时间")
    submission_key = models.UUIDField("提交编号", unique=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "也遇到"
        constraints = [models.UniqueConstraint(fields=["ticket", "who"], name="follow_once")]

    def __str__(self) -> str:
        return self.ticket.code


def who_is(person_id: int | None, phone: str, otherwise: object) -> str:
    """The same words for the same person: by account, else by phone, else by nothing known."""
    if person_id is not None:
        return f"person:{person_id}"
    return f"phone:{keyed_hash(phone)}" if phone else f"nobody:{otherwise}"
