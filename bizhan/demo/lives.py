"""One ticket's life as the deeds and the sweep would have written it, without the database.

The rules are the house's own: `state_after` refuses what is not listed, `Replay` keeps the clocks.
What complaints.actions does to rows is done here to values; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from bizhan.demo.people import SYSTEM, Hand
from complaints.actions.history import REQUESTS
from complaints.models.requests import UnitRequest
from complaints.rules.clocks import Clock, ClockKey, Happening, Replay
from complaints.rules.limits import Policy
from complaints.rules.moves import demands_redo, state_after
from complaints.terms import (
    SELF_MOVING_CLOCKS,
    SIDE_CLOCKS,
    ClockKind,
    Kind,
    Level,
    Outcome,
    State,
    Support,
    Verb,
)
from compounds.rules import Calendar


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
    until_on: date | None
    due_before: datetime | None
    due_after: datetime | None


class Reached(NamedTuple):
    """The columns of an Escalation."""

    round: int
    clock: str
    run: int
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


@dataclass
class Request:
    """The columns of an Objection, an Extension or a Shelving."""

    model: type[UnitRequest]
    unit: int | None
    text: str
    by: int | None
    asked_at: datetime
    more: tuple[Any, ...]  # what only this kind has
    outcome: str = Outcome.ASKED.value
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""


LAPSES = {
    ClockKind.OBJECTION: Verb.OBJECTION_LAPSED,
    ClockKind.EXTENSION: Verb.EXTENSION_LAPSED,
    ClockKind.SHELVING: Verb.SHELVING_LAPSED,
    ClockKind.WAIT: Verb.WAIT_ENDED,
}


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
        self.requests: list[Request] = []

    # --- Deeds --------------------------------------------------------------------------------

    def do(
        self,
        verb: Verb,
        at: datetime,
        hand: Hand = SYSTEM,
        *,
        text: str = "",
        organization: int | None = None,
        until_on: date | None = None,
        **changes: Any,
    ) -> None:
        """One deed, refused by the rules where the house would refuse it."""
        before = self.state
        after = State.FILED if verb == Verb.FILED else state_after(verb, before)
        for name, value in changes.items():
            setattr(self, name, value)
        self.state = after.value
        self._write(verb, at, hand, before, text, organization, until_on)

    def _write(
        self,
        verb: Verb,
        at: datetime,
        hand: Hand,
        before: str,
        text: str,
        organization: int | None = None,
        until_on: date | None = None,
    ) -> None:
        due_before = self.due_at
        self.replay.play(Happening(verb, at, self.lane, self.kind, until_on))
        if self.requests:
            self.drop_requests(at)
        running = [clock for clock in self.running() if clock.kind not in SIDE_CLOCKS]
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
            until_on,
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
            self.lift(ClockKind.FINISH, Level.STREET_LEADER, at)

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

    # --- Requests of the unit -----------------------------------------------------------------

    def request(
        self, verb: Verb, at: datetime, hand: Hand, model: type[UnitRequest], text: str, *more: Any,
        said: str = "", until_on: date | None = None, organization: int | None = None,
    ) -> None:  # fmt: skip
        """What the unit asks for; `said` is the sentence of its line in the history."""
        self.requests.append(Request(model, self.lead, text, hand.person, at, more))
        self.do(
            verb,
            at,
            hand,
            text=said or text,
            organization=organization or self.lead,
            until_on=until_on,
        )

    def decide(
        self, outcome: Outcome, verb: Verb, at: datetime, hand: Hand, answer: str, **event: Any
    ) -> None:
        request = self.requests[-1]
        request.outcome, request.answer = outcome.value, answer
        request.decided_at, request.decided_by = at, hand.person
        self.do(verb, at, hand, **{"text": answer, "organization": self.lead, **event})

    def lapse(self, clock: ClockKind, at: datetime) -> None:
        """Nobody answered in time."""
        organization = None if clock == ClockKind.WAIT else self.lead
        self.do(LAPSES[clock], at, organization=organization)

    def drop_requests(self, at: datetime) -> None:
        """What was asked for falls away with its clock."""
        stopped = [clock.kind for clock in self.replay.clocks.values() if clock.stopped_at == at]
        for request in self.requests:
            is_over = any(REQUESTS.get(kind) is request.model for kind in stopped)
            if is_over and request.outcome == Outcome.ASKED:
                request.outcome, request.decided_at = Outcome.LAPSED.value, at

    # --- The sweep ----------------------------------------------------------------------------

    def running(self) -> list[Clock]:
        return [clock for clock in self.replay.clocks.values() if clock.is_running]

    def running_clock(self, kind: ClockKind) -> Clock | None:
        clock = self.replay.current(kind)
        return clock if clock and clock.is_running else None

    def next_at(self, clock: Clock) -> datetime | None:
        """When the clock's next level falls due, as its row says."""
        if not clock.is_running:
            return None
        level = self.levels.get(clock.key, -1)
        return next((moment for step, moment in clock.steps if step > level), None)

    def sweep_until(self, at: datetime) -> bool:
        """Every step that falls due by the moment. True, and no further, when one changed the plan."""
        while True:
            due = [(moment, clock) for clock in self.running() if (moment := self.next_at(clock))]
            moment, clock = min(due, key=lambda pair: pair[0], default=(None, None))
            if moment is None or clock is None or moment > at:
                return False
            before = self.state
            self._carry_out(clock, max(moment, self.last_at))
            if self.state != before or clock.kind in LAPSES:
                return True

    def _carry_out(self, clock: Clock, at: datetime) -> None:
        level = self.levels.get(clock.key, -1)
        reached = [(step, moment) for step, moment in clock.steps if level < step and moment <= at]
        highest = self.levels[clock.key] = max(step for step, _ in reached)
        if clock.kind not in SELF_MOVING_CLOCKS:
            self._climb(clock.kind, clock.run, reached, at)
        elif clock.kind == ClockKind.REVIEW:
            self.ask(at)
        elif clock.kind in LAPSES:
            self.lapse(clock.kind, at)
        elif highest == 1:
            self.do(Verb.REMINDED, at)
        else:
            self.close(at)

    def lift(self, clock: ClockKind, level: Level, at: datetime) -> None:
        """To one level at once."""
        run = self.replay.runs.get((self.round, clock), 1)
        self._climb(clock, run, [(level, at)], at)

    def _climb(
        self, clock: ClockKind, run: int, reached: list[tuple[int, datetime]], at: datetime
    ) -> None:
        key = (self.round, clock, run)
        known = {row.level for row in self.reached if (row.round, row.clock, row.run) == key}
        missing = [(level, moment) for level, moment in reached if level not in known]
        if not missing:
            return
        highest = max(level for level, _ in missing)
        self.reached += [
            Reached(self.round, clock.value, run, int(level), moment, at, level == highest)
            for level, moment in missing
        ]
        self.level = max(self.level or 0, int(highest))
        words = f"{clock.label}期限：{Level(highest).label}"
        self._write(Verb.ESCALATED, at, SYSTEM, self.state, words)
