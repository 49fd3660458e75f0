"""What the administrator says of a key."""

from django import forms

from complaints.open311.models import HOURLY_LIMIT
from compounds.forms import SubmittedOnce
from compounds.models import Compound


class KeyForm(forms.Form):
    label = forms.CharField(
        label="给谁用",
        max_length=40,
        help_text="写清单位和系统，例如：区大数据局 12345 平台。",
    )
    compound = forms.ModelChoiceField(
        label="认不出地点时归到哪个小区",
        queryset=Compound.objects.order_by("code"),
        to_field_name="code",
        required=False,
        empty_label="不归，退回并说明",
    )
    hourly_limit = forms.IntegerField(
        label="每小时最多报几件",
        min_value=1,
        max_value=10_000,
        initial=HOURLY_LIMIT,
        help_text="超过的会被退回，请对方过一会儿再报。",
    )
    gives_token = forms.BooleanField(
        label="先给回执号，再凭回执号查编号",
        required=False,
        help_text="对方系统按批量方式对接时才选。",
    )


class NewKeyForm(SubmittedOnce, KeyForm):
    """A key is made once, however often the form is sent."""
