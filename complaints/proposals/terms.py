"""The words of 未诉先办. Nothing here does anything."""

from django.db.models import TextChoices


class Why(TextChoices):
    FOLLOWED = "followed", "很多人遇到"
    REPEATED = "repeated", "同一处反复反映"


class Decision(TextChoices):
    WAITING = "waiting", "待定"
    ADOPTED = "adopted", "采纳"
    DECLINED = "declined", "不采纳"


TONES: dict[str, str] = {
    Decision.WAITING: "soon",
    Decision.ADOPTED: "ok",
    Decision.DECLINED: "quiet",
}
