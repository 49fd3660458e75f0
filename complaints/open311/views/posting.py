"""Filing through the open door."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from complaints.access.reporters import code_of
from complaints.open311.access.keys import key_shown
from complaints.open311.access.places import place_meant
from complaints.open311.access.tickets import ticket_filed_by
from complaints.open311.actions import (
    add_update,
    file_request,
    note_use,
    submission_of,
    words_for,
)
from complaints.open311.forms.requests import RequestForm, UpdateForm
from complaints.open311.models import ApiKey, Receipt
from complaints.open311.rules import Trouble, known_service
from complaints.open311.terms import PLACE
from complaints.open311.views.answers import Told, georeport
from complaints.open311.views.reading import request_list, update_list
from complaints.rules.words import emergency_numbers
from complaints.terms import Channel


@georeport("GET", "HEAD", "POST")
def requests(request: HttpRequest) -> Told:
    return file(request) if request.method == "POST" else request_list(request)


def file(request: HttpRequest) -> Told:
    """POST Service Request: the number of the new ticket, or the receipt to ask for it with."""
    at = timezone.now()
    key = key_shown(request)
    note_use(key, at=at)
    form = RequestForm(request.POST, request.FILES)
    answers = _answers(request, form, key)
    pictures, said = form.pictures, request.headers.get("Idempotency-Key", "")[:200]
    submission = submission_of(key, said, answers, pictures, at)
    receipt = file_request(key, submission=submission, answers=answers, uploads=pictures, at=at)
    return "service_requests", [_filed(receipt, key, form)]


@georeport("GET", "HEAD", "POST")
def updates(request: HttpRequest) -> Told:
    return add(request) if request.method == "POST" else update_list(request)


def add(request: HttpRequest) -> Told:
    """POST Service Request Update: more about what this key has filed."""
    at = timezone.now()
    key = key_shown(request)
    note_use(key, at=at)
    form = UpdateForm(request.POST, request.FILES)
    form.refuse_mistakes()
    given = form.cleaned_data
    ticket = ticket_filed_by(key, number=given["service_request_id"], token=given["token"])
    said = request.headers.get("Idempotency-Key", "")[:200] or given["update_id"]
    words = {"update of": ticket.code, "text": given["description"]}
    submission = submission_of(key, said and f"{ticket.code} {said}", words, given["media"], at)
    event = add_update(
        key,
        ticket,
        submission=submission,
        text=given["description"],
        uploads=given["media"],
        at=at,
    )
    told = {"update_id": str(event.pk), "service_request_id": ticket.code}
    return "service_request_updates", [told]


def _answers(request: HttpRequest, form: RequestForm, key: ApiKey) -> dict[str, Any]:
    """What was sent, in the words of a draft; every fault is said before anything is written."""
    code = request.POST.get("service_code", "").strip()
    if not code:
        raise Trouble(400, "缺少 service_code。请从 services 里选。")
    category = known_service(code)
    form.refuse_mistakes()
    given = form.cleaned_data
    place = place_meant(
        address_id=given["address_id"],
        address=given["address_string"],
        point=form.point,
        key=key,
    )
    return {
        **form.answers,
        "text": words_for(category, given["description"]),
        "category": category.value,
        "channel": Channel.API.value,
        "compound": place.compound,
        "entrance": place.entrance or "",
        "place": form.attribute(PLACE) or place.words,
    }


def _filed(receipt: Receipt, key: ApiKey, form: RequestForm) -> dict[str, Any]:
    number = {"service_request_id": receipt.ticket.code}
    if key.gives_token:
        number = {"token": receipt.token}
    return {**number, "service_notice": _notice(receipt, form), "account_id": None}


def _notice(receipt: Receipt, form: RequestForm) -> str:
    """What the sender should pass on to whoever reported it."""
    told = [
        f"已收到。居民可凭编号 {receipt.ticket.code} 和查询码 {code_of(receipt.ticket)} 查进度。"
    ]
    if numbers := emergency_numbers(receipt.ticket.text):
        told.insert(0, f"有危险请先拨 {'、'.join(number for number, _ in numbers)}。")
    if form.cleaned_data["media_url"]:
        told.append("media_url 不会去取；照片请随 media 一起发来。")
    return "".join(told)
