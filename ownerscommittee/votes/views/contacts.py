"""联系名单: who has not voted, how far one has come with each, on a phone and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compounds.access import SignedInRequest
from compounds.rules import Conflict, Refused, masked_name, masked_phone, masked_text
from ownerscommittee.votes.access.contacts import (
    VOTED,
    contact_to_note,
    contacts_of,
    counts_of,
    doors_for_list,
    narrowed,
    places_of,
)
from ownerscommittee.votes.access.meetings import may_plan
from ownerscommittee.votes.actions.contacts import note_contact, record_sheet, reveal_contact
from ownerscommittee.votes.forms.contacts import STATES, ContactFilter, ContactForm, RevealForm
from ownerscommittee.votes.models import AssemblyMeeting, ContactNote, VotingRight
from ownerscommittee.votes.rules.meetings import check_contacting
from ownerscommittee.votes.terms import CONTACT_TONES, Contact
from ownerscommittee.votes.views.entry import conflict_page

A_PAGE = 50


@dataclass(frozen=True)
class Door:
    """One right as the list shows it: where, how far, what was said last; never a choice."""

    right: VotingRight
    name: str
    phone: str
    word: str
    tone: str
    said: list[ContactNote]
    note: str

    @property
    def last(self) -> ContactNote | None:
        return self.said[0] if self.said else None


def door_of(right: Any) -> Door:
    word, tone = _state_of(right)
    last = right.said[0] if right.said else None
    return Door(
        right,
        right.name if right.is_developer else masked_name(right.name),
        masked_phone(right.phone) if right.phone else "",
        word,
        tone,
        right.said,
        masked_text(last.note) if last else "",
    )


def _state_of(right: Any) -> tuple[str, str]:
    if right.has_voted:
        return "已投", "ok"
    if right.has_paper:
        return "纸质票已收，待录入", "wait"
    return Contact(right.contact).label, CONTACT_TONES[Contact(right.contact)]


def doors_of(rights: Iterable[VotingRight]) -> list[Door]:
    return [door_of(right) for right in rights]


def check_now(meeting: AssemblyMeeting, at: datetime) -> None:
    check_contacting(meeting.state, meeting.closes_at, at=at)


@login_required
@never_cache
@require_safe
def contacts(request: SignedInRequest, code: str) -> HttpResponse:
    meeting, rights = contacts_of(request.user, code)
    try:
        check_now(meeting, timezone.now())
    except Conflict as conflict:
        return conflict_page(request, conflict, meeting.get_absolute_url())
    form, chosen = _filters(request, rights)
    counts = counts_of(rights)
    page = {
        "meeting": meeting,
        "form": form,
        "is_narrowed": any(chosen.values()),
        "narrowing": request.GET.urlencode(),
        "counts": [(label, counts[name]) for name, label in STATES if name != VOTED],
        "waiting": sum(counts.values()) - counts[VOTED],
        "voted": counts[VOTED],
        "may_plan": may_plan(request.user, meeting),
        **_lines(request, doors_for_list(narrowed(rights, **chosen), meeting)),
    }
    return render(request, "votes/contacts.html", page)


def _filters(request: HttpRequest, rights: Any) -> tuple[ContactFilter, dict[str, Any]]:
    buildings, entrances = places_of(rights)
    form = ContactFilter(request.GET, buildings=buildings, entrances=entrances)
    return form, form.chosen


def _lines(request: HttpRequest, rights: Any) -> dict[str, Any]:
    """A page of doors, by their number on the roll."""
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    found = doors_of(rights.after(after)[: A_PAGE + 1])
    query = request.GET.copy()
    if len(found) > A_PAGE:
        query["after"] = str(found[A_PAGE - 1].right.number)
    return {
        "doors": found[:A_PAGE],
        "next_url": f"?{query.urlencode()}" if len(found) > A_PAGE else "",
    }


@login_required
@require_POST
def contacts_sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """The same list whole, to be printed and carried up the stairs; logged, no telephones on it."""
    meeting, rights = contacts_of(request.user, code)
    try:
        check_now(meeting, timezone.now())
    except Conflict as conflict:
        return conflict_page(request, conflict, meeting.get_absolute_url())
    _, chosen = _filters(request, rights)
    doors = doors_of(doors_for_list(narrowed(rights, **chosen), meeting))
    record_sheet(meeting, len(doors), by=request.user, at=timezone.now())
    return render(request, "votes/contacts_sheet.html", {"meeting": meeting, "doors": doors})


@login_required
@never_cache
def contact(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """One door: write down how far one came; under it everything that was written before."""
    meeting, right = contact_to_note(request.user, code, number)
    form = ContactForm(request.POST if request.method == "POST" else None)
    back = reverse("votes:contacts", args=[code])
    try:
        check_now(meeting, timezone.now())
        if form.is_valid():
            given = dict(form.cleaned_data)
            key = given.pop("submission_key")
            note_contact(meeting, right, **given, by=request.user, at=timezone.now(), key=key)
            messages.success(request, f"名册第 {number} 号记下了。")
            return redirect(back)
    except Conflict as conflict:
        return conflict_page(request, conflict, back)
    return _show(request, meeting, right, form=form)


@login_required
@never_cache
@require_POST
def contact_reveal(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The telephone in full, on this one answer alone; the log keeps who asked and why."""
    meeting, right = contact_to_note(request.user, code, number)
    form, phone = RevealForm(request.POST), ""
    try:
        check_now(meeting, timezone.now())
        if form.is_valid():
            given = {"by": request.user, "at": timezone.now(), **form.cleaned_data}
            phone = reveal_contact(meeting, right, **given)
    except Conflict as conflict:
        return conflict_page(request, conflict, meeting.get_absolute_url())
    except Refused as refusal:
        form.add_error("reason", str(refusal))
    return _show(request, meeting, right, reveal_form=form, phone=phone)


def _show(
    request: HttpRequest,
    meeting: AssemblyMeeting,
    right: VotingRight,
    *,
    form: ContactForm | None = None,
    reveal_form: RevealForm | None = None,
    phone: str = "",
) -> HttpResponse:
    door = door_of(right)
    page = {
        "meeting": meeting,
        "door": door,
        "history": [(one, masked_text(one.note)) for one in door.said],
        "form": form or ContactForm(),
        "reveal_form": reveal_form or RevealForm(),
        "phone": phone,
        "has_phone": bool(right.phone or right.voter_id),
    }
    return render(request, "votes/contact.html", page)
