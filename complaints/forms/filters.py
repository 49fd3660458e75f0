import django_filters
from django.utils import timezone

from complaints.models import Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.terms import Category, Lane, Level, Light, State
from compounds.models import Compound, Organization
from compounds.terms import OrganizationKind

ALL = "全部"
SCOPES = [OrganizationKind.STREET, OrganizationKind.COMMUNITY]


class TicketFilter(django_filters.FilterSet):
    """What a list of tickets can be narrowed to; every figure of a dashboard is such an address."""

    within = django_filters.ModelChoiceFilter(
        label="街道或社区",
        queryset=Organization.objects.of_kind(*SCOPES).order_by("path"),
        method="narrow_to_organization",
        empty_label=ALL,
    )
    compound = django_filters.ModelChoiceFilter(
        label="小区",
        queryset=Compound.objects.order_by("code"),
        to_field_name="code",
        empty_label=ALL,
    )
    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label=ALL)
    open = django_filters.ChoiceFilter(
        label="是否在办", choices=[("yes", "在办")], method="narrow_to_open", empty_label=ALL
    )
    light = django_filters.ChoiceFilter(
        label="时限", choices=Light.choices, method="narrow_to_light", empty_label=ALL
    )
    lane = django_filters.ChoiceFilter(label="紧急程度", choices=Lane.choices, empty_label=ALL)
    level = django_filters.ChoiceFilter(
        label="已升级到", choices=Level.choices, lookup_expr="gte", empty_label=ALL
    )
    category = django_filters.ChoiceFilter(label="类别", choices=Category.choices, empty_label=ALL)

    class Meta:
        model = Ticket
        fields: list[str] = []

    def narrow_to_organization(
        self, tickets: TicketQuerySet, name: str, value: Organization
    ) -> TicketQuerySet:
        return tickets.within(value)

    def narrow_to_open(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.open()

    def narrow_to_light(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return tickets.with_light(value, timezone.now())

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.data.get(name) for name in self.filters)
