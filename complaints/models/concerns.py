from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from complaints.models.follows import who_is
from complaints.models.tickets import Ticket, TicketEvent
from complaints.terms import ENDED, Channel, Satisfaction, Solved, State, Visibility
from compounds.models import EncryptedTextField


class Draft(models.Model):
    """A report being written, a step at a time; its key is known to its writer alone."""

    key = models.UUIDField("编号", primary_key=True, default=uuid.uuid4)
    answers = EncryptedTextField("已填内容", default="{}")
    changed_at = models.DateTimeField("修改时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "未提交的诉求"

    def __str__(self) -> str:
        return str(self.key)


class ConcernQuerySet(models.QuerySet["Concern"]):
    def of(self, ticket: Ticket) -> ConcernQuerySet:
        """Of the ticket and of all that were merged into it."""
        return self.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket))

    def to_forget(self, at: datetime, *, after: timedelta, withdrawn: timedelta) -> ConcernQuerySet:
        """Still named, of tickets that ended so long ago."""
        last = TicketEvent.objects.filter(ticket=OuterRef("ticket")).order_by("-at", "-pk")
        over = Q(ended_at__lt=at - after)
        over |= Q(ended_at__lt=at - withdrawn, ticket__state=State.WITHDRAWN)
        named = self.filter(forgotten_at__isnull=True, filed_at__lt=at - min(after, withdrawn))
        ended = named.filter(ticket__state__in=ENDED)
        return ended.annotate(ended_at=Subquery(last.values("at")[:1])).filter(over)


class Concern(models.Model):
    """诉求: what a resident said, and who they are, for those alone who must know."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="concerns")
    text = EncryptedTextField("原话")
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    visibility = models.CharField("公开程度", max_length=10, choices=Visibility)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    entered_by = models.ForeignKey(  # 代录: who wrote it down for the resident
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = EncryptedTextField("姓名", blank=True)
    phone = EncryptedTextField("电话", blank=True)
    email = EncryptedTextField("邮箱", blank=True, db_default="")
    filed_at = models.DateTimeField("提交时间")
    submission_key = models.UUIDField("提交编号", unique=True)
    forgotten_at = models.DateTimeField("抹去时间", null=True, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        constraints = [
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True)
                | Q(name="", phone="", email="", reporter=None),
                name="concern_forgotten_names_nobody",
            )
        ]
        indexes = [
            # The sweep that forgets reads only what is not yet forgotten, the oldest first.
            models.Index(
                fields=["filed_at"],
                condition=Q(forgotten_at__isnull=True),
                name="concern_not_forgotten",
            )
        ]

    def __str__(self) -> str:
        return self.ticket.code

    @property
    def who(self) -> str:
        return who_is(self.reporter_id, self.phone, self.submission_key)


class Original(models.Model):
    """原文: what somebody wrote before the numbers in it were masked; goes with the reporter's data."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="originals")
    event = models.OneToOneField(
        TicketEvent, models.PROTECT, null=True, blank=True, related_name="original"
    )
    text = EncryptedTextField("原文")

    class Meta:
        verbose_name = verbose_name_plural = "原文"

    def __str__(self) -> str:
        return self.ticket.code


class Photo(models.Model):
    """A picture of a report being written, of a ticket, or of one event of it."""

    # Of several tickets when what it shows was split.
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="photos")
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, blank=True, related_name="photos")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="photos")
    event = models.ForeignKey(
        TicketEvent, models.PROTECT, null=True, blank=True, related_name="photos"
    )

    class Meta:
        verbose_name = verbose_name_plural = "照片"
        constraints = [models.UniqueConstraint(fields=["ticket", "file"], name="photo_once")]

    def __str__(self) -> str:
        return str(self.file)


class CallbackQuerySet(models.QuerySet["Callback"]):
    def open(self) -> CallbackQuerySet:
        return self.filter(answered_at__isnull=True)

    def dissatisfied(self) -> CallbackQuerySet:
        return self.filter(Q(solved=Solved.NO) | Q(satisfaction=Satisfaction.DISSATISFIED))


class Callback(models.Model):
    """回访: three questions to the resident, once a round. No answer counts as none."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks")
    round = models.PositiveSmallIntegerField("轮次")
    asked_at = models.DateTimeField("发出")
    answered_at = models.DateTimeField("回答", null=True, blank=True)
    was_contacted = models.BooleanField("联系过您吗", null=True, blank=True)
    solved = models.CharField("解决了吗", max_length=8, choices=Solved, blank=True)
    satisfaction = models.CharField("满意吗", max_length=12, choices=Satisfaction, blank=True)
    comment = models.TextField("还想说", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回访"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "round"], name="callback_once_a_round"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True)
                | Q(was_contacted__isnull=False) & ~Q(solved="") & ~Q(satisfaction=""),
                name="callback_answered_in_full",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.code} 第 {self.round} 轮"
