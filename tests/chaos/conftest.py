from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.chaos.portal import Portal

SECONDS = {
    "limits": {"accept": {"U1": "5s", "U2": "30min", "U3": "1wd", "U4": "1wd"}},
    "ladder": {"natural": ["0s", "1s", "2s", "3s", "4s"], "working": ["0wd", "1wd", "3wd", "5wd"]},
}


@pytest.fixture(scope="session")
def portal(tmp_path_factory, django_db_blocker):
    """One portal for all the storms; the tests look into its very database."""
    portal = Portal(tmp_path_factory.mktemp("portal"))
    kept = dict(connection.settings_dict)
    there = {"NAME": "bizhan", "USER": "bizhan", "PASSWORD": "", "HOST": str(portal.sockets)}
    with django_db_blocker.unblock():
        try:
            portal.start()
            connection.close()
            connection.settings_dict.update({**there, "PORT": "", "CONN_MAX_AGE": 0})
            yield portal
        finally:
            with suppress(OperationalError):
                connection.close()
            connection.settings_dict.update(kept)
            portal.stop()


@pytest.fixture(scope="session")
def cast(portal):
    """The cast, and a policy under which an urgent report is late after seconds."""
    from complaints.models import PolicyVersion
    from complaints.rules.limits import DEFAULT_TERMS
    from tests.cast import Cast

    limits = {**DEFAULT_TERMS["limits"], **SECONDS["limits"]}
    terms = {"limits": limits, "ladder": SECONDS["ladder"]}
    PolicyVersion.objects.create(in_force_at=timezone.now(), terms=terms)
    return Cast()


@pytest.fixture(autouse=True)
def calm(portal):
    """Each storm begins in fair weather."""
    connection.close()
    assert portal.is_healthy()
    yield
    connection.close()
