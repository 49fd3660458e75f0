from typing import Any

from django import forms
from django.utils import timezone

from compounds.actions.posts import Place
from compounds.forms import SubmittedOnce
from compounds.models import Building, Entrance, OwnedUnit
from compounds.rules import PHONE
from compounds.terms import HEADS, Role

# What each kind of head must be given, and what to say when it is missing.
PLACE_FIELDS: dict[str, list[tuple[str, str]]] = {
    Role.BUILDING_HEAD: [("building", "请选择楼栋长负责的楼栋。")],
    Role.ENTRANCE_HEAD: [("entrance", "请选择单元长负责的单元。")],
    Role.FLOOR_HEAD: [
        ("entrance", "请选择楼层长负责的单元。"),
        ("floor", "请填写楼层长负责的楼层。"),
    ],
}


class AppointForm(SubmittedOnce):
    """任命: a person by telephone, a role that fits the organisation, a place for heads."""

    field_order = ["name", "phone", "role", "building", "entrance", "floor", "started_at"]
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.RegexField(
        PHONE.pattern,
        label="手机号",
        max_length=11,
        error_messages={"invalid": "请填 11 位手机号，以 1 开头。"},
        help_text="还没有账号的人会自动建档，并得到一个初始密码。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="职务", choices=())
    building = forms.ModelChoiceField(
        label="楼栋",
        queryset=Building.objects.none(),
        required=False,
        help_text="楼栋长要选。",
        empty_label="不限",
    )
    entrance = forms.ModelChoiceField(
        label="单元",
        queryset=Entrance.objects.none(),
        required=False,
        help_text="单元长、楼层长要选。",
        empty_label="不限",
    )
    floor = forms.IntegerField(
        label="楼层", required=False, min_value=-9, max_value=150, help_text="楼层长要填。"
    )
    started_at = forms.DateTimeField(
        label="任职时间",
        initial=lambda: timezone.localtime().replace(second=0, microsecond=0),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, roles: list[Role], branch_pk: int, **kwargs: Any) -> None:
        """The places on offer are those of the branch's own compound."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [("", "请选择"), *((role.value, role.label) for role in roles)]
        if not set(HEADS) & set(roles):
            for name in ("building", "entrance", "floor"):
                del fields[name]
            return
        fields["building"].queryset = Building.objects.filter(compound__branch=branch_pk)
        fields["entrance"].queryset = Entrance.objects.filter(
            building__compound__branch=branch_pk
        ).select_related("building")

    def clean(self) -> dict[str, Any]:
        """Each kind of head has its own sort of place; a place given in excess is dropped."""
        data = super().clean() or self.cleaned_data
        role = data.get("role", "")
        place = {name: data.get(name) for name, _ in PLACE_FIELDS.get(role, [])}
        for name, message in PLACE_FIELDS.get(role, []):
            if place[name] is None and name not in self.errors:
                self.add_error(name, message)
        data["place"] = Place(**place)
        if role == Role.FLOOR_HEAD and not self.errors:
            self._refuse_unknown_floor(data["place"])
        return data

    def _refuse_unknown_floor(self, place: Place) -> None:
        floors = OwnedUnit.objects.filter(entrance=place.entrance).values_list("floor", flat=True)
        known = set(floors)
        if known and place.floor not in known:
            self.add_error("floor", f"{place.entrance}没有 {place.floor} 层，请核对。")
