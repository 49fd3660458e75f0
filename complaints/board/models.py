from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from complaints.board.terms import Verb
from complaints.models import Ticket

WORDS_LENGTH, REASON_LENGTH = 60, 120


class Entry(models.Model):
    """公示: what a branch changed of a ticket's line on the board; without one it stands as it is."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="board_entry")
    words = models.CharField("公示用语", max_length=WORDS_LENGTH, blank=True)
    hidden_reason = models.CharField("不公示的原因", max_length=REASON_LENGTH, blank=True)
    hidden_at = models.DateTimeField("不公示", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_reason="")
                | Q(hidden_at__isnull=False) & ~Q(hidden_reason=""),
                name="board_hidden_has_reason",
            )
        ]

    def __str__(self) -> str:
        return self.words or self.ticket.code


class EntryEvent(models.Model):
    """One change of a line: who, by which post, and what stood there before. Written once."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="board_events")
    verb = models.CharField("动作", max_length=10, choices=Verb)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField("身份", max_length=40)
    at = models.DateTimeField("时间")
    before = models.CharField("原来", max_length=WORDS_LENGTH, blank=True)
    after = models.CharField("改成", max_length=WORDS_LENGTH, blank=True)
    reason = models.CharField("原因", max_length=REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示记录"
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="board_event_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="board_event_is_never_emptied",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'the history of the board is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.get_verb_display()}"
