"""The words of the public board. Nothing here does anything."""

from django.db.models import TextChoices

from complaints.terms import State

# From acceptance on: then somebody has looked at the matter and given it its category.
ON_BOARD = [
    State.ACCEPTED,
    State.IN_COMPOUND,
    State.TO_DISPATCH,
    State.DISPATCHED,
    State.IN_HAND,
    State.REPLIED,
    State.CALLBACK,
    State.SHELVED,
    State.CLOSED,
]


class Progress(TextChoices):
    """What the board can be narrowed to."""

    RUNNING = "running", "正在办"
    DONE = "done", "已办结"


class Verb(TextChoices):
    WORDED = "worded", "改写公示"
    HIDDEN = "hidden", "不公示"
    SHOWN = "shown", "恢复公示"
