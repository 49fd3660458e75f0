"""Shape and wording of what the portal's own screens take in."""

from uuid import uuid4

from django import forms


class SubmittedOnce(forms.Form):
    """A form whose second arrival is recognised: each page that shows it carries a new key."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class Confirmation(forms.Form):
    """Nothing to fill in; it carries the refusal of a deed back to the page."""
