import io
import re
import resource
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from compounds.files.actions import store_photo
from compounds.files.models import StoredFile
from compounds.files.rules import MAX_A_DAY, MAX_SIDE
from compounds.files.tests import corpus
from compounds.rules import Refused
from tests.cast import MONDAY

# As in production: what Pillow merely remarks about a broken EXIF block is no error.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
CHINESE_SENTENCE = re.compile(r"[\u4e00-\u9fff].*。$")


def store(name, content, by=None):
    upload = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return store_photo(upload, by=by, at=MONDAY)


def files_below(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def test_the_corpus_is_as_large_as_the_specification_asks():
    assert len(corpus.REFUSED) + len(corpus.KEPT) >= 40


@pytest.mark.parametrize("name", corpus.REFUSED)
def test_a_file_that_is_no_whole_photo_is_refused_plainly_and_leaves_nothing(db, settings, name):
    with pytest.raises(Refused) as refusal:
        store(name, corpus.REFUSED[name])

    assert CHINESE_SENTENCE.search(str(refusal.value))
    assert files_below(settings.MEDIA_ROOT) == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("name", corpus.KEPT)
def test_a_photo_is_kept_as_a_clean_jpeg_under_a_name_of_ours(db, settings, name):
    stored = store(name, corpus.KEPT[name])

    [path] = files_below(settings.MEDIA_ROOT)
    content = path.read_bytes()
    token = stored.token
    assert str(path.relative_to(settings.MEDIA_ROOT)) == f"photos/{token[:2]}/{token}.jpg"
    assert (stored.size, stored.media_type) == (len(content), "image/jpeg")
    for trace in (corpus.MARK, b"Exif", b"GPS", b"HostileCamera", b"13800000000", b"ICC_PROFILE"):
        assert trace not in content
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert (image.format, image.mode, image.size) == (
            "JPEG",
            "RGB",
            (stored.width, stored.height),
        )
        assert max(image.size) <= MAX_SIDE
        assert not image.getexif()


@pytest.mark.parametrize("name", ["plain.jpg", "progressive.jpg", "plain.png", "plain.webp"])
def test_a_photo_cut_off_in_its_first_half_is_refused_wherever_the_cut_is(db, settings, name):
    content = corpus.KEPT[name]
    for length in range(0, len(content) // 2, max(1, len(content) // 60)):
        with pytest.raises(Refused):
            store(name, content[:length])

    assert files_below(settings.MEDIA_ROOT) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("iphone.heic", "截图"),
        ("moving.gif", "JPG、PNG 或 WEBP"),
        ("heavy.jpg", "10 MB"),
        ("png-bomb.png", "像素"),
        ("jpeg-half.jpg", "重新拍一张"),
    ],
)
def test_a_refusal_says_how_to_mend_it(db, name, words):
    with pytest.raises(Refused, match=words):
        store(name, corpus.REFUSED[name])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_sideways_is_kept_upright(db, form):
    sideways = corpus.encoded(corpus.picture((400, 100)), form, exif=corpus.exif(orientation=6))

    stored = store("sideways.jpg", sideways)

    assert (stored.width, stored.height) == (100, 400)
    with stored.file.open() as file, Image.open(file) as image:
        assert image.getpixel((50, 20))[0] > 150  # what was on the left is on top
        assert image.getpixel((50, 380))[0] < 60


def colour_at(stored, place):
    with stored.file.open() as file, Image.open(file) as image:
        return image.getpixel(place)


def test_what_is_seen_through_becomes_white(db):
    stored = store("see-through.png", corpus.KEPT["see-through.png"])

    assert min(colour_at(stored, (290, 100))) > 250


def test_sixteen_bits_of_grey_stay_grey(db):
    stored = store("sixteen-bits.png", corpus.KEPT["sixteen-bits.png"])

    assert 140 < colour_at(stored, (10, 100))[0] < 170


def test_a_person_uploads_no_more_than_thirty_photos_a_day(cast):
    for _ in range(MAX_A_DAY):
        store("plain.jpg", corpus.KEPT["one-pixel.png"], by=cast.resident)

    with pytest.raises(Refused, match="一天最多上传 30 张"):
        store("plain.jpg", corpus.KEPT["one-pixel.png"], by=cast.resident)
    assert store("plain.jpg", corpus.KEPT["one-pixel.png"], by=cast.secretary).by == cast.secretary


@pytest.fixture
def full_disk():
    """No process may write a file longer than a kilobyte: what a full disk does to a photo."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_refuses_the_photo_and_not_the_report(db, settings, full_disk):
    with pytest.raises(Refused, match="照片暂时存不下.*可以先不传照片"):
        store("large.jpg", corpus.KEPT["large.jpg"])

    assert files_below(settings.MEDIA_ROOT) == []
    assert not StoredFile.objects.exists()


def test_a_folder_that_cannot_be_written_refuses_the_photo(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("in the way")

    with pytest.raises(Refused, match="照片暂时存不下"):
        store("plain.jpg", corpus.KEPT["plain.jpg"])


def test_what_was_stored_is_never_edited(db):
    stored = store("plain.jpg", corpus.KEPT["plain.jpg"])

    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(width=1)
