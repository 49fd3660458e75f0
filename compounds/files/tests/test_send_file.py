from contextlib import closing

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from compounds.files.actions import store_photo
from compounds.files.tests import corpus
from compounds.files.views import send_file
from tests.cast import MONDAY


@pytest.fixture
def stored(db):
    upload = SimpleUploadedFile("<hostile>\r\nname.jpg", corpus.jpeg())
    return store_photo(upload, by=None, at=MONDAY)


def test_a_photo_is_answered_so_that_a_browser_can_only_look_at_it(stored):
    response = send_file(stored)

    with closing(response):
        assert b"".join(response)[:3] == b"\xff\xd8\xff"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == f'inline; filename="photo-{stored.token[:8]}.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Length"] == str(stored.size)


def test_a_photo_whose_file_is_gone_is_not_found(stored):
    default_storage.delete(stored.file.name)

    with pytest.raises(Http404):
        send_file(stored)
