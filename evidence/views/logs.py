"""A log, its lines, its checkpoints, and the page that checks receipts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from evidence.access.logs import (
    checkpoint_to_read,
    entries_from,
    stream_to_read,
    streams_before,
    witnesses_reached,
)
from evidence.models import Stream
from evidence.rules.moments import WITNESSES_NEEDED

A_PAGE = 50
CRUMB = "存证日志"


@require_safe
def streams(request: HttpRequest) -> HttpResponse:
    found = list(streams_before(request.GET.get("before", ""))[: A_PAGE + 1])
    last = found[A_PAGE - 1].pk if len(found) > A_PAGE else None
    next_url = f"{request.path}?before={last}" if last else ""
    return render(
        request, "evidence/streams.html", {"streams": found[:A_PAGE], "next_url": next_url}
    )


@require_safe
def stream(request: HttpRequest, origin: str) -> HttpResponse:
    stream = stream_to_read(origin)
    checkpoints = list(stream.checkpoints.for_list()[:A_PAGE])
    reached = witnesses_reached(stream, checkpoints[0] if checkpoints else None)
    page = {
        "stream": stream,
        "crumbs": _crumbs(stream, ""),
        "checkpoints": checkpoints,
        "reached": reached,
        "missing_witnesses": max(0, WITNESSES_NEEDED - len(reached)),
        "unsealed": stream.size - stream.published_size,
    }
    return render(request, "evidence/stream.html", page)


@require_safe
def entries(request: HttpRequest, origin: str) -> HttpResponse:
    stream, asked = stream_to_read(origin), request.GET.get("number", "")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 10 else 1
    found = entries_from(stream, number, A_PAGE)
    page = {
        "stream": stream,
        "crumbs": _crumbs(stream, "逐条内容"),
        "entries": found,
        "asked": asked,
        "previous_url": f"?number={max(1, number - A_PAGE)}" if number > 1 else "",
        "next_url": f"?number={number + A_PAGE}" if number + A_PAGE <= stream.size else "",
    }
    return render(request, "evidence/entries.html", page)


@require_safe
def checkpoint(request: HttpRequest, origin: str, size: int) -> HttpResponse:
    """`?root=` is what the code on a poster says, to be compared at once."""
    checkpoint = checkpoint_to_read(origin, size)
    told = request.GET.get("root", "")
    page = {
        "checkpoint": checkpoint,
        "crumbs": _crumbs(checkpoint.stream, f"{size} 条的检查点"),
        "told": told,
        "is_same": told.lower() == "".join(checkpoint.groups),
        "reached": witnesses_reached(checkpoint.stream, checkpoint),
    }
    return render(request, "evidence/checkpoint.html", page)


@require_safe
def protocol(request: HttpRequest, origin: str, size: int) -> HttpResponse:
    """计票见证纪要: printed, and signed by those who were there."""
    checkpoint = checkpoint_to_read(origin, size)
    page = {
        "checkpoint": checkpoint,
        "crumbs": _crumbs(checkpoint.stream, "见证纪要"),
        "witnesses": witnesses_reached(checkpoint.stream, checkpoint),
        "free_rows": range(4),
    }
    return render(request, "evidence/protocol.html", page)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    return render(request, "evidence/check.html")


def _crumbs(stream: Stream, step: str) -> list[tuple[str, str]]:
    above = [(CRUMB, reverse("evidence:streams"))]
    if not step:
        return [*above, (stream.title, "")]
    return [*above, (stream.title, stream.get_absolute_url()), (step, "")]
