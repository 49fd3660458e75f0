"""The shape of what the list pages are asked."""

from typing import TypeVar

from django import forms
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class LeafForm(forms.Form):
    """Leafing by key: `?before=` the last row of the page before; nonsense shows the first page."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def leaf(self, rows: "QuerySet[Row]", length: int) -> tuple[list[Row], str]:
        """One page of rows in descending order of key, and the address of the next or ""."""
        before = self.cleaned_data.get("before") if self.is_valid() else None
        if before:
            rows = rows.filter(pk__lt=before)
        found = list(rows[: length + 1])
        next_url = f"?before={found[length - 1].pk}" if len(found) > length else ""
        return found[:length], next_url
