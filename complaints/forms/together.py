"""What several tickets at once are asked; nothing that stands on one ticket alone."""

from django import forms

from complaints.access.rights import units_to_dispatch_to
from complaints.forms.deeds import AcceptForm, DispatchForm
from complaints.terms import Category, Kind, Lane

MOST_AT_ONCE = 50
UNCHANGED = "各件照原来的"


class AcceptTogetherForm(AcceptForm):
    """Each ticket keeps its own category and kind where none is chosen."""

    category = forms.ChoiceField(
        label="类别", required=False, choices=[("", UNCHANGED), *Category.choices]
    )
    kind = forms.ChoiceField(label="性质", required=False, choices=[("", UNCHANGED), *Kind.choices])

    def prepare(self) -> None:
        """Nothing of one ticket alone."""

    def clean_category(self) -> str:
        category = self.cleaned_data["category"] or self.ticket.category
        if not category:
            raise forms.ValidationError("这件事还没有类别，请选一个。")
        return str(category)

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or self.ticket.kind)


class DispatchTogetherForm(DispatchForm):
    lane = forms.ChoiceField(
        label="紧急程度", required=False, choices=[("", UNCHANGED), *Lane.choices]
    )

    def prepare(self) -> None:
        del self.fields["co_units"]
        units = units_to_dispatch_to(self.user, self.ticket)
        self.fields["to"].queryset = units  # type: ignore[attr-defined]
        self.fields["to"].error_messages["invalid_choice"] = "这件事不能派给这个单位。"
