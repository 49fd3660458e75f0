"""放假与调休 as a secretary pastes them from the State Council's notice."""

import re
from datetime import date, timedelta
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError

from compounds.models import CalendarYear
from compounds.models.calendar import Span, spans_of

LINE = re.compile(
    r"(?P<kind>[放班])\s*(?P<first>\d{4}-\d{1,2}-\d{1,2})"
    r"(?:\s*[~～—至到-]\s*(?P<last>\d{4}-\d{1,2}-\d{1,2}))?(?:\s+(?P<name>.{1,20}))?"
)
LONGEST = timedelta(days=31)
EXAMPLE = "放 2027-01-01~2027-01-03 元旦\n班 2027-01-04 元旦"

Entry = tuple[date, bool, str]


def entries_of(line: str) -> list[Entry]:
    """The days of one line; ValidationError in words that say how to mend it."""
    found = LINE.fullmatch(normalize("NFKC", line).strip())
    if found is None:
        raise ValidationError(
            "看不懂。请写成“放 2027-01-01~2027-01-03 元旦”或“班 2027-01-04 元旦”。"
        )
    first, last = _day(found["first"]), _day(found["last"] or found["first"])
    if not first <= last <= first + LONGEST:
        raise ValidationError("结束日期要在开始日期之后，且不超过 31 天。")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    is_workday = found["kind"] == "班"
    if is_workday and any(day.weekday() < 5 for day in days):
        raise ValidationError("调休上班的日子应是周六或周日，周一至周五本来就上班。")
    return [(day, is_workday, found["name"] or "") for day in days]


def _day(text: str) -> date:
    try:
        return date(*map(int, text.split("-")))
    except ValueError as wrong:
        raise ValidationError(f"没有 {text} 这一天。") from wrong


class YearForm(forms.Form):
    source = forms.CharField(
        label="依据",
        max_length=80,
        required=False,
        help_text="例如“国办发明电〔2026〕7 号”。",
    )
    lines = forms.CharField(
        label="放假与调休",
        help_text="一行一段：“放”是放假，“班”是调休上班。周末照常休息，不用写。",
        widget=forms.Textarea(attrs={"rows": 12, "placeholder": EXAMPLE}),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_lines(self) -> str:
        """The text as typed; what it means goes to `entries`, and every bad line is named."""
        self.entries: dict[date, tuple[bool, str]] = {}
        wrong = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                self._take(entries_of(line))
            except ValidationError as error:
                wrong.append(f"第 {number} 行：{error.message}")
        if wrong:
            raise ValidationError(wrong)
        return self.cleaned_data["lines"]

    def _take(self, entries: list[Entry]) -> None:
        for day, is_workday, name in entries:
            if day.year != self.year:
                raise ValidationError(f"{day} 不在 {self.year} 年。")
            if day in self.entries:
                raise ValidationError(f"{day} 前面已经写过。")
            self.entries[day] = (is_workday, name)


def lines_of(year: CalendarYear) -> str:
    """The stored exceptions as the lines that would load them again."""
    return "\n".join(map(_line, spans_of(year.entries())))


def _line(span: Span) -> str:
    days = f"{span.first}" if span.first == span.last else f"{span.first}~{span.last}"
    return f"{'班' if span.is_workday else '放'} {days} {span.name}".rstrip()
