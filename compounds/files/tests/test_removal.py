import os
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction

from compounds.files.actions import remove_orphans, remove_unreferenced, store_photo
from compounds.files.models import StoredFile
from compounds.files.tasks import remove_orphans as remove_orphans_task
from compounds.files.tests import corpus
from tests.cast import MONDAY

DAY = timedelta(days=1)


def store(at=MONDAY):
    upload = SimpleUploadedFile("photo.jpg", corpus.jpeg())
    return store_photo(upload, by=None, at=at)


@pytest.fixture
def album(db):
    """A table that points to photos, as an owner's app has one; gone when the test ends."""
    from django.apps import apps

    class Album(models.Model):
        photo = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

        class Meta:
            app_label = "files"

    with connection.schema_editor() as editor:
        editor.create_model(Album)
    yield Album
    del apps.all_models["files"]["album"]
    apps.clear_cache()


def test_a_photo_that_nothing_points_to_goes_after_a_day(album, django_capture_on_commit_callbacks):
    kept, dropped, fresh = store(), store(), store(at=MONDAY + DAY)
    album.objects.create(photo=kept)

    with django_capture_on_commit_callbacks(execute=True):
        assert remove_unreferenced(before=MONDAY + timedelta(hours=1)) == 1

    assert set(StoredFile.objects.all()) == {kept, fresh}
    assert not default_storage.exists(dropped.file.name)
    assert default_storage.exists(kept.file.name)
    assert remove_unreferenced(before=MONDAY + timedelta(hours=1)) == 0


def test_a_failed_transaction_leaves_a_file_that_the_sweep_takes_away(db):
    kept = store()
    with pytest.raises(RuntimeError), transaction.atomic():
        orphan = store()
        raise RuntimeError("the report was not saved after all")
    assert default_storage.exists(orphan.file.name)
    early, late = MONDAY + DAY, MONDAY + 3 * DAY
    moment = (MONDAY + 2 * DAY).timestamp()
    for stored in (kept, orphan):
        os.utime(default_storage.path(stored.file.name), (moment, moment))

    assert remove_orphans(before=early) == 0
    assert remove_orphans(before=late) == 1

    assert not default_storage.exists(orphan.file.name)
    assert default_storage.exists(kept.file.name)


def test_the_sweep_runs_where_no_photo_was_ever_stored(db):
    remove_orphans_task()

    assert not StoredFile.objects.exists()
