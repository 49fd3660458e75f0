from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from compounds.files.models import StoredFile
from compounds.models import EncryptedTextField, Person
from evidence.models import Entry
from ownerscommittee.votes.models.conditions import changed, changed_or_decided
from ownerscommittee.votes.models.meetings import AssemblyMeeting
from ownerscommittee.votes.models.rolls import VotingRight
from ownerscommittee.votes.terms import Channel, MeetingState

STANDING = Q(voided_at__isnull=True)


class Proxy(models.Model):
    """委托: an owner's written word that somebody casts the ballot, for one meeting.

    `questions` names what the agent may mark; an empty list is all of them.
    """

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="proxies")
    right = models.ForeignKey(VotingRight, models.PROTECT, related_name="proxies")
    agent_name = EncryptedTextField("代理人")
    agent_phone = EncryptedTextField("代理人手机号")
    agent_key = models.CharField("代理人索引", max_length=64, editable=False)
    questions = models.JSONField("委托的议题", default=list, blank=True)
    letter = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", verbose_name="委托书照片"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "委托"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "right"],
                condition=Q(ended_at__isnull=True),
                name="proxy_one_a_right",
            )
        ]
        indexes = [models.Index(fields=["meeting", "agent_key"], name="proxy_of_agent")]
        triggers = [
            pgtrigger.Protect(name="proxy_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="proxy_stays_as_written",
                operation=pgtrigger.Update,
                condition=changed(
                    "meeting_id", "right_id", "agent_key", "questions", "letter_id", "by_id", "at"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} 的委托"


class PaperFormQuerySet(models.QuerySet["PaperForm"]):
    def delivered_in_vain(self) -> PaperFormQuerySet:
        """With proof that they reached their owner, whose ballot never came (rule 12)."""
        cast = Ballot.objects.standing().filter(
            meeting=OuterRef("meeting"), right=OuterRef("right")
        )
        return self.filter(~Exists(cast), delivered_at__isnull=False)


class PaperForm(models.Model):
    """纸质票: a numbered form printed for one right; its code is in the QR. Delivery has a proof."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="forms")
    right = models.ForeignKey(VotingRight, models.PROTECT, related_name="forms")
    token = models.CharField("票号", max_length=12, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("首次打印")
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    delivery_note = models.CharField("送达凭据", max_length=120, blank=True)

    objects = PaperFormQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纸质票"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "right"], name="form_one_a_right"),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True, delivered_by__isnull=True, delivery_note="")
                | Q(delivered_at__isnull=False, delivered_by__isnull=False) & ~Q(delivery_note=""),
                name="form_delivered_with_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.right.number} 号纸质票"


class PaperBallotQuerySet(models.QuerySet["PaperBallot"]):
    def waiting(self) -> PaperBallotQuerySet:
        """Received, and not yet read alike by two people."""
        return self.filter(returned_at__isnull=True, ballot__isnull=True)

    def to_read(self, person: Person) -> PaperBallotQuerySet:
        """Those that this person has not typed, the oldest first."""
        return self.waiting().exclude(readings__by=person).order_by("received_at", "pk")


class PaperBallot(models.Model):
    """A filled form as it came back: the scan, which holds the right until it is typed.

    One that cannot be read is returned with a reason, and the right is free again.
    """

    form = models.ForeignKey(PaperForm, models.PROTECT, related_name="papers")
    scan = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="扫描件")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField("收到时间")
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=200, blank=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = PaperBallotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收到的纸质票"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form"], condition=Q(returned_at__isnull=True), name="paper_one_a_form"
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason=""),
                name="paper_returned_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="paper_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="paper_scan_stays",
                operation=pgtrigger.Update,
                condition=changed("form_id", "scan_id", "received_by_id", "received_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}"


class PaperReading(models.Model):
    """What one person typed from a scan, not knowing what the others did."""

    paper = models.ForeignKey(PaperBallot, models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("录入时间")
    sealed = EncryptedTextField("录入内容")

    class Meta:
        verbose_name = verbose_name_plural = "纸质票录入"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "by"], name="reading_one_a_person")]
        triggers = [
            pgtrigger.Protect(
                name="reading_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper} 录入"


class BallotQuerySet(models.QuerySet["Ballot"]):
    def standing(self) -> BallotQuerySet:
        return self.filter(STANDING)

    def for_list(self) -> BallotQuerySet:
        return self.select_related("right__entrance__building", "entry__stream")

    def turnout(self) -> tuple[int, int]:
        """Heads and area (0.01 ㎡) of the ballots; nothing of what they say."""
        found = self.aggregate(heads=Sum("right__heads"), area=Sum("right__area"))
        return found["heads"] or 0, found["area"] or 0

    def by_channel(self) -> dict[str, dict[str, int]]:
        """channel → {"ballots", "heads", "area"}, those used alone."""
        counts = self.order_by("channel").values("channel")
        found = counts.annotate(
            ballots=Count("pk"), heads=Sum("right__heads"), area=Sum("right__area")
        )
        return {row.pop("channel"): row for row in found}


class Ballot(models.Model):
    """表决票: that a right voted, when and how; never what. The choices are in `BallotSecret`.

    The first stands; the database has room for no second one until two scrutineers voided it.
    """

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="ballots")
    right = models.ForeignKey(VotingRight, models.PROTECT, related_name="ballots")
    channel = models.CharField("渠道", max_length=6, choices=Channel)
    cast_at = models.DateTimeField("表决时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人"
    )
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    proxy = models.ForeignKey(Proxy, models.PROTECT, related_name="ballots", null=True, blank=True)
    paper = models.OneToOneField(
        PaperBallot, models.PROTECT, related_name="ballot", null=True, blank=True
    )
    note = models.CharField("现场或电话的记录", max_length=120, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表决票"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "right"], condition=STANDING, name="ballot_one_a_right"
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.PAPER, paper__isnull=False)
                | ~Q(channel=Channel.PAPER) & Q(paper__isnull=True),
                name="ballot_of_paper_has_its_scan",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.PROXY) | Q(proxy__isnull=False),
                name="ballot_by_proxy_has_its_letter",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.PHONE) | ~Q(note=""),
                name="ballot_by_phone_has_its_record",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="ballot_within_the_window",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("its", "RECORD"), ("roll_of_right", "BIGINT")],
                func=f"""
                    SELECT state, opens_at, closes_at, roll_id INTO its
                      FROM votes_assemblymeeting WHERE id = NEW.meeting_id FOR SHARE;
                    SELECT roll_id INTO roll_of_right FROM votes_votingright
                     WHERE id = NEW.right_id AND NOT is_struck;
                    IF its.state <> '{MeetingState.OPEN}' OR NEW.cast_at < its.opens_at
                       OR NEW.cast_at >= its.closes_at THEN
                        RAISE EXCEPTION 'the vote is not open'
                              USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_in_time';
                    END IF;
                    IF roll_of_right IS DISTINCT FROM its.roll_id THEN
                        RAISE EXCEPTION 'the right is not on the roll'
                              USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_on_the_roll';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="ballot_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ballot_changes_by_a_void_alone",
                operation=pgtrigger.Update,
                condition=changed_or_decided(
                    "meeting_id",
                    "right_id",
                    "channel",
                    "cast_at",
                    "by_id",
                    "entry_id",
                    "proxy_id",
                    "paper_id",
                    "note",
                    decided="voided_at",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 号"

    @property
    def number(self) -> int:
        """第 57 号: its line in the evidence, which anybody can look up."""
        return self.entry.number

    @property
    def is_standing(self) -> bool:
        return self.voided_at is None


class BallotSecret(models.Model):
    """{"nonce", "choices", "typed"}, sealed. The voter and, once counted, scrutineers open it."""

    ballot = models.OneToOneField(Ballot, models.PROTECT, primary_key=True, related_name="secret")
    sealed = EncryptedTextField("密封内容")

    class Meta:
        verbose_name = verbose_name_plural = "密封的选择"
        triggers = [
            pgtrigger.Protect(
                name="secret_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}"


class BallotVoid(models.Model):
    """作废: asked for by one scrutineer with a reason, done by another one; the ballot is kept."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="voids")
    reason = models.CharField("作废原因", max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    is_confirmed = models.BooleanField("同意作废", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "作废"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot"],
                condition=Q(is_confirmed__isnull=True) | Q(is_confirmed=True),
                name="void_once_a_ballot",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="void_by_two_scrutineers",
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_by__isnull=True, decided_at__isnull=True, is_confirmed__isnull=True
                )
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_confirmed__isnull=False),
                name="void_decided_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="void_says_why"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="void_decided_stays",
                operation=pgtrigger.Update,
                condition=changed_or_decided(
                    "ballot_id", "reason", "asked_by_id", "asked_at", decided="decided_at"
                ),
            ),
            pgtrigger.Protect(name="void_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.ballot} {self.reason}"
