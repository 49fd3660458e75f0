"""The servers under the tests. Workers of xdist use those of the process that started them."""

from contextlib import ExitStack

import pytest

from bizhan.embedded import servers

running = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        running.enter_context(servers())


def pytest_unconfigure() -> None:
    running.close()


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    """A quick password hasher, files of one test's own, and no manifest of static files."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "media", tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def cast(db):
    from tests.cast import Cast

    return Cast()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Logs that refuse TRUNCATE let go of it here, or no race test could be cleared away."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)"
            "  FROM pg_trigger WHERE tgtype & 32 = 32 AND NOT tgisinternal"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
