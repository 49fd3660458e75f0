from __future__ import annotations

from django.db import connection
from django.db.transaction import TransactionManagementError

from compounds.models.people import Person


def sign_as(person: Person) -> None:
    """Tell the database's own audit who acts, until this transaction ends.

    A deed that changes rights, organisations or the calendar calls it first. Nothing outside the
    transaction remembers it, so a pooled connection never signs with somebody else's name.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("sign_as belongs inside the transaction of the deed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bizhan.actor', %s, true)", [str(person.pk)])
