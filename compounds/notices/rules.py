"""When a notice may go out, by which ways, and when to try again. Values in, values out."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from compounds.notices.terms import MANNERS, Channel, Manner
from compounds.rules import DAY, SHANGHAI, local_day, midnight

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
MAX_ATTEMPTS = 6
LEASE = timedelta(minutes=10)  # longer than a batch can take, however slow the gateway
STUCK_AFTER = timedelta(hours=1)

TITLE_LENGTH, BODY_LENGTH, ERROR_LENGTH = 80, 500, 200


def is_quiet(at: datetime) -> bool:
    """免打扰时段: 21:00 to 08:00 in Shanghai; only what is urgent goes out."""
    local = at.astimezone(SHANGHAI).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def not_before(at: datetime, *, is_urgent: bool) -> datetime:
    """The first moment from `at` on at which a message may be sent: now, or 08:00."""
    if is_urgent or not is_quiet(at):
        return at
    day = local_day(at)
    if at.astimezone(SHANGHAI).time() >= QUIET_FROM:
        day += DAY
    return midnight(day) + timedelta(hours=QUIET_UNTIL.hour)


def retry_at(attempts: int, at: datetime) -> datetime | None:
    """After 1, 5, 25, 125 and 625 minutes; None when that many attempts are enough."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return at + timedelta(minutes=5 ** (attempts - 1))


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def digest_at(at: datetime) -> datetime:
    """每日汇总: the next 08:00, when the quiet hours are over."""
    day = local_day(at)
    if at.astimezone(SHANGHAI).time() >= QUIET_UNTIL:
        day += DAY
    return midnight(day) + timedelta(hours=QUIET_UNTIL.hour)


def channels(
    *,
    has_account: bool,
    email: str,
    openid: str,
    is_compulsory: bool,
    chosen: Mapping[str, str],
) -> dict[Channel, Manner]:
    """By which ways a notice goes out, and how.

    `chosen` is what the person said about this kind of notice: channel to manner. What is urgent or
    compulsory goes by every way there is. A reporter without an account has only the telephone.
    """
    if not has_account:
        return {Channel.SMS: Manner.NOW}
    there_is = {Channel.EMAIL: bool(email), Channel.WECHAT: bool(openid), Channel.SMS: True}
    if is_compulsory:
        return {channel: Manner.NOW for channel in Channel if there_is[channel]}
    wanted = {
        channel: Manner(chosen.get(channel, manners[0])) for channel, manners in MANNERS.items()
    }
    return {
        channel: manner
        for channel, manner in wanted.items()
        if there_is[channel] and manner != Manner.NEVER
    }
