"""What 并单, 撤销并单 and 我也遇到了 ask."""

from typing import Any

from django import forms
from django.utils import timezone

from complaints.access.alike import alike_for_desk, targets_of_merge
from complaints.forms.deeds import DeedForm, long_text
from complaints.forms.report import phone_field, phone_from
from complaints.models import Ticket
from complaints.rules.words import number_from

UNKNOWN = "您能看到的在办事项里没有这个编号，或者不在同一个小区。请核对编号。"


class MergeForm(DeedForm):
    """One of those that look alike, or any other by its number."""

    into = forms.ChoiceField(label="和哪一件是同一件事？", required=False, widget=forms.RadioSelect)
    number = forms.CharField(
        label="或者写编号",
        required=False,
        max_length=24,
        help_text="并过去以后，这件事的编号会转到那一件，反映人照样收到进展。并错了可以撤销。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def prepare(self) -> None:
        self.targets = targets_of_merge(self.user, self.ticket)
        alike = alike_for_desk(self.user, self.ticket, at=timezone.now())
        chosen = self.data.get("into") or self.initial.get("into")
        if chosen and chosen not in [one.code for one in alike]:
            alike += self.targets.filter(code=chosen)
        self.fields["into"].choices = [(one.code, _told(one)) for one in alike]  # type: ignore[attr-defined]
        if not alike:
            del self.fields["into"]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("number") or ""
        code = number_from(typed) if typed else self.cleaned_data.get("into")
        target = self.targets.filter(code=code).first() if code else None
        if target is None:
            self.add_error("number", UNKNOWN if typed else "请选一件，或者写编号。")
        return {"into": target}


def _told(ticket: Ticket) -> str:
    return f"{ticket.code} · {ticket.get_state_display()} · {ticket.title}"


class UnmergeForm(DeedForm):
    reason = long_text("为什么不是同一件事", missing="请写一句为什么要分开。", rows=2)


class PhoneForm(forms.Form):
    """For a follower by code alone."""

    phone = phone_field("有进展会短信告诉您。别的居民和物业都看不到。", required=True)

    def clean_phone(self) -> str:
        return phone_from(self.cleaned_data["phone"])
