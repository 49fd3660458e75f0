"""批量办理: one deed to several tickets, each in a transaction of its own."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from compounds.accounts.actions import allow
from compounds.models import Person
from compounds.rules import DAY, Conflict, Refused


def attempted(act: Callable[[], object]) -> str:
    """Do it; the reason when it was refused, else nothing."""
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        return str(refusal)
    return ""


def rehearsed(act: Callable[[], object]) -> str:
    """The same, undone at once: so the preview knows all that the deed will know."""
    with transaction.atomic():
        why = attempted(act)
        transaction.set_rollback(True)
    return why


@transaction.atomic
def begin_batch(key: str, *, by: Person, at: datetime) -> None:
    """A page sent twice is one batch."""
    if not allow("together", f"{by.pk} {key[:40]}", limit=1, per=DAY, at=at):
        raise Conflict("这一批刚才已经办过了，没有再办一次。")
