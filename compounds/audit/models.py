"""审计日志: what was done to accounts and rights, written once.

The database itself records every change of a post, an organisation, the calendar or an account,
so that no way into it goes unseen: not the shell, not an import, not a deed that forgot.
"""

from __future__ import annotations

from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from compounds.audit.terms import NOT_SAID, SENTENCES, SYSTEM, Verb
from compounds.models import (
    CalendarYear,
    Organization,
    Person,
    Post,
    WorkdayException,
    keyed_hash,
)
from compounds.rules import midnight
from compounds.terms import Role


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def by_whom(self, words: str) -> AuditEntryQuerySet:
        """Whoever has this name, or this phone."""
        people = Person.objects.filter(Q(name=words) | Q(phone_key=keyed_hash(words)))
        return self.filter(by__in=people)

    def between(self, first: date | None, last: date | None) -> AuditEntryQuerySet:
        """From 00:00 of the first day to 24:00 of the last, in Shanghai."""
        found = self
        if first:
            found = found.filter(at__gte=midnight(first))
        if last:
            found = found.filter(at__lt=midnight(last + timedelta(days=1)))
        return found

    def before(self, key: str) -> AuditEntryQuerySet:
        """What is older than the entry of this key; all of it if there is no such entry."""
        entry = self.model.objects.filter(pk=key).first() if key.isdecimal() else None
        if entry is None:
            return self
        return self.filter(at__lte=entry.at).exclude(at=entry.at, pk__gte=entry.pk)

    def for_list(self) -> AuditEntryQuerySet:
        return self.select_related("by").order_by("-at", "-pk")


class AuditEntry(models.Model):
    """One line of the log. Written once; never edited, never deleted."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="操作人",
    )
    verb = models.CharField("动作", max_length=20)  # of Verb, which may grow freely
    target_kind = models.CharField("对象类别", max_length=40, blank=True)
    target_id = models.CharField("对象编号", max_length=40, blank=True)
    target_words = models.CharField("对象", max_length=200, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    address_hash = models.CharField("来源地址索引", max_length=64, blank=True)
    detail = models.JSONField("细节", default=dict, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["by", "-at"], name="audit_by_at"),
            models.Index(fields=["verb", "-at"], name="audit_verb_at"),
            models.Index(fields=["target_kind", "target_id"], name="audit_target"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="audit_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="audit_is_never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the audit log is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.sentence}"

    @property
    def sentence(self) -> str:
        audited = AUDITED.get(self.target_kind)
        return SENTENCES[Verb(self.verb)].format(
            who=self.by or SYSTEM,
            kind=audited._meta.verbose_name if audited else "",
            target=self.target_words,
            reason=self.reason or NOT_SAID,
            columns="、".join(self._word_of(column) for column in self.detail),
        )

    def _word_of(self, column: str) -> str:
        """What the form calls a column; a column that is no more keeps its own name."""
        try:
            field = AUDITED[self.target_kind]._meta.get_field(column.removesuffix("_id"))
        except (KeyError, FieldDoesNotExist):
            return column
        return str(getattr(field, "verbose_name", column))


# --- Rows that the database audits by itself ---------------------------------------------------

NAMES_ONLY = ["phone_key", "password", "email", "name", "is_active"]  # of an account no value
_ROLE_WORDS = " ".join(f"WHEN '{value}' THEN '{label}'" for value, label in Role.choices)
_POST_WORDS = f"""concat_ws('，',
    (SELECT name FROM compounds_person WHERE id = (line->>'person_id')::bigint),
    (SELECT name FROM compounds_organization WHERE id = (line->>'organization_id')::bigint),
    CASE line->>'role' {_ROLE_WORDS} END)"""


def row_trigger(
    name: str,
    operation: pgtrigger.Operation,
    *,
    words: str,
    key: str = "id",
    ignored: list[str] | None = None,
    names_only: bool = False,
) -> pgtrigger.Trigger:
    """One line of the log for each row written, with what changed: {column: [before, after]}.

    `words` is SQL over `line`, the row as JSON. With `names_only` the values stay out.
    """
    values = "'[]'" if names_only else "jsonb_build_array(was->k, becomes->k)"
    skipped = ", ".join(f"'{column}'" for column in [key, *(ignored or [])])
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        declare=[
            ("was", "JSONB := to_jsonb(OLD)"),
            ("becomes", "JSONB := to_jsonb(NEW)"),
            ("line", "JSONB := coalesce(to_jsonb(NEW), to_jsonb(OLD))"),
            ("changed", "JSONB"),
        ],
        func=f"""
            SELECT coalesce(jsonb_object_agg(k, {values}::jsonb), '{{}}') INTO changed
              FROM jsonb_object_keys(line) AS k
             WHERE was->k IS DISTINCT FROM becomes->k AND k NOT IN ({skipped});
            IF TG_OP = 'UPDATE' AND changed = '{{}}' THEN RETURN NULL; END IF;
            INSERT INTO audit_auditentry
                   (at, by_id, verb, target_kind, target_id, target_words,
                    reason, address_hash, detail)
            VALUES (clock_timestamp(), nullif(current_setting('bizhan.actor', true), '')::bigint,
                    CASE TG_OP WHEN 'INSERT' THEN '{Verb.ROW_ADDED}'
                               WHEN 'UPDATE' THEN '{Verb.ROW_CHANGED}'
                               ELSE '{Verb.ROW_REMOVED}' END,
                    replace(TG_TABLE_NAME, 'compounds_', ''), line->>'{key}',
                    left({words}, 200), '', '', changed);
            RETURN NULL;
        """,
    )


EVERYTHING = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class AuditedPost(Post):
    class Meta:
        proxy = True
        triggers = [
            row_trigger(
                "post_is_audited",
                EVERYTHING,
                words=_POST_WORDS,
                ignored=["submission_key"],  # the initial password is derived from it
            )
        ]


class AuditedOrganization(Organization):
    class Meta:
        proxy = True
        triggers = [
            row_trigger(
                "organization_is_audited",
                EVERYTHING,
                words="line->>'name'",
                ignored=["numchild", "depth"],
            )
        ]


class AuditedWorkdayException(WorkdayException):
    class Meta:
        proxy = True
        triggers = [row_trigger("workday_exception_is_audited", EVERYTHING, words="line->>'day'")]


class AuditedCalendarYear(CalendarYear):
    class Meta:
        proxy = True
        triggers = [
            row_trigger("calendar_year_is_audited", EVERYTHING, words="line->>'year'", key="year")
        ]


class AuditedPerson(Person):
    """Not when it is added: a register brings people by the ten thousand."""

    class Meta:
        proxy = True
        triggers = [
            row_trigger(
                "person_is_audited",
                pgtrigger.UpdateOf(*NAMES_ONLY) | pgtrigger.Delete,
                words="line->>'name'",
                # Encrypted anew at each writing; a changed phone shows in its key.
                ignored=["phone", "id_number", "last_login", "joined_at"],
                names_only=True,
            )
        ]


AUDITED: dict[str, type[models.Model]] = {
    model._meta.model_name or "": model
    for model in (Post, Organization, WorkdayException, CalendarYear, Person)
}
