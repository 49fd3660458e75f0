"""Pictures of a ticket, told apart by when they were taken."""

from collections.abc import Iterable
from typing import Any

from complaints.terms import Verb

SCENE, BEFORE, AFTER = "现场照片", "处理前", "处理后"


def hung(pictures: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each group under its heading; each picture with verb (None: the reporter's), token, width, height."""
    taken = list(pictures)
    after = [one for one in taken if one["verb"] == Verb.REPLIED]
    before = [one for one in taken if one["verb"] != Verb.REPLIED]
    is_told_apart = bool(after) or any(one["verb"] for one in before)
    groups = [(BEFORE if is_told_apart else SCENE, before), (AFTER, after)]
    return [(heading, group) for heading, group in groups if group]
