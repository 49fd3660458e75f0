"""When a notice may go out, by which ways, and when to try again. Values in, values out."""

from datetime import datetime, time, timedelta

from compounds.notices.terms import Channel
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


def channels(*, has_account: bool, email: str, openid: str, is_urgent: bool) -> list[Channel]:
    """By e-mail and WeChat whoever has them; by SMS what is urgent, and whoever has nothing else.

    A person who signs in reads the notice on the page; a reporter without an account has only
    the telephone.
    """
    if not has_account:
        return [Channel.SMS]
    ways = []
    if email:
        ways.append(Channel.EMAIL)
    if openid:
        ways.append(Channel.WECHAT)
    if is_urgent:
        ways.append(Channel.SMS)
    return ways
