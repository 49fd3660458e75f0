"""The shape of what the list pages are asked, and of what a person wants to be told."""

from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet

from compounds.notices.terms import MANNERS, Channel, Event, Manner

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


class MannersForm(forms.Form):
    """我的通知设置: for each kind of notice and each channel, how."""

    def __init__(
        self,
        *sent: Any,
        events: dict[str, Event],
        channels: list[Channel],
        chosen: dict[tuple[str, str], str],
    ) -> None:
        super().__init__(*sent)
        self.events = {name: one for name, one in events.items() if not one.is_compulsory}
        self.channels = channels
        for event, words in self.events.items():
            for channel in channels:
                manners = MANNERS[channel]
                self.fields[f"{event}-{channel}"] = forms.ChoiceField(
                    label=f"{words.label}，{channel.label}",
                    choices=[(manner.value, manner.label) for manner in manners],
                    initial=chosen.get((event, channel), manners[0]),
                )

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """Each kind of notice with its choice for each channel."""
        return [
            (words.label, [(one.label, self[f"{event}-{one}"]) for one in self.channels])
            for event, words in self.events.items()
        ]

    @property
    def manners(self) -> dict[tuple[str, str], Manner]:
        return {
            (event, channel): Manner(self.cleaned_data[f"{event}-{channel}"])
            for event in self.events
            for channel in self.channels
        }
