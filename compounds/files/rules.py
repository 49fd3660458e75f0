"""What a photo may weigh and measure. Values in, values out."""

from datetime import timedelta

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 1600  # of what is kept
MAX_SCANS = 100  # an honest progressive JPEG has about ten; thousands keep a processor busy
MAX_A_DAY = 30  # for one person
UNREFERENCED_FOR = timedelta(days=1)  # a form may be half filled in that long

FORMATS = ["JPEG", "PNG", "WEBP"]
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}


def is_heif(head: bytes) -> bool:
    """What an iPhone saves unless told otherwise: recognised only to say what to do about it."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def scans(content: bytes) -> int:
    """How often a JPEG begins a scan; within compressed data FF is never followed by DA."""
    return content.count(b"\xff\xda")
