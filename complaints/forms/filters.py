from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from complaints.access.desk import tickets_waiting_for
from complaints.access.lists import Scope
from complaints.models import MonthRow, Objection, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import OPEN, Category, Kind, Lane, Level, Light, Order, Outcome, State
from compounds.access import User
from compounds.models import Compound
from compounds.rules import DAY, midnight

ALL = "全部"
MOST_CHOICES = 30  # more compounds than these are found by a part of their name
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
Choices = list[tuple[str, str]]


class QuickSelect(forms.Select):
    """The same element, without a template for each of a hundred options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = format_html_join(
            "",
            "<option{}>{}</option>",
            [
                (flatatt({"value": key, "selected": str(key) == chosen}), label)
                for key, label in self.choices
            ],
        )
        own = flatatt(self.build_attrs({**self.attrs, "name": name}, attrs))
        return format_html("<select{}>{}</select>", own, options)


class ChoiceFilter(django_filters.ChoiceFilter):
    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label=label, empty_label=ALL, widget=QuickSelect, **more)


class TicketFilter(django_filters.FilterSet):
    """What a list of tickets can be narrowed to; every figure of a dashboard is such an address.

    Nothing is offered that lies outside the scope of the person.
    """

    q = django_filters.CharFilter(
        label="搜索",
        method="narrow_to_words",
        max_length=40,
        help_text="内容里的字，或者编号。",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    mine = ChoiceFilter(
        label="和我有关",
        choices=[("waiting", "等我处理"), ("done", "我办过")],
        method="narrow_to_mine",
    )
    open = ChoiceFilter(label="是否在办", choices=[("yes", "在办")], method="narrow_to_open")
    state = ChoiceFilter(label="状态", choices=State.choices)
    light = ChoiceFilter(label="时限", choices=Light.choices, method="narrow_to_light")
    level = ChoiceFilter(label="已升级到", choices=Level.choices, lookup_expr="gte")
    lane = ChoiceFilter(label="紧急程度", choices=Lane.choices)
    category = ChoiceFilter(label="类别", choices=Category.choices)
    kind = ChoiceFilter(label="性质", choices=Kind.choices)
    within = ChoiceFilter(label="街道或社区", method="narrow_to_area")
    compound = ChoiceFilter(label="小区", field_name="compound__code")
    lead = ChoiceFilter(label="主办单位")
    review = ChoiceFilter(
        label="挂账复核", choices=[("late", "复核超期")], method="narrow_to_review"
    )
    returns = django_filters.CharFilter(
        label="退单", method="narrow_to_returns", widget=forms.HiddenInput, max_length=24
    )
    counted = django_filters.CharFilter(
        label="月度统计", method="narrow_to_counted", widget=forms.HiddenInput, max_length=24
    )
    since = django_filters.DateFilter(label="提交日期，从", method="narrow_to_since", widget=DATE)
    until = django_filters.DateFilter(label="提交日期，到", method="narrow_to_until", widget=DATE)

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, scope: Scope) -> None:
        super().__init__(data, queryset=Ticket.objects.all())
        self.user, self.scope = user, scope
        self._offer("within", [(str(one.pk), one.name) for one in scope.areas])
        self._offer("lead", [(str(one.pk), one.name) for one in scope.units])
        if scope.is_one_place:
            del self.filters["compound"]
        elif 0 < len(scope.compounds) <= MOST_CHOICES:
            self._offer("compound", [(one.code, one.name) for one in scope.compounds])
        else:
            self.filters["compound"] = django_filters.CharFilter(
                label="小区名称或编号", method="narrow_to_compound", max_length=40
            )
            self.filters["compound"].parent = self

    def _offer(self, name: str, choices: Choices) -> None:
        """These alone; where there is nothing to choose from there is no question."""
        if choices:
            self.filters[name].extra["choices"] = choices
        else:
            del self.filters[name]

    @property
    def qs(self) -> TicketQuerySet:
        """What an address asks that makes no sense is nowhere."""
        return Ticket.objects.none() if self.errors else super().qs

    def narrow_to_words(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.saying(value)

    def narrow_to_mine(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        if value == "waiting":
            return tickets & tickets_waiting_for(self.user, at=timezone.now())
        return tickets.handled_by(self.user)

    def narrow_to_open(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.open()

    def narrow_to_light(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.with_light(value, timezone.now())

    def narrow_to_review(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.review_overdue(timezone.now())

    def narrow_to_returns(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        """Of the unit that asked, and what became of it: `12`, `12-granted`."""
        unit, _, outcome = value.partition("-")
        if not unit.isdecimal() or outcome not in ["", *Outcome]:
            return tickets.none()
        asked = Objection.objects.filter(
            unit=int(unit), outcome__in=[outcome] if outcome else Outcome
        )
        return tickets.filter(pk__in=asked.values("ticket"))

    def narrow_to_counted(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        """Those behind one figure of one month: `2026-10-solved`."""
        return tickets.filter(pk__in=MonthRow.objects.counted_as(value).values("ticket"))

    def narrow_to_area(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        (area,) = [one for one in self.scope.areas if str(one.pk) == value]
        return tickets.filter(compound__in=self.scope.within(area))

    def narrow_to_compound(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.filter(compound__in=Compound.objects.named(value.strip()))

    def narrow_to_since(self, tickets: TicketQuerySet, name: str, value: date) -> TicketQuerySet:
        return tickets.filter(filed_at__gte=midnight(value))

    def narrow_to_until(self, tickets: TicketQuerySet, name: str, value: date) -> TicketQuerySet:
        return tickets.filter(filed_at__lt=midnight(value + DAY))

    @property
    def order(self) -> Order:
        """What is still open waits; what is not is sought among the latest."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        is_open = asked.get("open") or asked.get("light") or asked.get("mine") == "waiting"
        return Order.TERM if is_open or asked.get("state") in OPEN else Order.NEWEST

    @property
    def query(self) -> str:
        """The address of this list, without what was left open."""
        sent = self.form.data
        return urlencode([(name, sent[name]) for name in self.filters if sent.get(name)])

    @property
    def words(self) -> str:
        """「状态：办理中；类别：电梯」; nothing where nothing was asked."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        said = []
        for name, field in self.form.fields.items():
            if value := asked.get(name):
                shown = dict(getattr(field, "choices", [])).get(value, value)
                said.append(f"{field.label}：{shown}")
        return "；".join(said)

    @property
    def is_narrowed(self) -> bool:
        """By more than the words sought."""
        return any(self.form.data.get(name) for name in self.filters if name != "q")
