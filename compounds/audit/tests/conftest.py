import pytest
from django.db import connection


@pytest.fixture
def cast(cast):
    """The cast, with nothing yet in the log but what each test writes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")  # the log refuses it
        cursor.execute("TRUNCATE audit_auditentry")
        cursor.execute("SET LOCAL session_replication_role = origin")
    return cast
