from __future__ import annotations

import secrets
from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Exists, ForeignObjectRel, OuterRef

from compounds.models import Person


def new_file_token() -> str:
    return secrets.token_hex(16)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def unreferenced(self) -> StoredFileQuerySet:
        """Rows that no model points to, whichever models there are."""
        rows = self
        for relation in StoredFile._meta.get_fields(include_hidden=True):
            if isinstance(relation, ForeignObjectRel):
                owners = relation.related_model._base_manager
                rows = rows.filter(~Exists(owners.filter(**{relation.field.name: OuterRef("pk")})))
        return rows

    def stored_before(self, moment: datetime) -> StoredFileQuerySet:
        return self.filter(stored_at__lt=moment)


class StoredFile(models.Model):
    """A photo that went through the pipeline. Whoever may see its owner may see it."""

    token = models.CharField("随机号", max_length=32, unique=True)
    file = models.FileField("文件", max_length=80)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("字节数")
    media_type = models.CharField("类型", max_length=40)
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")
    by = models.ForeignKey(
        Person,
        models.PROTECT,
        verbose_name="上传人",
        null=True,
        blank=True,
        related_name="stored_files",
        db_index=False,
    )
    stored_at = models.DateTimeField("上传时间")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上传的照片"
        indexes = [
            models.Index(fields=["by", "stored_at"], name="stored_file_by_day"),
            models.Index(fields=["stored_at"], name="stored_file_stored_at"),
        ]
        triggers = [
            # What was checked is what is shown; only the sweep of unreferenced rows deletes.
            pgtrigger.Protect(name="stored_file_is_never_edited", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.token[:8]} {self.width}×{self.height}"
