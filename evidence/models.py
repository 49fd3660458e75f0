"""防篡改可核验: what was written here once stands, or a stranger sees that it does not."""

from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from evidence.rules.moments import LEASE, stale_before
from evidence.rules.trees import EMPTY, HASH_SIZE, split
from evidence.terms import Occasion, State, WitnessRole, occasions, states, witness_roles

NEVER_CHANGED = pgtrigger.Protect(
    name="row_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
)
NEVER_DELETED = pgtrigger.Protect(name="row_is_never_deleted", operation=pgtrigger.Delete)
NEVER_EMPTIED = pgtrigger.Trigger(
    name="table_is_never_emptied",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'the evidence is append-only';",
)
APPEND_ONLY = [NEVER_CHANGED, NEVER_EMPTIED]


class StreamQuerySet(models.QuerySet["Stream"]):
    def with_news(self) -> StreamQuerySet:
        """Whose last entries no checkpoint has carried out yet."""
        return self.filter(size__gt=F("published_size"))

    def due(self, at: datetime) -> StreamQuerySet:
        """With news, and no checkpoint for six hours or since 20:00."""
        return self.with_news().filter(published_at__lt=stale_before(at))

    def for_list(self) -> StreamQuerySet:
        return self.order_by("-pk")


class Stream(models.Model):
    """One log: of a vote, of a fund's year. Its lines are entries, and it only grows."""

    origin = models.CharField("日志名", max_length=120, unique=True)
    title = models.CharField("名称", max_length=120)
    url = models.CharField("所记事项的页面", max_length=200, blank=True)
    opened_at = models.DateTimeField("建立时间")
    size = models.PositiveIntegerField("条数", default=0)
    peaks = models.BinaryField("各完整子树的根", default=b"")
    root = models.BinaryField("根", default=EMPTY)
    published_size = models.PositiveIntegerField("已公布条数", default=0)
    published_at = models.DateTimeField("最近公布时间")

    objects = StreamQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "存证日志"
        constraints = [
            models.CheckConstraint(
                condition=Q(published_size__lte=F("size")), name="stream_published_is_there"
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__regex=r"^/([^/\\]|$)"), name="stream_url_is_a_path"
            ),
        ]
        indexes = [
            models.Index(
                fields=["published_at"],
                condition=Q(size__gt=F("published_size")),
                name="stream_with_news",
            ),
        ]
        triggers = [
            NEVER_DELETED,
            NEVER_EMPTIED,
            pgtrigger.Protect(
                name="stream_keeps_its_name",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("origin", "opened_at"),
            ),
            pgtrigger.Trigger(
                name="stream_only_grows",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.size IS DISTINCT FROM NEW.size OR OLD.peaks IS DISTINCT FROM NEW.peaks"
                    " OR OLD.root IS DISTINCT FROM NEW.root"
                ),
                func="""
                    IF NEW.size <= OLD.size OR NEW.size - OLD.size <> (
                        SELECT count(*) FROM evidence_entry
                         WHERE stream_id = OLD.id AND index >= OLD.size AND index < NEW.size
                    ) THEN RAISE EXCEPTION 'a log grows by its entries, one by one'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evidence:stream", args=[self.origin])

    @property
    def peak_hashes(self) -> list[bytes]:
        return split(self.peaks)


class Entry(models.Model):
    """One line. `path` are the siblings of its leaf in the tree that ends with it."""

    stream = models.ForeignKey(
        Stream, models.PROTECT, related_name="entries", db_index=False, verbose_name="日志"
    )
    index = models.PositiveIntegerField("序号，从 0 起")
    body = models.TextField("内容，规范写法")
    leaf = models.BinaryField("叶")
    path = models.BinaryField("路径", default=b"")

    class Meta:
        verbose_name = verbose_name_plural = "存证记录"
        constraints = [
            models.UniqueConstraint(fields=["stream", "index"], name="entry_once_an_index"),
        ]
        triggers = [
            *APPEND_ONLY,
            pgtrigger.Trigger(
                name="entry_has_its_leaf",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=r"""
                    IF NEW.leaf <> sha256('\x00'::bytea || convert_to(NEW.body, 'UTF8')) THEN
                        RAISE EXCEPTION 'the leaf is not the hash of the line'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 号"

    @property
    def number(self) -> int:
        """How people count it: 第 57 号 is the entry of index 56."""
        return self.index + 1

    @property
    def short_code(self) -> str:
        """What fits on a strip of paper: 3fa9-01cd-77e2."""
        digits = bytes(self.leaf).hex()
        return "-".join(digits[at : at + 4] for at in (0, 4, 8))

    @property
    def path_hashes(self) -> list[bytes]:
        return split(self.path)


class Exhibit(models.Model):
    """附件: a file that lines name by its hash, such as a vote's roll; public with the log."""

    stream = models.ForeignKey(
        Stream, models.PROTECT, related_name="exhibits", db_index=False, verbose_name="日志"
    )
    name = models.CharField("文件名", max_length=60)
    content = models.TextField("内容")
    at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        constraints = [
            models.UniqueConstraint(fields=["stream", "name"], name="exhibit_once_a_name"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z]+\.jsonl?$"), name="exhibit_name_is_a_file"
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return self.name


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def for_list(self) -> CheckpointQuerySet:
        return self.order_by("-size")


class Checkpoint(models.Model):
    """检查点: a signed note of size and root, published and sent to the witnesses."""

    stream = models.ForeignKey(
        Stream, models.PROTECT, related_name="checkpoints", db_index=False, verbose_name="日志"
    )
    size = models.PositiveIntegerField("条数")
    root = models.BinaryField("根")
    note = models.TextField("签名文本")
    occasion = models.CharField("缘由", max_length=12, choices=occasions)
    at = models.DateTimeField("公布时间")

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查点"
        constraints = [
            models.UniqueConstraint(fields=["stream", "size"], name="checkpoint_once_a_size"),
            models.CheckConstraint(condition=Q(size__gt=0), name="checkpoint_of_something"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.stream} 共 {self.size} 条"

    def get_absolute_url(self) -> str:
        return reverse("evidence:checkpoint", args=[self.stream.origin, self.size])

    @property
    def occasion_words(self) -> str:
        return Occasion(self.occasion).label

    @property
    def groups(self) -> list[str]:
        """The root in hexadecimal, in groups of four, as people compare it aloud."""
        digits = bytes(self.root).hex()
        return [digits[at : at + 4] for at in range(0, 2 * HASH_SIZE, 4)]


class Witness(models.Model):
    """见证人: keeps what we published, outside of this house, so that we cannot take it back."""

    stream = models.ForeignKey(
        Stream, models.PROTECT, related_name="witnesses", db_index=False, verbose_name="日志"
    )
    name = models.CharField("姓名或单位", max_length=40)
    email = models.EmailField("电子邮箱")
    role = models.CharField("身份", max_length=12, choices=witness_roles)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "见证人"
        constraints = [
            models.UniqueConstraint(fields=["stream", "email"], name="witness_once_a_stream"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{WitnessRole(self.role).label} {self.name}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> LetterQuerySet:
        return self.filter(state=State.WAITING)

    def due(self, at: datetime) -> LetterQuerySet:
        return self.waiting().filter(next_try_at__lte=at)

    def claim(self, at: datetime, count: int) -> list[Letter]:
        """Lease so many letters; their next attempt moves out of reach of a sweep beside this."""
        due = self.due(at).order_by("next_try_at").select_for_update(skip_locked=True)
        keys = list(due.values_list("pk", flat=True)[:count])
        claimed = self.filter(pk__in=keys)
        claimed.update(next_try_at=at + LEASE, attempts=F("attempts") + 1)
        return list(claimed.select_related("checkpoint__stream", "witness").order_by("pk"))


class Letter(models.Model):
    """A checkpoint on its way to a witness, and whether it arrived at the mail server."""

    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="letters", db_index=False, verbose_name="检查点"
    )
    witness = models.ForeignKey(
        Witness, models.PROTECT, related_name="letters", verbose_name="见证人"
    )
    state = models.CharField("状态", max_length=10, choices=states, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次发送")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    error = models.CharField("原因", max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "见证邮件"
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="letter_once_each"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="letter_sent_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state=State.WAITING), name="letter_waiting"
            ),
        ]
        triggers = [
            NEVER_DELETED,
            NEVER_EMPTIED,
            pgtrigger.Protect(
                name="letter_sent_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=State.SENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint} → {self.witness}"


class PublicKey(models.Model):
    """公钥: every key that ever signed here, so that old notes stay checkable."""

    key = models.BinaryField("公钥", unique=True)
    since = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = verbose_name_plural = "公钥"
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return bytes(self.key).hex()[:16]
