"""The words of the outbox, English beside Chinese. Nothing here does anything."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Channel(TextChoices):
    """Ways out of the house; the page 我的通知 is the notice itself and needs no delivery."""

    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"


class Manner(TextChoices):
    """How a person wants one kind of notice by one channel."""

    NOW = "now", "马上发"
    DIGEST = "digest", "每天汇成一封"
    NEVER = "never", "不发"


# What each channel can do; the first is what happens until the person says otherwise.
MANNERS = {
    Channel.EMAIL: [Manner.NOW, Manner.DIGEST, Manner.NEVER],
    Channel.WECHAT: [Manner.NOW, Manner.NEVER],
    Channel.SMS: [Manner.NEVER, Manner.NOW],
}


@dataclass(frozen=True)
class Event:
    """One kind of notice, as its app's `notice_events` declares it."""

    label: str
    is_for_staff: bool = False
    is_compulsory: bool = False


class State(TextChoices):
    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    SKIPPED = "skipped", "无需发送"


TONES = {  # of the badge that shows a state
    State.WAITING: "wait",
    State.SENT: "ok",
    State.FAILED: "late",
    State.SKIPPED: "quiet",
}
