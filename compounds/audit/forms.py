from django import forms

from compounds.audit.models import AuditEntryQuerySet
from compounds.audit.terms import Verb


class FilterForm(forms.Form):
    """Which lines of the log to show; an empty form shows all."""

    who = forms.CharField(label="操作人", help_text="姓名或手机号", required=False, max_length=40)
    verb = forms.ChoiceField(label="动作", choices=[("", "全部"), *Verb.choices], required=False)
    first = forms.DateField(
        label="从哪一天", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label="到哪一天", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def narrow(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """The entries asked for; none while the form is wrong, so that nobody misreads them."""
        if not self.is_valid():
            return entries.none()
        asked = self.cleaned_data
        if asked["who"]:
            entries = entries.by_whom(asked["who"])
        if asked["verb"]:
            entries = entries.filter(verb=asked["verb"])
        return entries.between(asked["first"], asked["last"])
