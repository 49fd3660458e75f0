"""批量办理: chosen in a list, looked at before it is done, and told apart afterwards."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from complaints.access.lists import tickets_chosen
from complaints.access.rights import may_ever, standing_for
from complaints.actions.together import attempted, begin_batch, rehearsed
from complaints.forms.deeds import DeedForm
from complaints.forms.together import (
    MOST_AT_ONCE,
    AcceptTogetherForm,
    DispatchTogetherForm,
)
from complaints.models import Ticket
from complaints.rules.moves import may_follow
from complaints.views.deed import Deed
from complaints.views.deeds import DEEDS, look_before
from compounds.access import SignedInRequest, User
from compounds.rules import Conflict, Refused

TOGETHER: dict[str, Deed] = {
    "accept": replace(DEEDS["accept"], form=AcceptTogetherForm),
    "dispatch": replace(DEEDS["dispatch"], form=DispatchTogetherForm),
    **{slug: DEEDS[slug] for slug in ("sign", "assign", "callback", "note")},
}
DOING, EDITING = "do", "edit"
Attempt = Callable[[Callable[[], object]], str]


def deeds_together(user: User) -> list[tuple[str, str]]:
    """What a list offers for its chosen tickets."""
    possible = may_ever(user)
    return [(slug, deed.title) for slug, deed in TOGETHER.items() if deed.verb in possible]


@login_required
def together(request: SignedInRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    slug = request.GET.get("deed", "")
    tickets = tickets_chosen(request.user, sent.getlist("code")[:MOST_AT_ONCE])
    if not tickets or slug not in dict(deeds_together(request.user)):
        return render(request, "complaints/together_none.html")
    deed, key = TOGETHER[slug], request.POST.get("key") or str(uuid4())
    forms = [_form(request, deed, ticket) for ticket in tickets]
    fitting = _fitting(request.user, deed, forms)
    shown = next((one for one in fitting if one.is_valid()), fitting[0])
    context = {"deed": deed, "tickets": tickets, "form": shown, "key": key}
    if not shown.is_valid() or request.POST.get("step") == EDITING:
        return render(request, "complaints/together.html", context)
    if request.POST.get("step") != DOING:
        rows = _each(request, deed, forms, rehearsed)
        context |= {"rows": rows, "count": _count(rows)}
        return render(request, "complaints/together_look.html", context)
    try:
        begin_batch(key, by=request.user, at=timezone.now())
    except Conflict as conflict:
        back = {"reason": str(conflict), "back": reverse("complaints:desk")}
        return render(request, "409.html", back, status=409)
    rows = _each(request, deed, forms, attempted)
    count = _count(rows)
    context |= {"rows": rows, "count": count, "is_whole": count == len(rows)}
    return render(request, "complaints/together_done.html", context)


def _form(request: SignedInRequest, deed: Deed, ticket: Ticket) -> DeedForm:
    sent = (request.POST,) if request.method == "POST" else ()
    return deed.form(*sent, ticket=ticket, user=request.user)


def _fitting(user: User, deed: Deed, forms: list[DeedForm]) -> list[DeedForm]:
    """Those of tickets that may be meant: what one offers fits the others, and its faults are theirs."""
    meant = [
        one
        for one in forms
        if may_follow(deed.verb, one.ticket.state) and standing_for(user, one.ticket, deed.verb)
    ]
    return meant or forms


def _count(rows: list[tuple[Ticket, str]]) -> int:
    return sum(not why for _, why in rows)


def _each(
    request: SignedInRequest, deed: Deed, forms: list[DeedForm], attempt: Attempt
) -> list[tuple[Ticket, str]]:
    """Each ticket, and why it is not done; nothing where it is."""
    return [(form.ticket, attempt(_act(request, deed, form))) for form in forms]


def _act(request: SignedInRequest, deed: Deed, form: DeedForm) -> Callable[[], object]:
    def act() -> None:
        if standing_for(request.user, form.ticket, deed.verb) is None:
            raise Refused(f"这件事不归您{deed.title}。")
        look_before(deed, form.ticket, is_asked=True)
        if not form.is_valid():
            raise Refused(
                " ".join(str(error) for errors in form.errors.values() for error in errors)
            )
        deed.act(form.ticket, by=request.user, at=timezone.now(), **form.cleaned_data)

    return act
