"""The clocks of a ticket, read off its history and nothing else (tickets.md §3).

Moments, never counters: playing the same events again gives the same clocks, whenever and
however often it is done. Loading another calendar and playing again gives the new ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from complaints.rules.limits import Limit, Policy
from complaints.terms import ClockKind, Light, State, Verb
from compounds.rules import Calendar, local_day

STARTS: dict[str, list[ClockKind]] = {
    Verb.FILED: [ClockKind.ACCEPT],
    Verb.ACCEPTED: [ClockKind.COMPOUND],
    Verb.WHISTLED: [ClockKind.DISPATCH],
    Verb.WHISTLE_REFUSED: [ClockKind.COMPOUND],
    # The clock of the answer starts here and not at signing: silence never stops it.
    Verb.DISPATCHED: [ClockKind.SIGN, ClockKind.CONTACT, ClockKind.FINISH],
    Verb.REPLIED: [ClockKind.REVIEW],
    Verb.CALLBACK_ASKED: [ClockKind.ANSWER],
    Verb.REOPENED: [ClockKind.FINISH],
}
STOPS: dict[str, list[ClockKind]] = {
    Verb.ACCEPTED: [ClockKind.ACCEPT],
    Verb.WHISTLED: [ClockKind.COMPOUND],
    Verb.WHISTLE_REFUSED: [ClockKind.DISPATCH],
    Verb.DISPATCHED: [ClockKind.DISPATCH],
    Verb.SIGNED: [ClockKind.SIGN],
    Verb.CONTACTED: [ClockKind.CONTACT],
    Verb.REPLIED: [ClockKind.COMPOUND, ClockKind.CONTACT, ClockKind.FINISH],
    Verb.SENT_BACK: [ClockKind.REVIEW],
    Verb.CALLBACK_ASKED: [ClockKind.REVIEW],
    Verb.DECLINED: list(ClockKind),
    Verb.CLOSED: list(ClockKind),
    Verb.WITHDRAWN: list(ClockKind),
    Verb.REOPENED: list(ClockKind),
}
ANSWERING = (ClockKind.COMPOUND, ClockKind.FINISH)  # what a reply stops, sending back resumes


@dataclass(frozen=True)
class Happening:
    """One event, as far as the clocks care."""

    verb: str
    at: datetime
    lane: str
    kind: str


@dataclass(frozen=True)
class Clock:
    """One clock: when it started, warns and ends, and when it was stopped."""

    kind: ClockKind
    round: int
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    steps: tuple[tuple[int, datetime], ...]
    is_estimate: bool
    stopped_at: datetime | None = None


@dataclass
class Replay:
    policy: Policy
    calendar: Calendar
    round: int = 1
    answering: ClockKind = ClockKind.COMPOUND
    original: Limit | None = None
    clocks: dict[tuple[int, ClockKind], Clock] = field(default_factory=dict)

    def play(self, event: Happening) -> None:
        for kind in STOPS.get(event.verb, []):
            self.stop(kind, event.at)
        if event.verb == Verb.REOPENED:
            self.round += 1
        if event.verb == Verb.SENT_BACK:
            self.resume()
        for kind in STARTS.get(event.verb, []):
            self.start(kind, event)

    def start(self, kind: ClockKind, event: Happening) -> None:
        limit = self.policy.limit(kind, event.lane, event.kind)
        if self.round > 1 and kind in ANSWERING and self.original is not None:
            limit = self.original.halved()
        elif kind in ANSWERING:
            self.original = limit
        if limit is None:
            return
        if kind in ANSWERING:
            self.answering = kind
        due = limit.after(event.at, self.calendar)
        steps = self.policy.steps(kind, event.lane, event.at, limit, self.calendar)
        self.clocks[self.round, kind] = Clock(
            kind=kind,
            round=self.round,
            started_at=event.at,
            warn_at=limit.warning(event.at, self.calendar),
            due_at=due,
            steps=tuple(steps),
            is_estimate=not self.calendar.knows(local_day(due)),
        )

    def stop(self, kind: ClockKind, at: datetime) -> None:
        clock = self.clocks.get((self.round, kind))
        if clock and clock.stopped_at is None:
            self.clocks[self.round, kind] = replace(clock, stopped_at=at)

    def resume(self) -> None:
        """The reply did not answer: its clock goes on as if it had never stopped."""
        clock = self.clocks.get((self.round, self.answering))
        if clock:
            self.clocks[self.round, self.answering] = replace(clock, stopped_at=None)


def clocks_of(history: Iterable[Happening], policy: Policy, calendar: Calendar) -> list[Clock]:
    replay = Replay(policy, calendar)
    for event in history:
        replay.play(event)
    return list(replay.clocks.values())


def light_of(
    *, state: str, warn_at: datetime | None, due_at: datetime | None, at: datetime
) -> Light:
    """红 after expiry, 黄 near it, else 绿; the resident's own time has no colour."""
    if due_at is None or warn_at is None or state == State.CALLBACK:
        return Light.GREEN
    if due_at <= at:
        return Light.RED
    return Light.YELLOW if warn_at <= at else Light.GREEN
