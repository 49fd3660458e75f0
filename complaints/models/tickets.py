from __future__ import annotations

import re
from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.urls import reverse

from complaints.models.catalogue import CatalogueVersion
from complaints.models.likeness import likeness_to
from complaints.models.policies import PolicyVersion
from complaints.rules.clocks import light_of
from complaints.rules.moves import TRANSITIONS
from complaints.rules.words import external_number, number_from
from complaints.terms import (
    OPEN,
    UNDISPATCHED,
    WITH_LEAD,
    DeclineReason,
    Kind,
    Lane,
    Level,
    Light,
    Order,
    Resolution,
    State,
    Support,
    Visibility,
    categories,
    verbs,
)
from compounds.models import Building, Compound, Entrance, Organization, Person

TRIGRAM = 3  # characters
LIST_NUMBER = re.compile(r"[0-9]{1,18}")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> TicketQuerySet:
        return self.filter(state__in=OPEN)

    def undispatched(self) -> TicketQuerySet:
        """Open, known by their category, and not yet with a unit above the compound."""
        return self.filter(state__in=UNDISPATCHED).exclude(category="")

    def with_changed_at(self) -> TicketQuerySet:
        """With `changed_at`, the moment of the last line of its history."""
        lines = TicketEvent.objects.filter(ticket=OuterRef("pk")).order_by("-at")
        return self.annotate(changed_at=Subquery(lines.values("at")[:1]))

    def public(self) -> TicketQuerySet:
        """What anybody may read, without the reporter: all that is not marked 不公开."""
        return self.exclude(visibility=Visibility.SECRET)

    def within(self, organization: Organization) -> TicketQuerySet:
        return self.filter(compound__in=Compound.objects.within(organization))

    def green(self, at: datetime) -> TicketQuerySet:
        return self.open().filter(Q(warn_at__gt=at) | Q(warn_at__isnull=True))

    def yellow(self, at: datetime) -> TicketQuerySet:
        return self.open().filter(warn_at__lte=at, due_at__gt=at)

    def overdue(self, at: datetime) -> TicketQuerySet:
        return self.open().filter(due_at__lte=at)

    def shelved(self) -> TicketQuerySet:
        return self.filter(state=State.SHELVED)

    def review_overdue(self, at: datetime) -> TicketQuerySet:
        return self.shelved().filter(due_at__lte=at)

    def with_light(self, light: str, at: datetime) -> TicketQuerySet:
        return {Light.GREEN: self.green, Light.YELLOW: self.yellow, Light.RED: self.overdue}[
            Light(light)
        ](at)

    def handled_by(self, person: Person | AnonymousUser) -> TicketQuerySet:
        """In whose history the person stands."""
        return self.filter(pk__in=TicketEvent.objects.filter(by=person.pk).values("ticket"))

    def saying(self, words: str) -> TicketQuerySet:
        """With each of the words in the text, or with that number, ours or of another platform.

        Three characters are found by their trigrams. One or two have none, and without this way
        of asking PostgreSQL would read the whole index for them.
        """
        if number := number_from(words):
            return self.filter(code=number)
        if any(sign.isdigit() for sign in words) and (number := external_number(words)):
            return self.filter(numbers__number=number)
        found = self
        for word in words.split():
            if len(word) < TRIGRAM:
                found = found.filter(GreaterThan(StrIndex("text", Value(word)), 0))
            else:
                found = found.filter(text__contains=word)
        return found

    def listed(self, order: str, after: str = "") -> TicketQuerySet:
        """In that order, from behind the ticket with this `list_key`; a bad key, or none: all."""
        if order == Order.NEWEST:
            rest = self.filter(pk__lt=int(after)) if LIST_NUMBER.fullmatch(after) else self
            return rest.order_by("-pk")
        return self._after_term(after).order_by(F("due_at").asc(nulls_last=True), "pk")

    def _after_term(self, key: str) -> TicketQuerySet:
        """The least time left first; those without a term last."""
        term, _, number = key.partition("_")
        try:
            due, last = datetime.fromisoformat(term) if term else None, int(number)
        except ValueError:
            return self
        if due is None or due.tzinfo is None:
            return self.filter(due_at__isnull=True, pk__gt=last)
        return self.filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=last) | Q(due_at__isnull=True))

    def fresh(self, at: datetime, days: int) -> TicketQuerySet:
        """Being done, or done no longer ago than that."""
        closed = Q(state=State.CLOSED, closed_at__gt=at - timedelta(days=days))
        # Each part has an index of its own.
        return self.filter(Q(state__in=OPEN) | Q(state=State.SHELVED) | closed)

    def alike(self, words: str, percent: int) -> TicketQuerySet:
        """Those whose words are so much like these, the open and the most alike first."""
        found = self.annotate(likeness=likeness_to(words)).filter(likeness__gte=percent / 100)
        return found.order_by(F("closed_at").desc(nulls_first=True), "-likeness", "-pk")

    def for_list(self) -> TicketQuerySet:
        """With what a row of a list shows."""
        return self.select_related("compound", "entrance__building", "building", "lead")


