"""处理前、处理后: pictures that a unit adds to its own line of the history, if it likes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from complaints.models import Photo, TicketEvent
from compounds.files.actions import store_photo
from compounds.files.models import StoredFile
from compounds.models import Person
from compounds.rules import Refused

PHOTOS_A_LINE = 3


def store_photos(
    uploads: Sequence[UploadedFile], *, by: Person | None, at: datetime
) -> list[StoredFile]:
    """Re-encoded before the ticket is locked, for that takes its time."""
    if len(uploads) > PHOTOS_A_LINE:
        raise Refused(f"最多放 {PHOTOS_A_LINE} 张照片，请少选几张。")
    return [store_photo(upload, by=by, at=at) for upload in uploads]


def hang_photos(files: Iterable[StoredFile], event: TicketEvent) -> None:
    Photo.objects.bulk_create(Photo(ticket=event.ticket, event=event, file=one) for one in files)
