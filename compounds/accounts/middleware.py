from collections.abc import Callable
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from compounds.accounts.actions import SEEN
from compounds.accounts.rules import renewed_every

Answer = Callable[[HttpRequest], HttpResponse]


def keep_awake(get_response: Answer) -> Answer:
    """A session in use does not run out, and is not written at each request either."""

    def middleware(request: HttpRequest) -> HttpResponse:
        _renew(request.session, timezone.now().timestamp())
        return get_response(request)

    return middleware


def _renew(session: SessionBase, now: float) -> None:
    seen = session.get(SEEN)
    if seen is None:
        return
    idle = timedelta(seconds=session.get_expiry_age())
    if now - seen >= renewed_every(idle).total_seconds():
        session[SEEN] = now
