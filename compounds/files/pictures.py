"""From bytes that anyone may have made to a clean JPEG: decoded here, and written anew."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from compounds.files.rules import (
    FORMATS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SCANS,
    MAX_SIDE,
    is_heif,
    scans,
)
from compounds.rules import Refused

# For the whole process: Pillow warns at the first limit, and for us a warning is an error.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

QUALITY = 82
TOO_LARGE = "这张照片尺寸太大（超过 5000 万像素）。请用手机直接拍一张，或截图后再上传。"
UNREADABLE = "这张照片打不开，文件可能不完整。请重新拍一张，或换一张再上传。"
NOT_A_PHOTO = "只能上传照片（JPG、PNG 或 WEBP）。请换一张照片，或截图后再上传。"


@dataclass(frozen=True)
class Picture:
    """A JPEG of our own making, and its size in pixels."""

    content: bytes
    width: int
    height: int


def clean_picture(content: bytes) -> Picture:
    """The photo at no more than MAX_SIDE pixels, upright, on white, and nothing else of the file.

    Raises Refused with a sentence that says how to mend it.
    """
    _refuse_at_sight(content)
    try:
        # Its own name on a fresh canvas: comments, EXIF, GPS and profiles have no way across.
        canvas = _painted(_small(_opened(content)))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Refused(TOO_LARGE) from error
    except Exception as error:  # a hostile file makes the decoders raise nearly anything
        raise Refused(UNREADABLE) from error
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), canvas.width, canvas.height)


def _refuse_at_sight(content: bytes) -> None:
    if not content:
        raise Refused("这张照片是空的（0 字节）。请重新选一张再上传。")
    if len(content) > MAX_BYTES:
        raise Refused("这张照片超过 10 MB。请在手机上选「中等大小」发送，或截图后再上传。")
    if is_heif(content[:12]):
        raise Refused(
            "这是苹果手机的 HEIC 照片，这里打不开。请先截图再上传；"
            "或在「设置—相机—格式」里选「兼容性最佳」后重拍。"
        )
    if content.startswith(b"\xff\xd8") and scans(content) > MAX_SCANS:
        raise Refused(UNREADABLE)


def _opened(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.UnidentifiedImageError as error:
        raise Refused(NOT_A_PHOTO) from error
    if image.width * image.height > MAX_PIXELS:
        raise Refused(TOO_LARGE)
    return image


def _small(image: Image.Image) -> Image.Image:
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at a fraction of its size
    if image.mode.startswith("I"):  # 16 bits of grey; converting alone would clip all to white
        image = image.point(lambda level: level / 256).convert("L")
    if image.mode not in {"L", "RGB", "RGBA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    return _upright(image)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a broken EXIF block is no reason to lose the photo
        return image


def _painted(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return canvas
