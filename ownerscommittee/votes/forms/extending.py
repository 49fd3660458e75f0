"""延长: the questions of its two pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime

from compounds.rules import DAY
from compounds.templatetags.words import due
from ownerscommittee.votes.actions.extending import extension_room
from ownerscommittee.votes.forms.meetings import long_text
from ownerscommittee.votes.models import AssemblyMeeting

OFTEN = [
    "参与表决的人数和面积还没有达到三分之二。",
    "还有业主在外地，需要更多时间送达。",
    "纸质票还没有送完。",
]


class WhyForm(forms.Form):
    reason = long_text(
        "为什么延长",
        missing="请写明为什么延长，业主会看到。",
        rows=3,
        help_text="会原样写在公告里。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = OFTEN[0]


class UntilForm(forms.Form):
    """The days that the locality leaves room for; no other can be chosen."""

    closes_at = forms.ChoiceField(
        label="延到什么时候",
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选延到什么时候。",
            "invalid_choice": "请从列出的时间里选一个，别的时间本地规定不允许。",
        },
    )

    def __init__(self, *args: Any, meeting: AssemblyMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now, offers = meeting.closes_at, extension_room(meeting).offers
        self.by_value = {localtime(each).isoformat(): each for each in offers}
        self.fields["closes_at"].choices = [  # type: ignore[attr-defined]
            (value, f"{due(each)}（多 {(each - now) // DAY if now else ''} 天）")
            for value, each in self.by_value.items()
        ]

    def clean_closes_at(self) -> datetime:
        return self.by_value[self.cleaned_data["closes_at"]]
