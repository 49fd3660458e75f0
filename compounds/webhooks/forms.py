from typing import Any

from django import forms
from django.apps import apps

from compounds.forms import SubmittedOnce


def pushed_events() -> dict[str, str]:
    """What the apps say that they announce: `pushed_events` of their configuration."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "pushed_events", {})
    return found


class WebhookForm(SubmittedOnce):
    """推送: to whom, where, and of what."""

    field_order = ["label", "url", "events"]
    label = forms.CharField(label="给谁", max_length=40)
    url = forms.URLField(label="地址", max_length=300, assume_scheme="https")
    events = forms.MultipleChoiceField(
        label="推送哪些事", widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *sent: Any) -> None:
        super().__init__(*sent)
        self.fields["events"].choices = list(pushed_events().items())  # type: ignore[attr-defined]
