"""Reading through the open door: services, requests, receipts and what happened since."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from complaints.open311.access.tickets import (
    events_wanted,
    photo_to_show,
    ticket_numbered,
    tickets_numbered,
    tickets_wanted,
)
from complaints.open311.forms.lists import requests_wanted, updates_wanted
from complaints.open311.rules import MOST_ROWS, Trouble, known_service, listed
from complaints.open311.terms import ATTRIBUTES, SERVICES
from complaints.open311.views.answers import Told, georeport
from complaints.open311.views.telling import PUBLIC_STEPS, request_of, update_of
from compounds.files.views import send_file

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED_ON = "2026-11-24 09:00"  # when the services or their attributes last changed


@georeport("GET", "HEAD")
def discovery(request: HttpRequest) -> Told:
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{settings.SITE_ADDRESS}/open311/v2",
        "changeset": CHANGED_ON,
        "type": "production" if settings.PRODUCTION else "test",
        "formats": ["text/xml", "application/json"],
    }
    return "discovery", {
        "changeset": CHANGED_ON,
        "contact": "璧山小区治理，政务热线 12345。",
        "key_service": f"向区里的系统管理员申请接口密钥，说明见 {settings.SITE_ADDRESS}/open311/",
        "endpoints": [endpoint],
    }


@georeport("GET", "HEAD")
def services(request: HttpRequest) -> Told:
    return "services", [
        {
            "service_code": category.value,
            "service_name": category.label,
            "description": service.description,
            "metadata": True,
            "type": "realtime",
            "keywords": service.keywords,
            "group": service.group,
        }
        for category, service in SERVICES.items()
    ]


@georeport("GET", "HEAD")
def service(request: HttpRequest, code: str) -> Told:
    attributes = [
        {
            "variable": True,
            "code": name,
            "datatype": "singlevaluelist" if values else "string",
            "required": False,
            "datatype_description": "",
            "order": order,
            "description": description,
            "values": [{"key": key, "name": label} for key, label in values.items()],
        }
        for order, (name, (description, values)) in enumerate(ATTRIBUTES.items(), start=1)
    ]
    return "service_definition", {"service_code": known_service(code), "attributes": attributes}


def request_list(request: HttpRequest) -> Told:
    found = tickets_wanted(requests_wanted(request.GET, now=timezone.now()))
    return "service_requests", [request_of(ticket) for ticket in found]


@georeport("GET", "HEAD")
def request_one(request: HttpRequest, ids: str) -> Told:
    """One number, or several with commas between them."""
    found = tickets_numbered(listed([ids])[:MOST_ROWS])
    if not found:
        raise Trouble(404, f"没有公开的 service_request_id {ids[:80]}。")
    return "service_requests", [request_of(ticket) for ticket in found]


@georeport("GET", "HEAD")
def token(request: HttpRequest, token: str) -> Told:
    return "service_requests", [{"service_request_id": ticket_numbered(token), "token": token}]


def update_list(request: HttpRequest) -> Told:
    """The extension `servicerequestupdates`: each step of public tickets, the oldest first."""
    found = events_wanted(updates_wanted(request.GET, now=timezone.now()), PUBLIC_STEPS)
    return "service_request_updates", [update_of(event) for event in found]


@georeport("GET", "HEAD")
def media(request: HttpRequest, code: str, token: str) -> HttpResponseBase:
    """A picture of a public report; others may show it on pages of their own."""
    response = send_file(photo_to_show(code, token).file)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=3600"
    return response


@georeport("GET", "HEAD", "POST")
def nowhere(request: HttpRequest, rest: str) -> Told:
    """Whoever mistypes an address of the interface is told in its own words."""
    raise Trouble(404, f"没有 {rest[:80]}。有哪些地址，见 {settings.SITE_ADDRESS}/open311/")
