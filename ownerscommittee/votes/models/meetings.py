from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from compounds.models import Compound, Organization
from evidence.models import Stream
from ownerscommittee.votes.models.conditions import changed
from ownerscommittee.votes.models.rolls import Roll
from ownerscommittee.votes.rules.meetings import TRANSITIONS
from ownerscommittee.votes.terms import (
    COUNTED_STATES,
    PUBLIC_STATES,
    STATE_TONES,
    Item,
    MeetingKind,
    MeetingState,
    Question,
    meeting_verbs,
)

FROZEN_BY_NOTICE = [
    "code",
    "compound_id",
    "kind",
    "convener_id",
    "roll_id",
    "petition_id",
    "title",
    "opens_at",
    "is_advisory",
    "notice_sha256",
    "noticed_at",
    "stream_id",
]
POSTED = f"OLD.state <> '{MeetingState.DRAFT}'"

UNPOSTED = [MeetingState.CLOSED, MeetingState.PRELIMINARY]


class AssemblyMeetingQuerySet(models.QuerySet["AssemblyMeeting"]):
    def public(self) -> AssemblyMeetingQuerySet:
        return self.filter(state__in=PUBLIC_STATES)

    def open(self) -> AssemblyMeetingQuerySet:
        return self.filter(state=MeetingState.OPEN)

    def to_open(self, at: datetime) -> AssemblyMeetingQuerySet:
        return self.filter(state=MeetingState.NOTICED, opens_at__lte=at)

    def to_close(self, at: datetime) -> AssemblyMeetingQuerySet:
        return self.filter(state=MeetingState.OPEN, closes_at__lte=at)

    def to_finalize(self, at: datetime) -> AssemblyMeetingQuerySet:
        return self.filter(state=MeetingState.ANNOUNCED, final_due_at__lte=at)

    def late(self, at: datetime) -> AssemblyMeetingQuerySet:
        """A count or an announcement past its day, of which nobody was told yet."""
        uncounted = Q(state__in=UNPOSTED, result_due_at__lte=at)
        unannounced = Q(state=MeetingState.OBJECTIONS, announce_due_at__lte=at)
        return self.filter(uncounted | unannounced, late_told_at__isnull=True)

    def for_list(self) -> AssemblyMeetingQuerySet:
        related = ("compound__branch", "convener", "roll__profile", "roll__bylaws", "stream")
        return self.select_related(*related).order_by("-pk")


