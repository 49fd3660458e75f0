"""The servers under the tests. Workers of xdist use those of the process that started them."""

from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

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
    settings.EVIDENCE_JOURNAL = tmp_path / "evidence"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def cast(db):
    from tests.cast import Cast

    return Cast()


# --- One migrated database, copied for every run ------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, django_test_environment, django_db_blocker
):
    """Migrating takes seconds and copying does not; a change of the migrations makes a new one."""
    from django.db import connection

    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")  # workers come at once
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database(cursor)


def migrated_database(cursor):
    here = Path(__file__).parent
    told_by = [here / "requirements.txt", *sorted(here.glob("*/**/migrations/*.py"))]
    name = "migrated_" + sha256(b"".join(path.read_bytes() for path in told_by)).hexdigest()[:16]
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'migrated_')")
    standing = [row[0] for row in cursor]
    if name not in standing:
        for old in [*standing, "half_migrated"]:
            cursor.execute(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)")
        cursor.execute("CREATE DATABASE half_migrated")
        migrate("half_migrated")
        cursor.execute(f"ALTER DATABASE half_migrated RENAME TO {name}")
    return name


def migrate(database):
    from django.core.management import call_command
    from django.db import connection

    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()  # a database with visitors cannot be copied
        connection.settings_dict["NAME"] = usual


# --- Committed rows, for tests with `django_db(transaction=True)` ------------------------------


def came_with_the_migrations():
    """What stands in every database; to be asked for once the apps are loaded."""
    from complaints.models import PolicyVersion
    from compounds.models import CalendarYear, WorkdayException
    from ownerscommittee.models import LocalityProfile

    return [PolicyVersion, CalendarYear, WorkdayException, LocalityProfile]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django's flush would be refused by the logs, and take the calendar and the policies along."""
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        kept = [
            (model, list(model.objects.values_list("pk", flat=True)))
            for model in came_with_the_migrations()
        ]
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: clear_away(kept)
    yield
    TransactionTestCase._fixture_teardown = flush


def clear_away(kept):
    """Every row of ours but those; no trigger fires while the connection plays a replica."""
    from django.apps import apps
    from django.db import connection

    standing = {model._meta.db_table for model, _ in kept} | {"django_content_type"}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in sorted(tables & set(connection.introspection.table_names()) - standing):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for model, keys in kept:
            model.objects.exclude(pk__in=keys).delete()
        cursor.execute("SET session_replication_role = origin")
