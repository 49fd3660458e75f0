from django import forms

from complaints.proposals.models import REASON_LENGTH
from complaints.proposals.terms import Decision


class NarrowForm(forms.Form):
    decision = forms.ChoiceField(
        label="结论", choices=[("", "全部"), *Decision.choices], required=False
    )


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label="怎么定",
        choices=[
            (Decision.ADOPTED, "采纳：提请联席会议研究"),
            (Decision.DECLINED, "不采纳"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选采纳或不采纳。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：三栋楼都堵过，要一起疏通主管。",
        error_messages={"required": "请写一句理由。"},
    )