class AssemblyMeeting(models.Model):
    """业主大会会议: one sitting of the assembly, its questions and its one ballot a right.

    What was posted is what is voted on: from the notice on the database changes neither the
    questions nor what the notice said. `closes_at` alone moves, later, by an extension.
    """

    code = models.CharField("编号", max_length=24, unique=True)
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="meetings")
    kind = models.CharField("类别", max_length=10, choices=MeetingKind, default=MeetingKind.REGULAR)
    title = models.CharField("会议名称", max_length=60)
    convener = models.ForeignKey(
        Organization, models.PROTECT, related_name="convened_meetings", verbose_name="召集人"
    )
    roll = models.ForeignKey(
        Roll, models.PROTECT, related_name="meetings", null=True, verbose_name="业主名册"
    )
    petition = models.ForeignKey(
        "votes.Petition", models.PROTECT, related_name="meetings", null=True, blank=True
    )
    is_advisory = models.BooleanField("以政府系统的结果为准", default=False)
    state = models.CharField(
        "状态", max_length=12, choices=MeetingState, default=MeetingState.DRAFT
    )
    opens_at = models.DateTimeField("开始", null=True, blank=True)
    closes_at = models.DateTimeField("截止", null=True, blank=True)
    notice_sha256 = models.CharField("公告 SHA-256", max_length=64, blank=True)
    stream = models.OneToOneField(
        Stream, models.PROTECT, related_name="meeting", null=True, editable=False
    )
    noticed_at = models.DateTimeField("公告时间", null=True, blank=True)
    extensions = models.PositiveSmallIntegerField("延长次数", default=0)
    closed_at = models.DateTimeField("实际截止", null=True, blank=True)
    result_due_at = models.DateTimeField("初步结果期限", null=True, blank=True)
    posted_at = models.DateTimeField("结果公示时间", null=True, blank=True)
    objections_until = models.DateTimeField("异议期满", null=True, blank=True)
    announce_due_at = models.DateTimeField("公告期限", null=True, blank=True)
    announced_at = models.DateTimeField("结果公告时间", null=True, blank=True)
    final_due_at = models.DateTimeField("定案时间", null=True, blank=True)
    late_told_at = models.DateTimeField("已提醒逾期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("起草时间")
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = AssemblyMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "业主大会会议"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[MeetingState.DRAFT, MeetingState.CANCELLED])
                | Q(
                    roll__isnull=False,
                    noticed_at__isnull=False,
                    stream__isnull=False,
                    opens_at__gt=F("noticed_at"),
                    closes_at__gt=F("opens_at"),
                )
                & ~Q(notice_sha256=""),
                name="meeting_noticed_has_its_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MeetingState.CLOSED, *COUNTED_STATES])
                | Q(closed_at__gte=F("closes_at")),
                name="meeting_closes_on_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opens_at"],
                condition=Q(state=MeetingState.NOTICED),
                name="meeting_to_open",
            ),
            models.Index(
                fields=["closes_at"], condition=Q(state=MeetingState.OPEN), name="meeting_to_close"
            ),
            models.Index(
                fields=["final_due_at"],
                condition=Q(state=MeetingState.ANNOUNCED),
                name="meeting_to_finalize",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="meeting_moves_as_listed", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(
                name="meeting_final_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[MeetingState.FINAL, MeetingState.CANCELLED]),
            ),
            pgtrigger.Protect(
                name="meeting_notice_stays",
                operation=pgtrigger.Update,
                condition=changed(*FROZEN_BY_NOTICE, when=POSTED),
            ),
            pgtrigger.Protect(
                name="meeting_closes_no_earlier",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"{POSTED} AND NEW.closes_at < OLD.closes_at"),
            ),
            pgtrigger.Protect(
                name="meeting_is_extended_while_open",
                operation=pgtrigger.Update,
                condition=changed(
                    "closes_at",
                    "extensions",
                    when=f"{POSTED} AND OLD.state <> '{MeetingState.OPEN}'",
                ),
            ),
            pgtrigger.Protect(name="meeting_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/votes/{self.code}/"

    @property
    def tone(self) -> str:
        return STATE_TONES[MeetingState(self.state)]

    @property
    def is_counted(self) -> bool:
        return self.state in COUNTED_STATES


def _only_in_draft(name: str, meeting: str) -> pgtrigger.Trigger:
    """What was posted stays: rows of a meeting past its draft are neither added nor changed."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("its_state", "TEXT")],
        func=f"""
            SELECT state INTO its_state FROM votes_assemblymeeting
             WHERE id = {meeting} FOR SHARE;
            IF its_state <> '{MeetingState.DRAFT}' THEN
                RAISE EXCEPTION 'the notice of the meeting is posted'
                      USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_is_noticed';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """,
    )


class Motion(models.Model):
    """议题: the item of art. 278 is picked, and the majority follows from it (rule 3)."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="motions")
    position = models.PositiveSmallIntegerField("序号")
    item = models.PositiveSmallIntegerField("事项", choices=Item)
    kind = models.CharField("表决方式", max_length=10, choices=Question, default=Question.APPROVAL)
    seats = models.PositiveSmallIntegerField("应选人数", default=1)
    title = models.CharField("议题", max_length=80)
    text = models.TextField("全文")
    is_dismissal = models.BooleanField("解聘现在的物业企业", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="motion_one_a_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(kind=Question.ELECTION) | Q(seats=1), name="motion_elects_to_seats"
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, position__gte=1), name="motion_has_a_seat"
            ),
        ]
        triggers = [
            _only_in_draft("motion_stays_as_posted", "coalesce(NEW.meeting_id, OLD.meeting_id)")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"

    @property
    def ident(self) -> str:
        """q1, q2…: how ballots and the evidence name it."""
        return f"q{self.position}"

    @property
    def is_election(self) -> bool:
        return self.kind == Question.ELECTION


class MotionOption(models.Model):
    """方案 or 候选人. The id goes into ballots, the label beside it."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="options")
    position = models.PositiveSmallIntegerField("序号")
    label = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "选项"
        ordering = ["motion", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "position"],
                name="option_one_a_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers = [
            _only_in_draft(
                "option_stays_as_posted",
                "(SELECT meeting_id FROM votes_motion"
                " WHERE id = coalesce(NEW.motion_id, OLD.motion_id))",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def ident(self) -> str:
        return f"o{self.position}"


class MeetingEvent(models.Model):
    """One line of a meeting's history. Written once."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="events")
    verb = models.CharField("动作", max_length=20, choices=meeting_verbs)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField("身份", max_length=80, blank=True)
    at = models.DateTimeField("时间")
    from_state = models.CharField("原状态", max_length=12, choices=MeetingState, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=MeetingState)
    text = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议记录"
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="meeting_event_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.get_verb_display()}"


class Scrutineer(models.Model):
    """监票人 named for one meeting, beside those who hold the post of 监督员."""

    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, related_name="scrutineers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scrutinies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("指定时间")

    class Meta:
        verbose_name = verbose_name_plural = "监票人"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="scrutineer_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.person}"
