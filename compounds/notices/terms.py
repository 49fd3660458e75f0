"""The words of the outbox, English beside Chinese. Nothing here does anything."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """Ways out of the house; the page 我的通知 is the notice itself and needs no delivery."""

    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"


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
