"""When a checkpoint is due, when a letter is tried again, and how a moment is written in a line."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVERY = timedelta(hours=6)
DAILY_HOUR = 20  # in Shanghai
WITNESSES_NEEDED = 3  # who do not run the server; a vote does not open with fewer
RETRIES = [timedelta(minutes=minutes) for minutes in (2, 10, 60, 360, 1440)]
LEASE = timedelta(minutes=10)  # a claimed letter is nobody else's for so long


def minute(at: datetime) -> str:
    """A moment in a line: "2026-03-02T01:05Z", the UTC minute that it lies in."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def last_daily(at: datetime) -> datetime:
    """The latest 20:00 in Shanghai that is not after `at`."""
    local = at.astimezone(SHANGHAI)
    today = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def stale_before(at: datetime) -> datetime:
    """News that no checkpoint since this moment has carried out is due."""
    return max(at - EVERY, last_daily(at))


def retry_at(attempts: int, at: datetime) -> datetime | None:
    """After so many attempts that failed; None when it is given up."""
    return at + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None
