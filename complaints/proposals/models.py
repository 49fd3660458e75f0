from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from complaints.models import Ticket
from complaints.proposals.terms import Decision, Why
from complaints.terms import categories
from compounds.models import Building, Compound

REASON_LENGTH = 200


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def for_list(self) -> ProposalQuerySet:
        """With what a row shows, `count` being the tickets behind it."""
        found = self.annotate(count=Count("tickets"))
        return found.select_related("compound__branch", "building", "ticket", "decided_by")


class Proposal(models.Model):
    """未诉先办: what a joint meeting should look at before more people have to complain."""

    why = models.CharField("缘由", max_length=10, choices=Why)
    compound = models.ForeignKey(Compound, models.PROTECT, related_name="proposals")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField("类别", max_length=20, choices=categories)
    ticket = models.ForeignKey(  # the one that many met
        Ticket, models.PROTECT, null=True, blank=True, related_name="+"
    )
    tickets = models.ManyToManyField(Ticket, verbose_name="工单", related_name="proposals")
    days = models.PositiveIntegerField("几天内", default=0)  # as the policy had it
    proposed_at = models.DateTimeField("提出时间")
    decision = models.CharField("结论", max_length=10, choices=Decision, default=Decision.WAITING)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField("身份", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=REASON_LENGTH, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未诉先办"
        constraints = [
            models.UniqueConstraint(
                F("compound"),
                Coalesce("building", 0),
                F("category"),
                condition=Q(why=Why.REPEATED, decision=Decision.WAITING),
                name="proposal_one_waits_for_a_place",
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(why=Why.FOLLOWED), name="proposal_once_for_a_ticket"
            ),
            models.CheckConstraint(
                condition=Q(why=Why.FOLLOWED, ticket__isnull=False)
                | Q(why=Why.REPEATED, ticket__isnull=True),
                name="proposal_followed_names_its_ticket",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.WAITING, decided_at__isnull=True)
                | ~Q(decision=Decision.WAITING) & Q(decided_at__isnull=False) & ~Q(reason=""),
                name="proposal_decided_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="proposal_decided_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.get_category_display()}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:proposal", args=[self.pk])

    @property
    def place(self) -> str:
        """Compound and building, never the room."""
        return f"{self.compound} {self.building or '公共区域'}"

    @property
    def in_words(self) -> str:
        """Why it is proposed; wants `for_list`."""
        if self.ticket:
            return f"{self.ticket.follower_count} 位邻居也遇到了"
        return f"{self.days} 天内同一处反映了 {vars(self)['count']} 次"
