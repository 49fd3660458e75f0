"""When a row may not change: pgtrigger's own conditions cannot be joined, so these are SQL."""

import pgtrigger


def changed(*columns: str, when: str = "") -> pgtrigger.Condition:
    """One of the columns changes, while `when` holds of the row."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Condition(f"{when or 'TRUE'} AND ({old}) IS DISTINCT FROM ({new})")


def changed_or_decided(*columns: str, decided: str) -> pgtrigger.Condition:
    """One of the columns changes, or the row was decided already and is touched at all."""
    return pgtrigger.Condition(f"OLD.{decided} IS NOT NULL OR ({changed(*columns).sql})")
