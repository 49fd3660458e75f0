"""What units ask for while they have a ticket, who answers, and what the resident is asked."""

from datetime import date, datetime

from bizhan.demo.people import REPORTER, Hand
from bizhan.demo.stories import Story
from bizhan.demo.texts import words
from complaints.actions.extensions import moved_words
from complaints.models import Extension, Objection, Shelving
from complaints.rules.clocks import Clock
from complaints.terms import (
    ClockKind,
    Level,
    ObjectionReason,
    Outcome,
    ShelvingReason,
    Verb,
)
from compounds.models import Organization
from compounds.rules import DAY, local_day
from compounds.terms import Role

REVIEW_DAYS = 60


def leader(story: Story) -> Hand:
    return story.hand(story.site.street, Role.STREET_LEADER)


def other_unit(story: Story) -> Organization | None:
    """The next department that the catalogue knows for it."""
    names = words()["routes"][story.report.category]
    units = [story.scene.departments[name] for name in names]
    return next((unit for unit in units if unit is not story.lead), None)


def clock_of_answer(story: Story) -> Clock:
    clock = story.life.replay.current(story.life.replay.answering)
    assert clock is not None
    return clock


# --- Return -----------------------------------------------------------------------------------


def object_(story: Story, at: datetime) -> None:
    """申请退单; the third time it is for the street's leader to rule."""
    life, suggested = story.life, other_unit(story)
    reason = story.rng.choice([ObjectionReason.DUTY, ObjectionReason.OWNERSHIP])
    text = story.say("objections")
    said = Objection(reason=reason, text=text, suggested=suggested).in_words
    returned = [one.organization for one in life.events if one.verb == Verb.RETURNED]
    is_for_ruling = len(returned) >= life.replay.policy.number("returns")
    verb = Verb.RULING_ASKED if is_for_ruling else Verb.OBJECTED
    more = (reason.value, suggested.pk if suggested else None, is_for_ruling)
    life.request(verb, at, story.unit, Objection, text, *more, said=said)
    if len({*returned, life.lead}) >= life.replay.policy.number("units_of_a_problem"):
        life.lift(ClockKind.FINISH, Level.STREET_LEADER, at)


def let_go(story: Story, at: datetime) -> None:
    unit = story.life.lead
    story.lead = None
    story.life.decide(
        Outcome.GRANTED,
        Verb.RETURNED,
        at,
        story.dispatcher,
        story.say("let_gos"),
        organization=unit,
        lead=None,
    )


def hold(story: Story, at: datetime) -> None:
    answer = story.say("holds")
    story.life.decide(Outcome.REFUSED, Verb.OBJECTION_REFUSED, at, story.dispatcher, answer)


# --- More time --------------------------------------------------------------------------------


def new_day(story: Story) -> date:
    clock, calendar = clock_of_answer(story), story.scene.calendar
    last = local_day(clock.due_at - DAY / 2)
    return calendar.workday_after(last, min(clock.limit.amount, 5))


def ask_time(story: Story, at: datetime) -> None:
    text, until_on = story.say("extensions"), new_day(story)
    story.life.request(
        Verb.EXTENSION_ASKED, at, story.unit, Extension, text, until_on, until_on=until_on
    )


def give_time(story: Story, at: datetime) -> None:
    """Granted before the end; after it there is nothing left to grant."""
    life, asked = story.life, story.life.requests[-1]
    clock, hand, answer = clock_of_answer(story), story.dispatcher, story.say("let_gos")
    if clock.due_at <= at:
        life.decide(Outcome.REFUSED, Verb.EXTENSION_REFUSED, at, hand, "期限已过，请尽快答复。")
        return
    (until_on,) = asked.more
    text = moved_words(clock.due_at, until_on) + asked.text
    life.decide(Outcome.GRANTED, Verb.EXTENDED, at, hand, answer, text=text, until_on=until_on)


# --- The resident is asked --------------------------------------------------------------------


def question(story: Story, at: datetime) -> None:
    text, unit = story.say("questions"), story.life.lead
    story.life.do(Verb.QUESTIONED, at, story.unit, text=text, organization=unit)


def tell(story: Story, at: datetime) -> None:
    hand = Hand(None, REPORTER.role)
    story.life.do(Verb.TOLD, at, hand, text=story.say("tellings"))


def urge(story: Story, at: datetime) -> None:
    hand = Hand(None, REPORTER.role)
    story.life.do(Verb.URGED, at, hand, text=story.say("urges"))


# --- The shelf --------------------------------------------------------------------------------


def ask_shelf(story: Story, at: datetime, *, days: int = REVIEW_DAYS) -> None:
    assert story.lead is not None
    reason, plan = story.rng.choice(list(words()["shelvings"].items()))
    review_on = local_day(at) + days * DAY
    shelving = Shelving(reason=reason, text=plan, keeper=story.lead, review_on=review_on)
    more = (ShelvingReason(reason).value, story.lead.pk, review_on)
    story.life.request(
        Verb.SHELVING_ASKED,
        at,
        story.unit,
        Shelving,
        plan,
        *more,
        said=shelving.in_words,
        until_on=review_on,
    )


def ask_shelf_for_a_month(story: Story, at: datetime) -> None:
    ask_shelf(story, at, days=30)


def shelve(story: Story, at: datetime) -> None:
    asked = story.life.requests[-1]
    _, keeper, review_on = asked.more
    story.life.decide(
        Outcome.GRANTED,
        Verb.SHELVED,
        at,
        leader(story),
        story.say("let_gos"),
        text=asked.text,
        organization=keeper,
        until_on=review_on,
    )


def unshelve(story: Story, at: datetime) -> None:
    text, unit = story.say("unshelvings"), story.life.lead
    story.life.do(Verb.UNSHELVED, at, leader(story), text=text, organization=unit)


REQUESTS = {
    "object": object_,
    "let_go": let_go,
    "hold": hold,
    "ask_time": ask_time,
    "give_time": give_time,
    "question": question,
    "tell": tell,
    "urge": urge,
    "ask_shelf": ask_shelf,
    "ask_shelf_for_a_month": ask_shelf_for_a_month,
    "shelve": shelve,
    "unshelve": unshelve,
}
