"""The clocks of a ticket, read off its history and nothing else (tickets.md §3, §4).

Moments, never counters: playing the same events again gives the same clocks, whenever and
however often it is done. Loading another calendar and playing again gives the new ones.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from complaints.rules.limits import Limit, Policy
from complaints.terms import REQUEST_CLOCKS, ClockKind, Light, State, Verb
from compounds.rules import DAY, Calendar, local_day, midnight

# The clock of the answer starts at dispatch and not at signing: silence never stops it.
OF_THE_LEAD = [ClockKind.SIGN, ClockKind.CONTACT, ClockKind.FINISH]
# What was asked for falls away when the matter leaves the unit that asked.
ASKED_FOR = [*REQUEST_CLOCKS, ClockKind.RULING, ClockKind.WAIT]
EVERY_CLOCK = [*ASKED_FOR, *ClockKind]  # the end of a rest before the end of what rests
STARTS: dict[str, list[ClockKind]] = {
    Verb.FILED: [ClockKind.ACCEPT],
    Verb.ACCEPTED: [ClockKind.COMPOUND],
    Verb.WHISTLED: [ClockKind.DISPATCH],
    Verb.WHISTLE_REFUSED: [ClockKind.COMPOUND],
    Verb.DISPATCHED: OF_THE_LEAD,
    Verb.REPLIED: [ClockKind.REVIEW],
    Verb.CALLBACK_ASKED: [ClockKind.ANSWER],
    Verb.REOPENED: [ClockKind.FINISH],
    Verb.OBJECTED: [ClockKind.OBJECTION],
    Verb.RETURNED: [ClockKind.DISPATCH],
    Verb.RULING_ASKED: [ClockKind.RULING],
    Verb.REASSIGNED: OF_THE_LEAD,
    Verb.EXTENSION_ASKED: [ClockKind.EXTENSION],
    Verb.QUESTIONED: [ClockKind.WAIT],
    Verb.SHELVING_ASKED: [ClockKind.SHELVING],
    Verb.SHELVED: [ClockKind.SHELF],
    Verb.SHELF_REVIEWED: [ClockKind.SHELF],
}
STOPS: dict[str, list[ClockKind]] = {
    Verb.ACCEPTED: [ClockKind.ACCEPT],
    Verb.WHISTLED: [ClockKind.WAIT, ClockKind.COMPOUND],
    Verb.WHISTLE_REFUSED: [ClockKind.DISPATCH],
    Verb.DISPATCHED: [ClockKind.DISPATCH],
    Verb.SIGNED: [ClockKind.SIGN],
    Verb.CONTACTED: [ClockKind.CONTACT],
    Verb.REPLIED: [*ASKED_FOR, ClockKind.COMPOUND, ClockKind.CONTACT, ClockKind.FINISH],
    Verb.SENT_BACK: [ClockKind.REVIEW],
    Verb.CALLBACK_ASKED: [ClockKind.REVIEW],
    Verb.DECLINED: EVERY_CLOCK,
    Verb.CLOSED: EVERY_CLOCK,
    Verb.WITHDRAWN: EVERY_CLOCK,
    Verb.MERGED: EVERY_CLOCK,
    Verb.REOPENED: EVERY_CLOCK,
    Verb.RETURNED: [*ASKED_FOR, *OF_THE_LEAD],
    Verb.REASSIGNED: [*ASKED_FOR, *OF_THE_LEAD],
    Verb.OBJECTION_REFUSED: [ClockKind.OBJECTION],
    Verb.OBJECTION_LAPSED: [ClockKind.OBJECTION],
    Verb.RULED: [ClockKind.RULING],
    Verb.EXTENDED: [ClockKind.EXTENSION],
    Verb.EXTENSION_REFUSED: [ClockKind.EXTENSION],
    Verb.EXTENSION_LAPSED: [ClockKind.EXTENSION],
    Verb.TOLD: [ClockKind.WAIT],
    Verb.WAIT_ENDED: [ClockKind.WAIT],
    Verb.SHELVED: ASKED_FOR,
    Verb.SHELVING_REFUSED: [ClockKind.SHELVING],
    Verb.SHELVING_LAPSED: [ClockKind.SHELVING],
    Verb.SHELF_REVIEWED: [ClockKind.SHELF],
    Verb.UNSHELVED: [ClockKind.SHELF],
}
ANSWERING = (ClockKind.COMPOUND, ClockKind.FINISH)  # what a reply stops, sending back resumes


ClockKey = tuple[int, ClockKind, int]  # round, kind, run


@dataclass(frozen=True)
class Happening:
    """One event, as far as the clocks care; `until_on` is the day that it names."""

    verb: str
    at: datetime
    lane: str
    kind: str
    until_on: date | None = None


@dataclass(frozen=True)
class Clock:
    """One run of one clock: when it started, warns and ends, rests, and when it was stopped."""

    kind: ClockKind
    round: int
    run: int  # the how manyth of its kind in the round: each lead has clocks of its own
    limit: Limit
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    steps: tuple[tuple[int, datetime], ...]
    is_estimate: bool
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    extensions: int = 0

    @property
    def key(self) -> ClockKey:
        return self.round, self.kind, self.run

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and self.paused_at is None


@dataclass
class Replay:
    policy: Policy
    calendar: Calendar
    round: int = 1
    lane: str = ""
    answering: ClockKind = ClockKind.COMPOUND
    original: Limit | None = None
    clocks: dict[ClockKey, Clock] = field(default_factory=dict)
    runs: dict[tuple[int, ClockKind], int] = field(default_factory=dict)
    halted: list[Clock] = field(default_factory=list)  # by the last 并单

    def play(self, event: Happening) -> None:
        self.lane = event.lane
        if event.verb == Verb.MERGED:
            self.halted = [clock for clock in self.clocks.values() if clock.stopped_at is None]
        for kind in STOPS.get(event.verb, []):
            self.stop(kind, event.at)
        if event.verb == Verb.REOPENED:
            self.round += 1
        if event.verb in CHANGES:
            CHANGES[event.verb](self, event)
        for kind in STARTS.get(event.verb, []):
            self.start(kind, event)

    def current(self, kind: ClockKind) -> Clock | None:
        """The last run of a clock in this round."""
        return self.clocks.get((self.round, kind, self.runs.get((self.round, kind), 0)))

    def waits(self) -> int:
        """How often the clock of the answer has waited for the resident."""
        clock = self.current(self.answering)
        since = clock.started_at if clock else None
        waits = [one for one in self.clocks.values() if one.kind == ClockKind.WAIT]
        return sum(since is not None and one.started_at >= since for one in waits)

    def keep(self, clock: Clock) -> None:
        self.clocks[clock.key] = clock

    def start(self, kind: ClockKind, event: Happening) -> None:
        limit = self.policy.limit(kind, event.lane, event.kind)
        if self.round > 1 and kind in ANSWERING and self.original is not None:
            limit = self.original.halved()
        elif kind in ANSWERING:
            self.original = limit
        if kind == ClockKind.SHELF:
            limit = UNTIL_THE_DAY
        if limit is None:
            return
        if kind in ANSWERING:
            self.answering = kind
        run = self.runs[self.round, kind] = self.runs.get((self.round, kind), 0) + 1
        due_at, warn_at = self._term(kind, limit, event)
        self.keep(
            self.timed(Clock(kind, self.round, run, limit, event.at, warn_at, due_at, (), False))
        )

    def _term(self, kind: ClockKind, limit: Limit, event: Happening) -> tuple[datetime, datetime]:
        if kind == ClockKind.SHELF and event.until_on:
            due_at = end_of(event.until_on)
            one_day_left = end_of(self.calendar.workdays_before(event.until_on, 1))
            return due_at, max(event.at, min(one_day_left, due_at - (due_at - event.at) / 4))
        return limit.after(event.at, self.calendar), limit.warning(event.at, self.calendar)

    def timed(self, clock: Clock) -> Clock:
        """With the levels and the estimate that follow from its end."""
        steps = self.policy.steps(
            clock.kind,
            self.lane,
            started_at=clock.started_at,
            warn_at=clock.warn_at,
            due_at=clock.due_at,
            calendar=self.calendar,
        )
        known = self.calendar.knows(local_day(clock.due_at))
        return replace(clock, steps=tuple(steps), is_estimate=not known)

    def stop(self, kind: ClockKind, at: datetime) -> None:
        clock = self.current(kind)
        if clock is None or clock.stopped_at:
            return
        self.keep(replace(self.gone_on(clock, at), stopped_at=at))
        if kind == ClockKind.WAIT:  # a late sweep gives no more time than was allowed
            self.go_on([self.answering], min(at, clock.due_at))

    # --- Rest ---------------------------------------------------------------------------------

    def rest(self, kinds: Iterable[ClockKind], at: datetime) -> None:
        for kind in kinds:
            clock = self.current(kind)
            if clock and clock.is_running:
                self.keep(replace(clock, paused_at=at))

    def go_on(self, kinds: Iterable[ClockKind], at: datetime) -> None:
        for kind in kinds:
            clock = self.current(kind)
            if clock and clock.stopped_at is None:
                self.keep(self.gone_on(clock, at))

    def gone_on(self, clock: Clock, at: datetime) -> Clock:
        """After a rest the end has moved on by as much of the clock's own time as it took."""
        if clock.paused_at is None:
            return clock
        pause = clock.limit.passed(clock.paused_at, at, self.calendar)
        later = clock.limit.later
        moved = replace(
            clock,
            paused_at=None,
            warn_at=later(clock.warn_at, pause, self.calendar),
            due_at=later(clock.due_at, pause, self.calendar),
        )
        return self.timed(moved)

    # --- What else a deed does to clocks that run ---------------------------------------------

    def resume(self, event: Happening) -> None:
        """The reply did not answer: its clock goes on as if it had never stopped."""
        clock = self.current(self.answering)
        if clock:
            self.keep(replace(clock, stopped_at=None))

    def unmerge(self, event: Happening) -> None:
        """The merge was wrong: as if it had never been."""
        for clock in self.halted:
            self.keep(clock)

    def extend(self, event: Happening) -> None:
        clock = self.current(self.answering)
        if clock is None or event.until_on is None:
            return
        due_at = end_of(event.until_on)
        gained = clock.limit.passed(clock.due_at, due_at, self.calendar)
        warn_at = clock.limit.later(clock.warn_at, gained, self.calendar)
        longer = replace(clock, warn_at=warn_at, due_at=due_at, extensions=clock.extensions + 1)
        self.keep(self.timed(longer))

    def wait(self, event: Happening) -> None:
        self.rest([self.answering], event.at)

    def shelve(self, event: Happening) -> None:
        self.rest(RESTING_ON_THE_SHELF, event.at)

    def unshelve(self, event: Happening) -> None:
        self.go_on(RESTING_ON_THE_SHELF, event.at)


