"""When people do what: mostly in time, now and then late, never against the rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bizhan.demo.requests import (
    ask_shelf,
    ask_time,
    give_time,
    hold,
    let_go,
    object_,
    question,
    shelve,
    tell,
    unshelve,
)
from bizhan.demo.stories import Story
from bizhan.demo.texts import words
from complaints.terms import NATURAL_LANES, ClockKind, State, Verb
from compounds.rules import DAY, SHANGHAI

Act = tuple[datetime, Callable[[datetime], None]]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# How long a late deed keeps everyone waiting after its time, on average.
LATE, LATE_NATURAL = 2.2 * DAY, 40 * MINUTE


def live(story: Story, *, until: datetime) -> None:
    """Play a story to the moment: people act by habit, and the sweep does what falls due."""
    life = story.life
    while True:
        act = HABITS[life.state](story)
        if act is None or act[0] > until:
            if not life.sweep_until(until):
                return
        elif not life.sweep_until(act[0]):
            act[1](act[0])


# --- Moments ----------------------------------------------------------------------------------


def in_office(story: Story, at: datetime) -> datetime:
    few = timedelta(minutes=story.rng.randint(2, 45))
    return story.scene.calendar.end_after_office_time(at, few)


def awake(story: Story, at: datetime) -> datetime:
    """Residents and volunteers sleep."""
    at = at.astimezone(SHANGHAI)
    if 7 <= at.hour < 22:
        return at
    morning = at.replace(hour=7, minute=0) + story.rng.random() * 2 * HOUR
    return morning + DAY if at.hour >= 22 else morning


def after(story: Story, mean: timedelta) -> datetime:
    return story.life.last_at + MINUTE + story.rng.expovariate(1) * mean


def by_clock(story: Story, kind: ClockKind, *, late: float = 0.03) -> datetime:
    """Within the time of a running clock, early rather than at its end; `late` is a probability."""
    clock, rng, start = story.life.running_clock(kind), story.rng, story.life.last_at
    if clock is None:
        return awake(story, after(story, 5 * HOUR))
    is_natural = story.life.lane in NATURAL_LANES
    if clock.due_at <= start or rng.random() < late:
        wait = rng.expovariate(1) * (LATE_NATURAL if is_natural else LATE)
        at = max(clock.due_at, start) + wait
        return at if is_natural else in_office(story, at)
    at = start + (clock.due_at - start) * (0.02 + 0.9 * rng.random() ** 1.7)
    if is_natural:
        return at
    snapped = in_office(story, at)
    return snapped if snapped < clock.due_at else at


# --- What follows upon each state -------------------------------------------------------------


def on_filed(story: Story) -> Act | None:
    rng = story.rng
    is_natural = story.life.lane in NATURAL_LANES
    if story.report.decline:
        return in_office(story, after(story, HOUR)), story.decline
    if not is_natural and rng.random() < 0.015:
        return awake(story, after(story, HOUR)), story.withdraw
    if is_natural or rng.random() < 0.02:
        return by_clock(story, ClockKind.ACCEPT, late=0.04), story.accept
    return awake(story, after(story, 1.5 * HOUR)), story.accept


def on_accepted(story: Story) -> Act:
    may_try = story.has(Verb.WHISTLE_REFUSED) or (
        story.life.lane not in NATURAL_LANES and story.report.category not in words()["enforced"]
    )
    if may_try or story.rng.random() < 0.1:
        return _soon(story), story.take
    return _soon(story), story.whistle


def _soon(story: Story) -> datetime:
    if story.life.lane in NATURAL_LANES:
        return after(story, 5 * MINUTE)
    return awake(story, after(story, HOUR))


def on_in_compound(story: Story) -> Act:
    if not story.has(Verb.WHISTLE_REFUSED) and story.rng.random() < 0.2:
        return by_clock(story, ClockKind.COMPOUND, late=0.4), story.whistle
    return by_clock(story, ClockKind.COMPOUND, late=0.05), story.reply


def on_to_dispatch(story: Story) -> Act:
    at = by_clock(story, ClockKind.DISPATCH)
    may_refuse = story.life.lane not in NATURAL_LANES and not story.has(Verb.WHISTLE_REFUSED)
    refuses = may_refuse and story.rng.random() < 0.05
    return at, story.refuse if refuses else story.dispatch


def on_dispatched(story: Story) -> Act | None:
    if story.life.running_clock(ClockKind.OBJECTION):
        answer = let_go if story.rng.random() < 0.7 else hold
        return by_clock(story, ClockKind.OBJECTION, late=0), partial(answer, story)
    is_slow = story.life.lane not in NATURAL_LANES
    if is_slow and not story.has(Verb.OBJECTED) and story.rng.random() < 0.05:
        return in_office(story, story.life.last_at), partial(object_, story)
    return by_clock(story, ClockKind.SIGN), story.sign


def on_in_hand(story: Story) -> Act | None:
    if asked := _asked_for(story):
        return asked
    if story.life.running_clock(ClockKind.CONTACT):
        return by_clock(story, ClockKind.CONTACT), story.contact
    return _asking(story) or (
        by_clock(story, story.life.replay.answering, late=0.06),
        story.reply,
    )


def _asked_for(story: Story) -> Act | None:
    """What somebody was asked and has not answered."""
    if story.life.running_clock(ClockKind.EXTENSION):
        return by_clock(story, ClockKind.EXTENSION, late=0), partial(give_time, story)
    if story.life.running_clock(ClockKind.SHELVING):
        return by_clock(story, ClockKind.SHELVING, late=0), partial(shelve, story)
    if story.life.running_clock(ClockKind.WAIT) and story.rng.random() < 0.7:
        return awake(story, after(story, 8 * HOUR)), partial(tell, story)
    return None


def _asking(story: Story) -> Act | None:
    """Now and then a unit needs more time, a word from the resident, or the shelf."""
    clock, chance = story.life.running_clock(story.life.replay.answering), story.rng.random()
    is_early = clock is not None and clock.due_at > story.life.last_at + 3 * DAY
    if not is_early or story.life.lane in NATURAL_LANES or chance > 0.08:
        return None
    verb, deed = ASKINGS[int(chance * 100) // 3]
    at = in_office(story, after(story, 3 * HOUR))
    return None if story.has(verb) else (at, partial(deed, story))


ASKINGS = [
    (Verb.EXTENSION_ASKED, ask_time),
    (Verb.QUESTIONED, question),
    (Verb.SHELVING_ASKED, ask_shelf),
]


def on_shelved(story: Story) -> Act | None:
    """Half of them can be done before the day on which they are looked at again."""
    if story.rng.random() < 0.5:
        return None
    at = in_office(story, story.life.last_at + DAY * story.rng.uniform(10, 50))
    return at, partial(unshelve, story)


def on_replied(story: Story) -> Act | None:
    if not story.has(Verb.SENT_BACK) and story.rng.random() < 0.06:
        return by_clock(story, ClockKind.REVIEW, late=0), story.send_back
    has_clock = story.life.running_clock(ClockKind.REVIEW)
    if has_clock and story.rng.random() < 0.2:
        return None  # the system asks when the branch's own time is over
    return by_clock(story, ClockKind.REVIEW, late=0), story.ask


def on_callback(story: Story) -> Act | None:
    has_clock = story.life.running_clock(ClockKind.ANSWER)
    chance = story.rng.random() if has_clock else 0
    if chance < 0.62:
        return awake(story, after(story, 12 * HOUR)), story.answer
    if chance < 0.74:
        return awake(
            story, story.life.last_at + 4 * DAY * story.rng.uniform(0.9, 1.3)
        ), story.answer
    return None


def on_closed(story: Story) -> Act | None:
    if story.life.round > 1 or story.rng.random() > 0.02:
        return None
    closed_at = story.life.last_at
    return awake(story, closed_at + DAY * story.rng.uniform(0.5, 13)), story.reopen


def nothing(story: Story) -> None:
    return None


HABITS: dict[str, Callable[[Story], Act | None]] = {
    State.FILED: on_filed,
    State.ACCEPTED: on_accepted,
    State.IN_COMPOUND: on_in_compound,
    State.TO_DISPATCH: on_to_dispatch,
    State.DISPATCHED: on_dispatched,
    State.IN_HAND: on_in_hand,
    State.REPLIED: on_replied,
    State.CALLBACK: on_callback,
    State.CLOSED: on_closed,
    State.SHELVED: on_shelved,
    State.DECLINED: nothing,
    State.WITHDRAWN: nothing,
}
