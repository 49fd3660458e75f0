"""How a stored photo is answered. It has no address here: its owner's app asks who may see it."""

from django.http import FileResponse, Http404

from compounds.files.models import StoredFile


def send_file(stored: StoredFile) -> FileResponse:
    """The photo itself, to be returned after the owner's own door let the person in."""
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type=stored.media_type,
        filename=f"photo-{stored.token[:8]}.jpg",
        headers={
            "Cache-Control": "private, max-age=86400, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
