"""The words of this app, English beside Chinese. Nothing here does anything."""

from django.db.models import TextChoices


class Occasion(TextChoices):
    """Why a checkpoint was published."""

    OPEN = "open", "开始"
    SIX_HOURS = "six_hours", "每六小时"
    DAILY = "daily", "每日 20:00"
    CLOSE = "close", "截止"
    RESULT = "result", "公布结果"
    GAP = "gap", "恢复备份"
    ASKED = "asked", "临时公布"


class WitnessRole(TextChoices):
    """Who keeps a checkpoint outside of this house."""

    STREET = "street", "街道"
    COMMUNITY = "community", "社区"
    SCRUTINEER = "scrutineer", "监票人"
    OWNER = "owner", "业主"
    OTHER = "other", "其他"


class State(TextChoices):
    """Of a checkpoint on its way to a witness."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发出"
    FAILED = "failed", "没发出去"


def occasions() -> list[tuple[str, str]]:
    """Given to the field uncalled: a new word is then a line here and no migration."""
    return Occasion.choices


def witness_roles() -> list[tuple[str, str]]:
    return WitnessRole.choices


def states() -> list[tuple[str, str]]:
    return State.choices
