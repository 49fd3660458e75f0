from typing import Any
from unicodedata import normalize

from django import forms
from django.core.validators import RegexValidator

from compounds.forms import SubmittedOnce
from compounds.models import Compound, Organization
from compounds.terms import PARENT_KINDS, OrganizationKind, child_kinds

telephone_shape = RegexValidator(r"^[0-9 +\-]{3,20}$", "电话只写数字和短横，例如 023-41420000。")


class OrganizationForm(forms.Form):
    """改名、改电话."""

    name = forms.CharField(label="名称", max_length=60)
    telephone = forms.CharField(
        label="电话", max_length=20, required=False, validators=[telephone_shape]
    )

    def clean_name(self) -> str:
        return normalize("NFKC", self.cleaned_data["name"]).strip()


class FoundForm(SubmittedOnce, OrganizationForm):
    """设立下级组织."""

    field_order = ["kind", "name", "telephone"]
    kind = forms.ChoiceField(label="类别", choices=())

    def __init__(self, *args: Any, parent: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = child_kinds(parent.kind)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """调整隶属."""

    to = forms.ModelChoiceField(
        label="新的上级", queryset=Organization.objects.none(), empty_label="请选择"
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = PARENT_KINDS.get(OrganizationKind(organization.kind), "")
        parents = Organization.objects.of_kind(kind).filter(is_active=True).order_by("path")
        current = organization.paths_above()[-1:]
        self.fields["to"].queryset = parents.exclude(path__in=current)  # type: ignore[attr-defined]


class CompoundForm(forms.ModelForm):
    """小区的基本情况; the branch is given, not chosen."""

    class Meta:
        model = Compound
        fields = ["code", "name", "address", "households", "management"]
        error_messages = {"code": {"unique": "这个编号已有小区在用，请换一个。"}}
        help_texts = {"code": "区里统一编的号，不能重复，例如 BS001。"}

    def clean_code(self) -> str:
        return normalize("NFKC", self.cleaned_data["code"]).strip().upper()


class SearchForm(forms.Form):
    q = forms.CharField(label="名称", max_length=40, required=False)
