"""What is taken away from a log: its bundle, notes, feed, poster, and the program that checks it."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import condition, require_safe

from evidence import verify
from evidence.access.bundles import bundle_of, zipped
from evidence.access.logs import checkpoint_to_read, newest_checkpoints, stream_to_read
from evidence.views.poster import poster_pdf

IN_A_FEED = 50


def _bundle_tag(request: HttpRequest, origin: str) -> str:
    stream = stream_to_read(origin)
    return f'"{stream.size}-{stream.published_size}-{stream.exhibits.count()}"'


@require_safe
@condition(etag_func=_bundle_tag)
def bundle(request: HttpRequest, origin: str) -> HttpResponse:
    stream = stream_to_read(origin)
    files = bundle_of(stream, check=settings.SITE_ADDRESS + reverse("evidence:check"))
    name = f"{origin.replace('/', '-')}-{stream.size}.zip"
    return _download(zipped(files), name, "application/zip")


@require_safe
def note(request: HttpRequest, origin: str, size: int) -> HttpResponse:
    checkpoint = checkpoint_to_read(origin, size)
    return HttpResponse(checkpoint.note, content_type="text/plain; charset=utf-8")


@require_safe
def poster(request: HttpRequest, origin: str, size: int) -> HttpResponse:
    checkpoint = checkpoint_to_read(origin, size)
    disposition = {"Content-Disposition": f'inline; filename="checkpoint-{size:09}.pdf"'}
    content = poster_pdf(checkpoint)
    return HttpResponse(content, content_type="application/pdf", headers=disposition)


@require_safe
def feed(request: HttpRequest, origin: str = "") -> HttpResponse:
    """Atom: the newest checkpoints, of one log or of all."""
    written = Atom1Feed(
        title="检查点",
        link=settings.SITE_ADDRESS + reverse("evidence:streams"),
        description="",
        feed_url=settings.SITE_ADDRESS + request.path,
    )
    for checkpoint in newest_checkpoints(origin, IN_A_FEED):
        address = settings.SITE_ADDRESS + checkpoint.get_absolute_url()
        written.add_item(
            title=f"{checkpoint.stream.title}：{checkpoint.size} 条（{checkpoint.occasion_words}）",
            link=address,
            unique_id=address,
            description=checkpoint.note,
            pubdate=checkpoint.at,
            updateddate=checkpoint.at,
        )
    return HttpResponse(written.writeString("utf-8"), content_type=written.content_type)


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    return _download(Path(verify.__file__).read_bytes(), "verify.py", "text/x-python")


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=disposition)
