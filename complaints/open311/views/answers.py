"""How GeoReport answers: the same value as JSON or XML, and every error as a list."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from xml.etree import ElementTree

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from complaints.open311.rules import Trouble
from compounds.rules import Conflict, Refused

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What each list of the standard calls its members.
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)

Told = tuple[str, Any]  # the name of the root, and what stands under it
Asked = Callable[..., Told | HttpResponseBase]


def georeport(*methods: str) -> Callable[[Asked], Callable[..., HttpResponseBase]]:
    """A resource of the standard. Programs come here with a key and no cookie: hence no CSRF token."""

    def decorate(view: Asked) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def resource(request: HttpRequest, *, suffix: str = "", **named: Any) -> HttpResponseBase:
            try:
                _check_address(request, methods, suffix)
                told = _asked(request, view, named)
            except Trouble as trouble:
                return trouble_answer(trouble, suffix or request.path.rpartition(".")[2])
            return told if isinstance(told, HttpResponseBase) else answer(*told, suffix)

        return resource

    return decorate


def _check_address(request: HttpRequest, methods: tuple[str, ...], suffix: str) -> None:
    if suffix and suffix not in TYPES:
        raise Trouble(404, f"没有 {suffix[:20]} 格式，请用 .json 或 .xml。")
    if request.method not in methods:
        raise Trouble(405, f"这里只能用 {'、'.join(methods)}。")


def _asked(request: HttpRequest, view: Asked, named: dict[str, Any]) -> Told | HttpResponseBase:
    """What the view says, with the refusals of the house in the words of the standard."""
    try:
        return view(request, **named)
    except RequestDataTooBig as error:
        raise Trouble(413, "发来的内容太大。") from error
    except UNREADABLE as error:
        raise Trouble(400, "发来的内容读不出来，请用 UTF-8 的表单格式。") from error
    except Conflict as conflict:
        raise Trouble(409, str(conflict)) from conflict
    except Refused as refusal:
        raise Trouble(400, str(refusal)) from refusal


def trouble_answer(trouble: Trouble, suffix: str) -> HttpResponse:
    errors = [{"code": trouble.code, "description": told} for told in trouble.descriptions]
    return answer("errors", errors, suffix if suffix in TYPES else "json", status=trouble.code)


def answer(root: str, value: Any, suffix: str, *, status: int = 200) -> HttpResponse:
    if suffix == "json":
        body: bytes = json.dumps(value, ensure_ascii=False).encode()
    else:
        body = xml_of(root, value)
    return HttpResponse(body, status=status, content_type=TYPES[suffix])


def xml_of(root: str, value: Any) -> bytes:
    """The mapping that the standard calls Spark: lists hold members of one name, the rest is text."""
    body: bytes = ElementTree.tostring(_element(root, value), encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(child, inner) for child, inner in value.items())
    elif isinstance(value, list):
        element.extend(_element(MEMBERS[name], inner) for inner in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NOT_IN_XML.sub("", str(value))
    return element