class Ticket(models.Model):
    """工单: what the institutions must answer. Who reported it stands in `Concern` alone."""

    code = models.CharField("编号", max_length=20, unique=True)
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="tickets", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True)
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True)
    place = models.CharField("具体位置", max_length=60, blank=True)
    title = models.CharField("事项", max_length=60)
    text = models.TextField("内容")  # numbers in it are masked; the original is the concern's
    visibility = models.CharField("公开程度", max_length=10, choices=Visibility)
    category = models.CharField("类别", max_length=20, choices=categories, blank=True)
    kind = models.CharField("性质", max_length=12, choices=Kind, default=Kind.COMPLAINT)
    lane = models.CharField("紧急程度", max_length=2, choices=Lane, default=Lane.GENERAL)
    state = models.CharField("状态", max_length=12, choices=State, default=State.FILED)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    level = models.SmallIntegerField("升级", choices=Level, null=True, blank=True)
    lead = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="主办",
        related_name="leads",
        db_index=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="经办人",
        related_name="assigned_tickets",
    )
    policy = models.ForeignKey(PolicyVersion, models.PROTECT)
    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, null=True, blank=True)
    why_lead = models.CharField(  # as at dispatch
        "为什么是这个单位", max_length=160, blank=True, db_default=""
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="并入", related_name="merged"
    )
    follower_count = models.PositiveIntegerField("也遇到的人数", default=0, db_default=0)
    filed_at = models.DateTimeField("提交时间")
    warn_at = models.DateTimeField("预警时间", null=True, blank=True)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    resolution = models.CharField("办理结果", max_length=12, choices=Resolution, blank=True)
    promised_on = models.DateField("计划完成", null=True, blank=True)
    decline_reason = models.CharField(
        "不予受理的原因", max_length=12, choices=DeclineReason, blank=True
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工单"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=WITH_LEAD) | Q(lead__isnull=False),
                name="ticket_in_work_has_lead",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.TO_DISPATCH) | Q(lead__isnull=True),
                name="ticket_in_pool_has_none",
            ),
            models.CheckConstraint(
                condition=Q(assignee__isnull=True) | Q(lead__isnull=False),
                name="ticket_assignee_works_for_a_lead",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.FILED, State.DECLINED, State.WITHDRAWN, State.MERGED])
                | ~Q(category=""),
                name="ticket_accepted_has_category",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False),
                name="ticket_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DECLINED) | ~Q(decline_reason=""),
                name="ticket_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(resolution=Resolution.LONG_TERM) | Q(promised_on__isnull=False),
                name="ticket_long_term_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | ~Q(state=State.MERGED) & Q(merged_into__isnull=True),
                name="ticket_merged_names_another",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")), name="ticket_not_merged_into_itself"
            ),
        ]
        indexes = [
            # Desks and dashboards read open tickets only, the least time left first.
            models.Index(
                fields=["compound", "due_at"],
                condition=Q(state__in=OPEN),
                name="ticket_open_compound_due",
            ),
            models.Index(
                fields=["lead", "due_at"], condition=Q(state__in=OPEN), name="ticket_open_lead_due"
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=OPEN), name="ticket_open_due"
            ),
            models.Index(
                fields=["level"],
                condition=Q(state__in=OPEN, level__gte=Level.STREET_LEADER),
                name="ticket_open_climbed",
            ),
            # Lists of everything, the newest first: a page costs the same however long they are.
            models.Index(fields=["compound", "-id"], name="ticket_compound_newest"),
            models.Index(fields=["lead", "-id"], name="ticket_lead_newest"),
            models.Index(fields=["lead", "category", "-id"], name="ticket_lead_category_newest"),
            models.Index(fields=["compound", "-filed_at"], name="ticket_compound_filed"),
            # Found by any three characters that stand together.
            GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="ticket_text_trigrams"),
            models.Index(fields=["-filed_at", "-id"], name="ticket_newest"),
            models.Index(
                fields=["compound", "due_at"],
                condition=Q(state=State.SHELVED),
                name="ticket_shelved",
            ),
            models.Index(
                fields=["compound", "closed_at"],
                condition=Q(state=State.CLOSED),
                name="ticket_compound_closed",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="ticket_moves_as_listed", field="state", transitions=TRANSITIONS),
            # Whoever merges the target at the same moment waits here, and is then seen.
            pgtrigger.Trigger(
                name="ticket_merges_make_no_chain",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),
                condition=pgtrigger.Q(new__merged_into__isnull=False),
                func=pgtrigger.Func(
                    """
                    PERFORM 1 FROM {meta.db_table} WHERE id = NEW.merged_into_id
                        AND compound_id = NEW.compound_id AND merged_into_id IS NULL FOR SHARE;
                    IF NOT FOUND OR EXISTS (
                        SELECT 1 FROM {meta.db_table} WHERE merged_into_id = NEW.id
                    ) THEN
                        RAISE EXCEPTION 'tickets of one compound are merged, and in no chain';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Protect(name="ticket_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/tickets/{self.code}/"

    def list_key(self, order: str) -> str:
        """Where this ticket stands in a list of that order."""
        if order == Order.NEWEST:
            return str(self.pk)
        return f"{self.due_at.isoformat() if self.due_at else ''}_{self.pk}"

    @property
    def where(self) -> str:
        """Compound, building and stairwell, never the room."""
        inside = self.entrance or self.building or ""
        return " ".join(filter(None, [self.compound.name, str(inside), self.place]))

    def light(self, at: datetime) -> Light:
        return light_of(state=self.state, warn_at=self.warn_at, due_at=self.due_at, at=at)

    def deed_url(self, deed: str) -> str:
        return reverse(f"complaints:ticket-{deed}", args=[self.code])


class TicketEvent(models.Model):
    """One line of a ticket's history. Written once; the clocks are read off these lines."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    verb = models.CharField("动作", max_length=20, choices=verbs)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False
    )
    role = models.CharField("身份", max_length=40, blank=True)
    at = models.DateTimeField("时间")
    from_state = models.CharField("原状态", max_length=12, choices=State, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=State)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, verbose_name="单位"
    )
    lane = models.CharField("紧急程度", max_length=2, choices=Lane)
    kind = models.CharField("性质", max_length=12, choices=Kind)
    text = models.TextField("说明", blank=True)
    until_on = models.DateField("到哪一天", null=True, blank=True)  # a new term, or a review
    due_before = models.DateTimeField("原期限", null=True, blank=True)
    due_after = models.DateTimeField("新期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["ticket", "at"], name="ticket_event_history"),
            models.Index(fields=["by", "-ticket"], name="ticket_event_newest_by"),
            models.Index(fields=["at"], name="ticket_event_at"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ticket_event_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="ticket_event_is_never_emptied",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'the history of tickets is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.get_verb_display()} {self.text[:40]}"

    @property
    def said(self) -> str:
        """The words with their numbers, for the reporter alone; wants `original` selected."""
        original = getattr(self, "original", None)
        return original.text if original else self.text


class TicketSupport(models.Model):
    """协办单位, or the paired department (结对包建) that coordinates."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="supports")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="supports", db_index=False
    )
    kind = models.CharField("身份", max_length=12, choices=Support)

    class Meta:
        verbose_name = verbose_name_plural = "协办"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "organization"], name="ticket_support_once")
        ]
        indexes = [
            models.Index(fields=["organization", "-ticket"], name="ticket_support_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}（{self.get_kind_display()}）"
