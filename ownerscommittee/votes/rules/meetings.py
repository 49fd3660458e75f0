"""The way of a meeting (owners.md rule 22). What is not listed is refused."""

from compounds.rules import Conflict
from ownerscommittee.votes.terms import MeetingState, MeetingVerb

S, V = MeetingState, MeetingVerb

MOVES: dict[str, tuple[list[MeetingState], MeetingState]] = {
    V.NOTICED: ([S.DRAFT], S.NOTICED),
    V.OPENED: ([S.NOTICED], S.OPEN),
    V.CLOSED: ([S.OPEN], S.CLOSED),
    # Counted again after an objection was upheld and ballots were voided.
    V.COUNTED: ([S.CLOSED, S.PRELIMINARY, S.OBJECTIONS], S.PRELIMINARY),
    V.POSTED: ([S.PRELIMINARY], S.OBJECTIONS),
    V.ANNOUNCED: ([S.OBJECTIONS], S.ANNOUNCED),
    V.FINALIZED: ([S.ANNOUNCED], S.FINAL),
    V.CANCELLED: ([S.DRAFT, S.NOTICED, S.OPEN], S.CANCELLED),
}
STAYS: dict[str, list[MeetingState]] = {
    V.DRAFTED: [S.DRAFT],
    V.EXTENDED: [S.OPEN],
    V.REPLIED: [S.OBJECTIONS],
}
TRANSITIONS: list[tuple[str, str]] = sorted(
    {(start, end) for starts, end in MOVES.values() for start in starts if start != end}
)

FINAL_AFTER = 3  # days that an announced result stands before it is closed for good


def may_follow(verb: str, state: str) -> bool:
    starts = MOVES[verb][0] if verb in MOVES else STAYS[verb]
    return state in starts


def state_after(verb: str, state: str) -> MeetingState:
    """The state that a deed leads to. Raises Conflict when it is not to be done from here."""
    if not may_follow(verb, state):
        raise Conflict(
            f"这次会议现在是「{S(state).label}」，不能{V(verb).label}。"
            "可能刚刚有人处理过，请看最新进展。"
        )
    return MOVES[verb][1] if verb in MOVES else S(state)
