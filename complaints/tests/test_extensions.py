"""延期: before the end only, once, and no longer than the rules allow."""

from datetime import date

import pytest

from complaints.actions.desk import sign_ticket
from complaints.actions.extensions import answer_extension, ask_extension
from complaints.actions.sweeping import sweep
from complaints.terms import (
    ClockKind,
    Lane,
    Outcome,
    Verb,
)
from complaints.tests.asking import APRIL, clock, in_hand, moment
from complaints.tests.test_sweep import DAY, dispatched, levels
from compounds.rules import Refused
from tests.cast import MONDAY


def extended(cast, ticket, until_on, at):
    ask_extension(ticket, until_on=until_on, text="要等检测报告", by=cast.liaison, at=at)
    return answer_extension(ticket, grants=True, answer="同意", by=cast.dispatcher, at=at)


def test_seven_working_days_from_the_last_of_april_and_seven_more(cast):
    ticket = in_hand(cast, at=APRIL)
    assert clock(ticket).due_at == moment("2026-05-14T00:00")  # 05-13, 24:00

    extended(cast, ticket, date(2026, 5, 22), at=APRIL + 7 * DAY)

    assert clock(ticket).due_at == moment("2026-05-23T00:00")
    event = ticket.events.get(verb=Verb.EXTENDED)
    assert event.text == (
        "原定 5 月 13 日（周三）24:00 前答复。改到 5 月 22 日（周五）24:00 前。要等检测报告"
    )
    assert clock(ticket).next_at == clock(ticket).warn_at == moment("2026-05-21T06:00")


@pytest.mark.parametrize(
    ("until_on", "words"),
    [
        (date(2026, 5, 25), "最晚只能延到 2026-05-22"),
        (date(2026, 5, 13), "晚于现在的期限"),
        (date(2026, 5, 16), "工作日"),
    ],
)
def test_an_extension_is_no_longer_than_the_original_and_ends_on_a_working_day(
    cast, until_on, words
):
    with pytest.raises(Refused, match=words):
        extended(cast, in_hand(cast, at=APRIL), until_on, at=APRIL)


def test_ten_working_days_at_the_most_however_long_the_original(cast):
    ticket = dispatched(cast, at=MONDAY)
    ticket.policy.terms = {"limits": {"finish": "15wd"}}
    ticket.policy.save(update_fields=["terms"])
    sign_ticket(ticket, by=cast.liaison, at=MONDAY)
    assert clock(ticket).due_at == moment("2026-03-24T00:00")

    with pytest.raises(Refused, match="最晚只能延到 2026-04-07"):  # 04-06 is a holiday
        extended(cast, ticket, date(2026, 4, 8), at=MONDAY)
    extended(cast, ticket, date(2026, 4, 7), at=MONDAY)


def test_an_extension_comes_once_before_the_end_and_never_for_what_is_urgent(cast):
    ticket = in_hand(cast, at=APRIL)
    with pytest.raises(Refused, match="期限已过"):
        extended(cast, ticket, date(2026, 5, 15), at=moment("2026-05-14T00:00"))
    extended(cast, ticket, date(2026, 5, 15), at=moment("2026-05-13T23:00"))
    with pytest.raises(Refused, match="不能再延"):
        extended(cast, ticket, date(2026, 5, 18), at=moment("2026-05-15T09:00"))
    urgent = in_hand(cast, lane=Lane.VITAL, at=APRIL)
    with pytest.raises(Refused, match="U1、U2 不能延期"):
        extended(cast, urgent, date(2026, 5, 6), at=APRIL)


def test_what_was_asked_in_time_is_not_granted_after_the_end(cast):
    ticket = in_hand(cast, at=APRIL)
    asked_at = moment("2026-05-13T23:00")
    ask_extension(ticket, until_on=date(2026, 5, 15), text="慢", by=cast.liaison, at=asked_at)

    with pytest.raises(Refused, match="期限已过"):
        answer_extension(
            ticket, grants=True, answer="好", by=cast.dispatcher, at=moment("2026-05-14T09:00")
        )
    assert ticket.extensions.get().outcome == Outcome.ASKED


def test_an_extended_ticket_climbs_by_its_new_end(cast):
    ticket = in_hand(cast, at=APRIL)
    extended(cast, ticket, date(2026, 5, 22), at=APRIL)

    sweep(at=moment("2026-05-22T23:59"))
    assert levels(ticket, ClockKind.FINISH) == [0]
    sweep(at=moment("2026-05-23T00:00"))
    assert levels(ticket, ClockKind.FINISH) == [0, 1]
