"""The same matter more than once (tickets.md §2, §6): 并单, 我也遇到了, and taking one apart."""

from typing import NamedTuple

from complaints.terms import OPEN, State, Visibility
from compounds.rules import Conflict, Refused

MOST_MATTERS = 5
FOLLOWED = [*OPEN, State.SHELVED, State.CLOSED]


def check_merge(
    *,
    is_same: bool,
    in_one_compound: bool,
    target_state: str,
    target_visibility: str,
    has_merged: bool,
) -> None:
    """并单: into an open ticket of the same compound that others may read, and in no chain."""
    if is_same:
        raise Refused("不能并到它自己。请选另一件事。")
    if not in_one_compound:
        raise Refused("只能并到同一个小区的事。请核对编号。")
    if target_state not in OPEN:
        raise Refused(
            f"那件事现在是「{State(target_state).label}」，不能再并进去。请选一件在办的事。"
        )
    if target_visibility == Visibility.SECRET:
        raise Refused("那件事反映人选了不公开，别人不能跟着看。请反过来并，或者分开办。")
    if has_merged:
        raise Refused("已有别的事并到这一件。请把那一件并过来，或先撤销并单。")


class Matter(NamedTuple):
    """One of several that were told in one report: in its own words, of its own urgency."""

    text: str
    category: str
    lane: str


def check_split(matters: int) -> None:
    """拆分: into two matters at least; more than five are nobody's to oversee."""
    if not 2 <= matters <= MOST_MATTERS:
        raise Refused(f"一次拆成 2 到 {MOST_MATTERS} 件。只有一件事，就不用拆。")


def check_following(state: str) -> None:
    """Who follows hears of what is being done, or how it ended."""
    if state not in FOLLOWED:
        raise Conflict("这件事不再办理了，不能跟着看。请继续提交您自己的问题。")
