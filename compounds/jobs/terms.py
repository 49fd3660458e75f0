"""The words of long work. Nothing here does anything."""

from django.db.models import TextChoices


class State(TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "没有做成"
    CANCELLED = "cancelled", "已取消"


UNFINISHED = [State.WAITING, State.RUNNING]
TONES = {
    State.WAITING: "quiet",
    State.RUNNING: "soon",
    State.DONE: "ok",
    State.FAILED: "late",
    State.CANCELLED: "quiet",
}
# A worker that was killed leaves its job running; whoever takes it up runs it again.
TRANSITIONS = [
    (State.WAITING.value, State.RUNNING.value),
    (State.WAITING.value, State.CANCELLED.value),
    (State.RUNNING.value, State.WAITING.value),
    (State.RUNNING.value, State.DONE.value),
    (State.RUNNING.value, State.FAILED.value),
    (State.RUNNING.value, State.CANCELLED.value),
]
