"""What 并单, 撤销并单, 拆分 and 我也遇到了 ask."""

from typing import Any

from django import forms
from django.utils import timezone

from complaints.access.alike import alike_for_desk, targets_of_merge
from complaints.forms.deeds import DeedForm, long_text
from complaints.forms.report import phone_field, phone_from
from complaints.models import Ticket
from complaints.rules.repeats import MOST_MATTERS, Matter
from complaints.rules.words import number_from
from complaints.terms import Category, Lane
from compounds.forms import SubmittedOnce

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


class SplitForm(SubmittedOnce, DeedForm):
    """Each matter in its own words, of its own category and urgency; the first stays with the ticket."""

    def prepare(self) -> None:
        self.initial = {"text_1": self.ticket.title, "category_1": self.ticket.category}
        for number in range(1, MOST_MATTERS + 1):
            self._ask_about(number)

    def _ask_about(self, number: int) -> None:
        is_first, is_needed = number == 1, number <= 2
        self.fields[f"text_{number}"] = long_text(
            f"第 {number} 件：什么事",
            missing=f"请写第 {number} 件是什么事。" if is_needed else "",
            hint="留在本件，编号和记录不变。" if is_first else "",
            rows=2,
        )
        self.fields[f"category_{number}"] = forms.ChoiceField(
            label=f"第 {number} 件：类别",
            required=is_needed,
            choices=[("", "请选择"), *Category.choices],
            error_messages={"required": f"请选第 {number} 件的类别。"},
        )
        self.fields[f"lane_{number}"] = forms.ChoiceField(
            label=f"第 {number} 件：紧急程度",
            choices=[one for one in Lane.choices if one[0] != Lane.COMPLEX],
            required=False,
            initial=self.ticket.lane if is_first else Lane.GENERAL,
        )

    def clean(self) -> dict[str, Any]:
        given, matters = self.cleaned_data, []
        for number in range(1, MOST_MATTERS + 1):
            text, category = (given.get(f"{name}_{number}") for name in ("text", "category"))
            if text and not category and not self.has_error(f"category_{number}"):
                self.add_error(f"category_{number}", f"请选第 {number} 件的类别。")
            if text and category:
                lane = given.get(f"lane_{number}") or Lane.GENERAL
                matters.append(Matter(text, category, lane))
        return {"matters": matters, "submission_key": given.get("submission_key")}


class PhoneForm(forms.Form):
    """For a follower by code alone."""

    phone = phone_field("有进展会短信告诉您。别的居民和物业都看不到。", required=True)

    def clean_phone(self) -> str:
        return phone_from(self.cleaned_data["phone"])