RESTING_ON_THE_SHELF = [ClockKind.COMPOUND, *OF_THE_LEAD]
UNTIL_THE_DAY = Limit(0, "d")  # the day itself stands in the event
CHANGES: dict[str, Callable[[Replay, Happening], None]] = {
    Verb.SENT_BACK: Replay.resume,
    Verb.UNMERGED: Replay.unmerge,
    Verb.EXTENDED: Replay.extend,
    Verb.QUESTIONED: Replay.wait,
    Verb.SHELVED: Replay.shelve,
    Verb.UNSHELVED: Replay.unshelve,
}


def end_of(day: date) -> datetime:
    """24:00 in Shanghai."""
    return midnight(day) + DAY


def replay(history: Iterable[Happening], policy: Policy, calendar: Calendar) -> Replay:
    played = Replay(policy, calendar)
    for event in history:
        played.play(event)
    return played


def clocks_of(history: Iterable[Happening], policy: Policy, calendar: Calendar) -> list[Clock]:
    return list(replay(history, policy, calendar).clocks.values())


def light_of(
    *, state: str, warn_at: datetime | None, due_at: datetime | None, at: datetime
) -> Light:
    """红 after expiry, 黄 near it, else 绿; the resident's own time has no colour."""
    if due_at is None or warn_at is None or state == State.CALLBACK:
        return Light.GREEN
    if due_at <= at:
        return Light.RED
    return Light.YELLOW if warn_at <= at else Light.GREEN
