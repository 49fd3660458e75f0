"""退单, 延期, 等居民, 挂账, 催办 (tickets.md §4): when each may be asked for, and when it may not."""

from dataclasses import dataclass
from datetime import date, datetime

from complaints.rules.clocks import Clock, end_of
from complaints.rules.limits import INSTANT, Limit, Policy
from complaints.terms import NATURAL_LANES, Lane
from compounds.rules import DAY, Calendar, Conflict, Refused, local_day


@dataclass(frozen=True)
class Past:
    """What a ticket's history says about being sent on."""

    dispatched_at: datetime | None
    returns: int
    units: int  # different ones that gave it back, and the one that has it
    is_ruled: bool


def check_objection(
    lane: str, past: Past, *, policy: Policy, calendar: Calendar, at: datetime
) -> None:
    """退单: soon after 派单, never for U1 and U2 (先办后议), and never again after a ruling."""
    if lane in NATURAL_LANES:
        raise Refused("U1、U2 先办后议，不能退单。请先到场处置，归属事后再议。")
    if past.is_ruled:
        raise Refused("主办单位已由上级裁定，不能再退单。")
    within = Limit.parse(policy.terms["objection_within"])
    if past.dispatched_at is None:
        raise Refused("这件事不是派来的，不能退单。")
    if within.after(past.dispatched_at, calendar) <= at:
        raise Refused(f"派单已超过{within}，不能再退单。请继续办理。")


def needs_ruling(returns: int, policy: Policy) -> bool:
    """So many returns were granted that the next attempt is ruled upon."""
    return returns >= policy.number("returns")


def check_early(lane: str, clock: Clock | None, *, policy: Policy, at: datetime) -> Clock:
    """延期 is asked for before the end, once, and never for U1 and U2. Gives the clock."""
    if lane in NATURAL_LANES:
        raise Refused("U1、U2 不能延期。")
    if clock is None or not clock.is_running:
        raise Refused("答复期限现在没有在走，不用延期。")
    if clock.due_at <= at:
        raise Refused("答复期限已过，不能再延期。请尽快答复。")
    if clock.extensions >= policy.number("extensions"):
        raise Refused("已经延过期，不能再延。")
    return clock


def check_new_day(until_on: date, clock: Clock, *, policy: Policy, calendar: Calendar) -> None:
    """Not beyond the original length again, nor beyond ten working days."""
    most = Limit.parse(policy.terms["extension_at_most"])
    last = local_day(clock.limit.longest_extension(clock.due_at, most, calendar) - INSTANT)
    if end_of(until_on) <= clock.due_at:
        raise Refused("新的日期要晚于现在的期限。")
    if until_on > last:
        raise Refused(f"最晚只能延到 {last:%Y-%m-%d}：不超过原来的期限，也不超过{most}。")
    if not calendar.is_workday(until_on):
        raise Refused("新的日期请选一个工作日。")


def check_wait(lane: str, clock: Clock | None, waits: int, policy: Policy) -> None:
    """等居民: twice at the most, one question at a time, and never where life is at stake."""
    if lane == Lane.URGENT:
        raise Refused("U1 不能停下来等。请马上打电话问居民。")
    if clock is None or clock.stopped_at:
        raise Refused("答复期限现在没有在走，不用等。")
    if clock.paused_at:
        raise Conflict("已经在等居民回话了。")
    if waits >= policy.number("waits"):
        raise Refused(f"已经等过 {waits} 次，不能再停下来等。请打电话问居民。")


def check_review(review_on: date, *, policy: Policy, at: datetime) -> None:
    """挂账: looked at again after today, and within ninety days."""
    last = local_day(at) + policy.number("shelved_days") * DAY
    if not local_day(at) < review_on <= last:
        raise Refused(f"复核日期请写在明天到 {last:%Y-%m-%d} 之间。")


def check_urge(last_urged_at: datetime | None, *, at: datetime) -> None:
    """催办: once a day."""
    if last_urged_at and local_day(last_urged_at) == local_day(at):
        raise Refused("今天已经催过一次了，明天可以再催。急事请直接拨打 12345。")


def is_problem(*, redos: int, units: int, policy: Policy) -> bool:
    """问题工单: done again and again, or sent from unit to unit."""
    return redos >= policy.number("redos_of_a_problem") or units >= policy.number(
        "units_of_a_problem"
    )
