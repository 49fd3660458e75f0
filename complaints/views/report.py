"""报问题: from a QR code or a list, in at most four short pages and without an account."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints.access.alike import alike_for_resident
from complaints.access.reporters import (
    code_of,
    draft_to_write,
    grant,
    ticket_to_track,
    tracking_path,
)
from complaints.actions.filing import (
    add_photos,
    answers_of,
    begin_draft,
    entrance_of,
    file_concern,
    remove_photo,
    save_answers,
)
from complaints.forms.report import CompoundSearchForm, ContactForm, WhatForm
from complaints.models import Concern, Draft
from complaints.rules.words import emergency_numbers
from complaints.terms import VISIBILITY_MEANS, Channel, ClockKind, Visibility
from compounds.accounts.access import address_of
from compounds.accounts.actions import allow
from compounds.models import STEP, Compound, Entrance, Organization
from compounds.rules import Refused

TEN_MINUTES = timedelta(minutes=10)
DRAFTS_PER_TEN_MINUTES = 40


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """在哪个小区: found by its name, or by its street."""
    form = CompoundSearchForm(request.GET or None)
    wanted = form.cleaned_data["q"].strip() if form.is_valid() else ""
    compounds = Compound.objects.for_list().filter(name__contains=wanted)
    context = {"form": form, "wanted": wanted, "streets": compounds_by_street(list(compounds))}
    return render(request, "complaints/report_place.html", context)


def compounds_by_street(compounds: list[Compound]) -> list[tuple[str, list[Compound]]]:
    """The compounds under their streets, in the order of the tree; one query."""
    paths = {compound.branch.path[: 2 * STEP] for compound in compounds}
    streets = Organization.objects.filter(path__in=paths).order_by("path")
    return [
        (street.name, [one for one in compounds if one.branch.path.startswith(street.path)])
        for street in streets
    ]


def report_at_entrance(request: HttpRequest, token: str) -> HttpResponse:
    """What the code beside the door opens: the place is filled in."""
    entrance = get_object_or_404(
        Entrance.objects.select_related("building__compound__branch"), token=token
    )
    begun = {"channel": Channel.CODE.value, "entrance": entrance.pk}
    return _what(request, entrance.building.compound, None, begun)


def report_in_compound(request: HttpRequest, code: str) -> HttpResponse:
    compound = get_object_or_404(Compound.objects.select_related("branch"), code=code)
    return _what(request, compound, None, {"channel": Channel.WEB.value})


def report_what(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    draft = draft_to_write(key)
    answers = answers_of(draft)
    return _what(request, _compound_of(answers), draft, answers)


def _compound_of(answers: dict[str, Any]) -> Compound:
    return Compound.objects.select_related("branch").get(code=answers["compound"])


def _what(
    request: HttpRequest, compound: Compound, draft: Draft | None, answers: dict[str, Any]
) -> HttpResponse:
    """出了什么问题. Whatever was sent is kept first and judged afterwards."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = WhatForm(*sent, initial=answers, compound=compound)
    if request.method == "POST":
        at = timezone.now()
        try:
            draft = draft or _begin(request, compound, answers)
            draft = save_answers(draft, at=at, **_typed(form))
            add_photos(draft, form.cleaned_data.get("photos", []), by=_person(request), at=at)
        except Refused as refusal:
            form.add_error("photos", str(refusal))
        if form.is_valid() and draft:
            is_known = alike_for_resident(answers_of(draft), at=at)
            step = "complaints:report-alike" if is_known else "complaints:report-contact"
            return redirect(step, draft.key)
    request.helpline = compound.branch.telephone  # type: ignore[attr-defined]
    context = {"form": form, "compound": compound, "draft": draft, "known": answers.get("entrance")}
    return render(request, "complaints/report_what.html", context)


def _begin(request: HttpRequest, compound: Compound, answers: dict[str, Any]) -> Draft:
    at = timezone.now()
    if not allow(
        "draft", address_of(request), limit=DRAFTS_PER_TEN_MINUTES, per=TEN_MINUTES, at=at
    ):
        raise Refused("这里刚刚提交得太多了，请过十分钟再试。急事请直接拨打 12345。")
    return begin_draft(at=at, compound=compound.code, **answers)


def _typed(form: WhatForm) -> dict[str, Any]:
    """What was typed, be it right or not; the photos go their own way."""
    form.is_valid()
    longest = {"text": 2000, "entrance": 12, "place": 60}
    return {name: form.data.get(name, "")[:length] for name, length in longest.items()}


def _person(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


@require_POST
def report_photo_remove(request: HttpRequest, key: uuid.UUID, token: str) -> HttpResponse:
    draft = draft_to_write(key)
    remove_photo(draft, token)
    return redirect("complaints:report-what", draft.key)


def report_contact(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """怎么联系您: all of it optional."""
    draft = draft_to_write(key)
    answers = answers_of(draft)
    form = ContactForm(request.POST or None, initial=_me(request) | answers)
    if form.is_valid():
        save_answers(draft, at=timezone.now(), **form.cleaned_data)
        return redirect("complaints:report-check", draft.key)
    context = {"form": form, "draft": draft, "danger": emergency_numbers(answers.get("text", ""))}
    return render(request, "complaints/report_contact.html", context)


def _me(request: HttpRequest) -> dict[str, str]:
    return {"phone": request.user.phone} if request.user.is_authenticated else {}


def report_check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """请核对, and send. Sent twice it is still one report."""
    draft = draft_to_write(key)
    answers = answers_of(draft)
    if not answers.get("text", "").strip():
        return redirect("complaints:report-what", draft.key)
    problem = ""
    if request.method == "POST":
        try:
            address = address_of(request)
            ticket = file_concern(
                draft, reporter=_person(request), address=address, at=timezone.now()
            )
        except Refused as refusal:
            problem = str(refusal)
        else:
            grant(request, ticket)
            return redirect("complaints:report-done", draft.key)
    context = {"draft": draft, "facts": _facts(answers), "answers": answers, "problem": problem}
    context["danger"] = emergency_numbers(answers["text"])
    return render(request, "complaints/report_check.html", context, status=429 if problem else 200)


def _facts(answers: dict[str, Any]) -> list[tuple[str, str]]:
    compound = _compound_of(answers)
    seen_by = Visibility(answers.get("visibility", Visibility.NAMELESS))
    inside = " ".join(
        filter(None, [str(entrance_of(answers, compound) or ""), answers.get("place", "")])
    )
    return [
        ("小区", compound.name),
        ("位置", inside or "没有写"),
        ("称呼", answers.get("name") or "没有留"),
        ("手机号", answers.get("phone") or "没有留"),
        ("公开程度", f"{seen_by.label}。{VISIBILITY_MEANS[seen_by]}"),
    ]


@require_safe
def report_done(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Number and code, what happens next, and by when."""
    concern = get_object_or_404(Concern.objects.select_related("ticket"), submission_key=key)
    ticket_to_track(request, concern.ticket.code)
    return render(request, "complaints/report_done.html", slip_of(request, concern))


def slip_of(request: HttpRequest, concern: Concern) -> dict[str, Any]:
    """What goes with a report that was just filed: number and code, and by when somebody looks at it."""
    ticket = concern.ticket
    clock = ticket.clocks.filter(kind=ClockKind.ACCEPT).first()
    return {
        "ticket": ticket,
        "code": code_of(ticket),
        "link": request.build_absolute_uri(tracking_path(ticket)),
        "accept_by": clock.due_at if clock else None,
        "danger": emergency_numbers(ticket.text),
        "left_phone": bool(concern.phone),
    }
