"""One ticket's life as the deeds and the sweep would have written it, without the database.

The rules are the house's own: `state_after` refuses what is not listed, `Replay` keeps the clocks.
What complaints.actions does to rows is done here to values; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from bizhan.demo.people import SYSTEM, Hand
from complaints.rules.clocks import Clock, Happening, Replay
from complaints.rules.limits import Policy
from complaints.rules.moves import demands_redo, state_after
from complaints.terms import (
    RESIDENTS_CLOCKS,
    SELF_MOVING_CLOCKS,
    ClockKind,
    Kind,
    Level,
    State,
    Support,
    Verb,
)
from compounds.rules import Calendar

ClockKey = tuple[int, ClockKind]


class Event(NamedTuple):
    """The columns of a TicketEvent, in the order in which they are written."""

    verb: str
    by: int | None
    role: str
    at: datetime
    from_state: str
    to_state: str
    organization: int | None
    lane: str
    kind: str
    text: str
    due_before: datetime | None
    due_after: datetime | None


class Reached(NamedTuple):
    """The columns of an Escalation."""

    round: int
    clock: str
    level: int
    fell_due_at: datetime
    at: datetime
    is_told: bool


@dataclass
class Asked:
    """The columns of a Callback."""

    round: int
    asked_at: datetime
    answered_at: datetime | None = None
    was_contacted: bool | None = None
    solved: str = ""
    satisfaction: str = ""
    comment: str = ""
    by: int | None = None


class Life:
    """The values of one ticket and everything that hangs on it."""

    def __init__(
        self, policy: Policy, calendar: Calendar, *, lane: str, filed_at: datetime
    ) -> None:
        self.replay = Replay(policy, calendar)
        self.lane, self.kind, self.category = lane, str(Kind.COMPLAINT), ""
        self.state: str = ""
        self.round = 1
        self.level: int | None = None
        self.lead: int | None = None
        self.filed_at = self.last_at = filed_at
        self.warn_at: datetime | None = None
        self.due_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.resolution = self.decline_reason = ""
        self.promised_on: date | None = None
        self.events: list[Event] = []
        self.reached: list[Reached] = []
        self.levels: dict[ClockKey, int] = {}
        self.supports: dict[int, Support] = {}
        self.callbacks: list[Asked] = []

    # --- Deeds --------------------------------------------------------------------------------

    def do(
        self,
        verb: Verb,
        at: datetime,
        hand: Hand = SYSTEM,
        *,
        text: str = "",
        organization: int | None = None,
        **changes: Any,
    ) -> None:
        """One deed, refused by the rules where the house would refuse it."""
        before = self.state
        after = State.FILED if verb == Verb.FILED else state_after(verb, before)
        for name, value in changes.items():
            setattr(self, name, value)
        self.state = after.value
        self._write(verb, at, hand, before, text, organization)

    def _write(
        self,
        verb: Verb,
        at: datetime,
        hand: Hand,
        before: str,
        text: str,
        organization: int | None = None,
    ) -> None:
        due_before = self.due_at
        self.replay.play(Happening(verb, at, self.lane, self.kind))
        running = [clock for clock in self.running() if clock.kind not in RESIDENTS_CLOCKS]
        self.due_at = min((clock.due_at for clock in running), default=None)
        self.warn_at = min((clock.warn_at for clock in running), default=None)
        self.last_at = at
        event = Event(
            verb.value,
            hand.person,
            hand.role,
            at,
            before,
            self.state,
            organization,
            self.lane,
            self.kind,
            text,
            due_before,
            self.due_at,
        )
        self.events.append(event)

    def ask(self, at: datetime, hand: Hand = SYSTEM) -> None:
        self.do(Verb.CALLBACK_ASKED, at, hand)
        self.callbacks.append(Asked(self.round, at))

    def answer(
        self, at: datetime, hand: Hand, solved: str, satisfaction: str, words: str, comment: str
    ) -> None:
        """居民评价, and what follows from it at the same moment."""
        self.do(Verb.ANSWERED, at, hand, text=words)
        asked = self.callbacks[-1]
        asked.answered_at, asked.was_contacted, asked.by = at, True, hand.person
        asked.solved, asked.satisfaction, asked.comment = solved, satisfaction, comment
        if not demands_redo(solved, satisfaction):
            self.close(at)
            return
        again = any(demands_redo(old.solved, old.satisfaction) for old in self.callbacks[:-1])
        self.reopen(at, SYSTEM, comment or words)
        if again:
            self._climb(ClockKind.FINISH, [(Level.STREET_LEADER, at)], at)

    def close(self, at: datetime) -> None:
        self.do(Verb.CLOSED, at, closed_at=at, level=None)

    def reopen(self, at: datetime, hand: Hand, reason: str) -> None:
        self.do(
            Verb.REOPENED,
            at,
            hand,
            text=reason,
            organization=self.lead,
            round=self.round + 1,
            closed_at=None,
        )

    # --- The sweep ----------------------------------------------------------------------------

    def running(self) -> list[Clock]:
        return [clock for clock in self.replay.clocks.values() if clock.stopped_at is None]

    def running_clock(self, kind: ClockKind) -> Clock | None:
        clock = self.replay.clocks.get((self.round, kind))
        return clock if clock and clock.stopped_at is None else None

    def next_at(self, clock: Clock) -> datetime | None:
        """When the clock's next level falls due, as its row says."""
        if clock.stopped_at is not None:
            return None
        level = self.levels.get((clock.round, clock.kind), -1)
        return next((moment for step, moment in clock.steps if step > level), None)

    def sweep_until(self, at: datetime) -> bool:
        """Every step that falls due by the moment. True, and no further, when one moved the state."""
        while True:
            due = [(moment, clock) for clock in self.running() if (moment := self.next_at(clock))]
            moment, clock = min(due, key=lambda pair: pair[0], default=(None, None))
            if moment is None or clock is None or moment > at:
                return False
            before = self.state
            self._carry_out(clock, max(moment, self.last_at))
            if self.state != before:
                return True

    def _carry_out(self, clock: Clock, at: datetime) -> None:
        key = (clock.round, clock.kind)
        level = self.levels.get(key, -1)
        reached = [(step, moment) for step, moment in clock.steps if level < step and moment <= at]
        highest = self.levels[key] = max(step for step, _ in reached)
        if clock.kind not in SELF_MOVING_CLOCKS:
            self._climb(clock.kind, reached, at)
        elif clock.kind == ClockKind.REVIEW:
            self.ask(at)
        elif highest == 1:
            self.do(Verb.REMINDED, at)
        else:
            self.close(at)

    def _climb(self, clock: ClockKind, reached: list[tuple[int, datetime]], at: datetime) -> None:
        known = {row.level for row in self.reached if (row.round, row.clock) == (self.round, clock)}
        missing = [(level, moment) for level, moment in reached if level not in known]
        if not missing:
            return
        highest = max(level for level, _ in missing)
        self.reached += [
            Reached(self.round, clock.value, int(level), moment, at, level == highest)
            for level, moment in missing
        ]
        self.level = max(self.level or 0, int(highest))
        words = f"{clock.label}期限：{Level(highest).label}"
        self._write(Verb.ESCALATED, at, SYSTEM, self.state, words)
