"""Taking a photo in, and taking out what nobody kept."""

import hashlib
from contextlib import suppress
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from compounds.files.models import StoredFile, new_file_token
from compounds.files.pictures import Picture, clean_picture
from compounds.files.rules import MAX_A_DAY, MAX_BYTES
from compounds.models import Person
from compounds.rules import DAY, Refused

FOLDER = "photos"


def store_photo(upload: UploadedFile, *, by: Person | None, at: datetime) -> StoredFile:
    """A checked, re-encoded photo on disk and its row.

    The file is written before the row: when the caller's transaction fails, a file without a row
    stays behind, which `remove_orphans` takes away. Raises Refused, and then leaves nothing.
    """
    if by and by.stored_files.filter(stored_at__gt=at - DAY).count() >= MAX_A_DAY:
        raise Refused(f"一天最多上传 {MAX_A_DAY} 张照片。请明天再传，文字可以先提交。")
    upload.seek(0)
    return store_picture(clean_picture(upload.read(MAX_BYTES + 1)), by=by, at=at)


def store_picture(picture: Picture, *, by: Person | None, at: datetime) -> StoredFile:
    """A picture of our own making, on disk and its row."""
    token = new_file_token()
    return StoredFile.objects.create(
        token=token,
        file=_written(f"{FOLDER}/{token[:2]}/{token}.jpg", picture.content),
        sha256=hashlib.sha256(picture.content).hexdigest(),
        size=len(picture.content),
        media_type="image/jpeg",
        width=picture.width,
        height=picture.height,
        by=by,
        stored_at=at,
    )


def _written(name: str, content: bytes) -> str:
    try:
        return default_storage.save(name, ContentFile(content))
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(name)  # a full disk leaves the first part of the file
        raise Refused("照片暂时存不下，我们正在处理。可以先不传照片，其他内容照常提交。") from error


def remove_unreferenced(*, before: datetime) -> int:
    """Delete older rows that nothing points to, with their files; how many there were."""
    removed = 0
    for pk in StoredFile.objects.stored_before(before).unreferenced().values_list("pk", flat=True):
        removed += _remove_if_unreferenced(pk)
    return removed


@transaction.atomic
def _remove_if_unreferenced(pk: int) -> bool:
    # Locked first and looked at afterwards: whoever begins to point to the row now has to wait.
    stored = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if stored is None or not StoredFile.objects.unreferenced().filter(pk=pk).exists():
        return False
    stored.delete()
    transaction.on_commit(lambda: default_storage.delete(str(stored.file)))
    return True


def remove_orphans(*, before: datetime) -> int:
    """Delete files older than `before` that have no row; how many there were."""
    if not default_storage.exists(FOLDER):
        return 0
    folders, _ = default_storage.listdir(FOLDER)
    return sum(_remove_orphans_in(f"{FOLDER}/{folder}", before) for folder in folders)


def _remove_orphans_in(folder: str, before: datetime) -> int:
    names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    known = StoredFile.objects.filter(file__in=names).values_list("file", flat=True)
    orphans = [
        name for name in names.difference(known) if default_storage.get_modified_time(name) < before
    ]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)
