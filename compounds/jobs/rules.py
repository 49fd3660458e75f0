"""How long work may take and its result is kept. No query, no clock."""

from datetime import timedelta

LEASE = timedelta(minutes=1)  # a worker that says nothing for so long is taken for dead
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=7)
MOST_AT_ONCE = 5  # unfinished jobs of one person


def percent(done: int, total: int) -> int:
    """Whole per cent, never more than there is; what has no rows is at its beginning."""
    return min(100, 100 * done // total) if total else 0
