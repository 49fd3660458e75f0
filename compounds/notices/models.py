from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from compounds.models import EncryptedTextField, Person
from compounds.notices.rules import (
    BODY_LENGTH,
    ERROR_LENGTH,
    LEASE,
    MAX_ATTEMPTS,
    STUCK_AFTER,
    TITLE_LENGTH,
    is_quiet,
)
from compounds.notices.terms import TONES, Channel, Manner, State

# Decrypted only by the row that needs it: one that cannot be read must not stop the others.
ENCRYPTED = ["phone", "person__phone", "person__id_number"]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person: Person | AnonymousUser) -> NoticeQuerySet:
        return self.filter(person_id=person.pk)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)

    def unrouted(self) -> NoticeQuerySet:
        return self.filter(routed_at__isnull=True)

    def for_list(self) -> NoticeQuerySet:
        return self.defer("phone").order_by("-pk")


class Notice(models.Model):
    """通知: one message to one person. The row is the message; a sweep delivers it."""

    person = models.ForeignKey(
        Person,
        models.PROTECT,
        verbose_name="收件人",
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
    )
    phone = EncryptedTextField("手机号", blank=True)
    event = models.CharField("事件", max_length=40)
    title = models.CharField("标题", max_length=TITLE_LENGTH)
    body = models.CharField("内容", max_length=BODY_LENGTH, blank=True)
    url = models.CharField("页面", max_length=200, blank=True)
    links = models.JSONField("一键办", default=list, blank=True)
    is_urgent = models.BooleanField("紧急", default=False)
    key = models.CharField("防重号", max_length=200, unique=True)
    created_at = models.DateTimeField("时间")
    routed_at = models.DateTimeField("分送时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, phone="")
                | (Q(person__isnull=True) & ~Q(phone="")),
                name="notice_has_one_recipient",
            ),
            # A path of ours: "//" and "/\" would lead a browser to another host.
            models.CheckConstraint(
                condition=Q(url="") | Q(url__regex=r"^/([^/\\]|$)"), name="notice_url_is_a_path"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_person_newest"),
            models.Index(
                fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(
                fields=["id"], condition=Q(routed_at__isnull=True), name="notice_unrouted"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="notice_text_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["routed_at", "read_at"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notices:notice", args=[self.pk])

    @property
    def is_settled(self) -> bool:
        """Read on the page before a message that could wait went out."""
        return self.read_at is not None and not self.is_urgent


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> DeliveryQuerySet:
        return self.filter(state=State.WAITING)

    def digested(self) -> DeliveryQuerySet:
        """What the person wants once a day in one letter."""
        return self.filter(is_digest=True)

    def single(self) -> DeliveryQuerySet:
        return self.filter(is_digest=False)

    def due(self, at: datetime) -> DeliveryQuerySet:
        """To be tried now; in the quiet hours only what is urgent, however late the sweep."""
        due = self.waiting().filter(next_try_at__lte=at)
        return due.filter(is_urgent=True) if is_quiet(at) else due

    def worn_out(self, at: datetime) -> DeliveryQuerySet:
        """The last attempt never came back: its sweep was killed."""
        return self.waiting().filter(next_try_at__lte=at, attempts__gte=MAX_ATTEMPTS)

    def stuck(self, at: datetime) -> DeliveryQuerySet:
        late = Q(state=State.WAITING, due_at__lt=at - STUCK_AFTER)
        return self.filter(Q(state=State.FAILED) | late)

    def retriable(self, at: datetime) -> DeliveryQuerySet:
        """In no sweep's hands, and not about to be."""
        resting = Q(state=State.WAITING, next_try_at__gt=at + LEASE)
        return self.filter(Q(state=State.FAILED) | resting)

    def for_sending(self) -> DeliveryQuerySet:
        encrypted = [f"notice__{field}" for field in ENCRYPTED]
        reached = self.select_related("notice__person__wechat_account")
        return reached.defer(*encrypted).order_by("-is_urgent", "pk")

    def for_list(self) -> DeliveryQuerySet:
        return self.for_sending().order_by("-pk")


class Delivery(models.Model):
    """One notice by one channel: when it is tried next, and how it ended."""

    notice = models.ForeignKey(
        Notice,
        models.CASCADE,
        verbose_name="通知",
        related_name="deliveries",
        db_index=False,
    )
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    is_urgent = models.BooleanField(
        "紧急", default=False
    )  # the notice's, so that a claim reads one table
    is_digest = models.BooleanField("汇总", default=False, db_default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    due_at = models.DateTimeField("应发时间")
    next_try_at = models.DateTimeField("下次发送")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    error = models.CharField("原因", max_length=ERROR_LENGTH, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_a_channel"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="delivery_sent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(is_digest=False) | Q(channel=Channel.EMAIL),
                name="delivery_digest_is_a_letter",
            ),
        ]
        indexes = [
            # The claim of a sweep: one channel, what is urgent first.
            models.Index(
                fields=["channel", "-is_urgent", "next_try_at"],
                condition=Q(state=State.WAITING),
                name="delivery_waiting",
            ),
            models.Index(fields=["id"], condition=Q(state=State.FAILED), name="delivery_failed"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(state=State.WAITING, is_digest=True),
                name="delivery_digested",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.get_state_display()} {self.notice}"

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]


class Preference(models.Model):
    """我的通知设置: how one person wants one kind of notice by one channel."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notice_preferences")
    event = models.CharField("事件", max_length=40)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    manner = models.CharField("方式", max_length=10, choices=Manner)

    class Meta:
        verbose_name = verbose_name_plural = "通知设置"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "event", "channel"], name="preference_once_a_channel"
            ),
            models.CheckConstraint(
                condition=~Q(manner=Manner.DIGEST) | Q(channel=Channel.EMAIL),
                name="preference_digest_is_a_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.get_channel_display()} {self.get_manner_display()}"


class WechatAccount(models.Model):
    """The person's id at the district's WeChat service account; without one, no WeChat."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="wechat_account")
    openid = models.CharField("openid", max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "微信绑定"

    def __str__(self) -> str:
        return self.openid[:6]
