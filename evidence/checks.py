"""A system check: the locks of the tables are there, and switched on."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import connections


def triggers_are_there(databases: Iterable[str] | None = None, **unused: Any) -> list[CheckMessage]:
    """Counts the triggers of the evidence. Silent where the tables are yet to be made."""
    missing = [
        f"{alias}: {table}.{name}"
        for alias in databases or []
        for table, name in _wanted(alias) - _standing(alias)
    ]
    if not missing:
        return []
    return [
        Error(
            f"{len(missing)} triggers that keep the evidence append-only are missing or disabled: "
            + ", ".join(sorted(missing)),
            hint="Run `manage.py pgtrigger install`, and find out who removed them.",
            id="evidence.E001",
        )
    ]


def _wanted(alias: str) -> set[tuple[str, str]]:
    """What the models declare, of the tables that the migrations have made."""
    made = set(connections[alias].introspection.table_names())
    return {
        (model._meta.db_table, trigger.get_pgid(model))
        for model in apps.get_app_config("evidence").get_models()
        for trigger in getattr(model._meta, "triggers", [])
        if model._meta.db_table in made
    }


def _standing(alias: str) -> set[tuple[str, str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relname LIKE 'evidence_%' AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
        return set(cursor.fetchall())
