"""What is done with a whole list: exported, or its filters kept under a name."""

from django import forms

from compounds.forms import SubmittedOnce

FORMS = [("xlsx", "XLSX（用表格软件打开）"), ("csv", "CSV（给别的系统）")]


class ExportForm(SubmittedOnce):
    form = forms.ChoiceField(
        label="要哪一种？", choices=FORMS, initial="xlsx", widget=forms.RadioSelect
    )
    purpose = forms.CharField(
        label="用途",
        max_length=100,
        help_text="例如：周三联席会议用。会写进表头和审计日志。",
        error_messages={"required": "请写一句用途，例如：周三联席会议用。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ViewForm(forms.Form):
    name = forms.CharField(
        label="名称",
        max_length=20,
        help_text="例如：超期的电梯。只有自己看得到。",
        error_messages={"required": "请起个名称，例如：超期的电梯。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
