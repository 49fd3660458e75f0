"""Files that somebody might send as a photo, made here byte by byte; none is kept in the tree."""

import io
import struct
import zipfile
import zlib

from PIL import Image

MARK = b"<script>alert('hostile')</script>"


def picture(size=(300, 200), mode="RGB", color=None):
    """A photo with something in it: the left half differs from the right."""
    image = Image.new(mode, size, color or 0)
    bright = {"L": 200, "P": 3, "1": 1, "LA": (200, 255)}
    light = bright.get(mode, (200, 60, 60, 255)[: len(image.getbands())])
    image.paste(light, (0, 0, size[0] // 2, size[1]))
    return image


def encoded(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(**options):
    return encoded(picture(), "JPEG", **options)


def png(**options):
    return encoded(picture(), "PNG", **options)


def webp(**options):
    return encoded(picture(), "WEBP", **options)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width, height, *, depth=8, colour=2, data=b"\0" * 10, extra=b""):
    """A PNG whose header claims what its data need not hold."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [
        chunk(b"IHDR", header),
        extra,
        chunk(b"IDAT", zlib.compress(data)),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg_claiming(width, height):
    content = bytearray(jpeg())
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def webp_claiming(width, height):
    """An extended WEBP: a canvas of any size around a small picture."""
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + webp()[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def exif(orientation=None):
    """Camera, owner, place and perhaps an orientation, as telephones write them."""
    tags = Image.Exif()
    tags[0x010F] = "HostileCamera"
    tags[0x9286] = "13800000000"
    if orientation:
        tags[0x0112] = orientation
    tags.get_ifd(0x8825).update({1: "N", 2: (29.0, 35.0, 30.0), 3: "E", 4: (106.0, 13.0, 30.0)})
    return tags


def many_scans():
    """A progressive JPEG that paints its last scan a thousand times over."""
    content = jpeg(progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * 1000 + content[-2:]


def zipped(name="word.xml", data=b"0"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def animated(form):
    frames = [picture(), picture(color=(0, 0, 255)), picture(color=(0, 255, 0))]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


def heif(brand):
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1heic" + bytes(500)


def svg():
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + MARK + b"</svg>"


REFUSED = {  # name: content
    "leer.jpg": b"",
    "one-byte.jpg": b"\xff",
    "text.jpg": "不是照片".encode(),
    "page.jpg": b"<!doctype html><html>" + MARK,
    "drawing.svg": svg(),
    "drawing.jpg": svg(),
    "moving.gif": animated("GIF"),
    "gif.jpg": encoded(picture(mode="P"), "GIF"),
    "scan.tiff": encoded(picture(), "TIFF"),
    "scan.jpg": encoded(picture(), "TIFF", compression="tiff_lzw"),
    "paint.bmp": encoded(picture(), "BMP"),
    "icon.jpg": encoded(picture((32, 32)), "ICO"),
    "plain.ppm": encoded(picture(), "PPM"),
    "page.jpg.pdf": encoded(picture(), "PDF"),
    "archive.jpg": zipped(),
    "sheet.jpg": zipped("xl/workbook.xml", b"<workbook/>"),
    "zip-bomb.jpg": zipped("zeros", bytes(30_000_000)),
    "script.jpg": b"#!/bin/sh\nrm -rf /\n",
    "program.jpg": b"\x7fELF" + bytes(400),
    "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "iphone.heic": heif(b"heic"),
    "iphone.jpg": heif(b"mif1"),
    "new.avif": heif(b"avif"),
    "jpeg-start-only.jpg": b"\xff\xd8\xff\xe0",
    "jpeg-head.jpg": jpeg()[:100],
    "jpeg-half.jpg": jpeg()[: len(jpeg()) // 2],
    "jpeg-no-frame.jpg": b"\xff\xd8\xff\xda" + bytes(900) + b"\xff\xd9",
    "jpeg-huge.jpg": jpeg_claiming(65_000, 65_000),
    "jpeg-no-size.jpg": jpeg_claiming(0, 0),
    "jpeg-many-scans.jpg": many_scans(),
    "png-start-only.png": png()[:8],
    "png-head.png": png()[:40],
    "png-half.png": png()[: len(png()) // 2],
    "png-huge.png": png_claiming(2**31 - 1, 2**31 - 1),
    "png-bomb.png": png_claiming(30_000, 30_000, colour=0, data=bytes(9_000_000)),
    "png-wide.png": png_claiming(60_000_000, 1),
    "png-no-size.png": png_claiming(0, 0),
    "png-no-data.png": png_claiming(100, 100),
    "png-wrong-depth.png": png_claiming(10, 10, depth=7),
    "png-wrong-sum.png": png()[:30] + b"\0\0\0\0" + png()[34:],
    "png-text-bomb.png": png_claiming(
        10, 10, extra=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(40_000_000)))
    ),
    "webp-start-only.webp": webp()[:12],
    "webp-head.webp": webp()[:30],
    "webp-half.webp": webp()[: len(webp()) // 2],
    "webp-huge.webp": webp_claiming(16_383, 16_383),
    "webp-sound.webp": b"RIFF\x24\0\0\0WAVEfmt " + bytes(60),
    "heavy.jpg": jpeg() + bytes(10 * 1024 * 1024),
}

KEPT = {  # name: content
    "plain.jpg": jpeg(),
    "plain.png": png(),
    "plain.webp": webp(),
    "png-called-exe.exe": png(),
    "../../../../tmp/escaped.jpg": jpeg(),
    "..\\..\\windows\\escaped.jpg": jpeg(),
    "/etc/passwd": jpeg(),
    "nul\0byte.jpg": jpeg(),
    "<img src=x onerror=alert(1)>.jpg": jpeg(),
    "n" * 400 + ".jpg": jpeg(),
    "照片 (1).JPG": jpeg(),
    "page-behind.jpg": jpeg() + MARK,
    "archive-behind.jpg": jpeg() + zipped("hostile", MARK),
    "comment.jpg": jpeg(comment=MARK),
    "progressive.jpg": jpeg(progressive=True),
    "place.jpg": jpeg(exif=exif()),
    "place.webp": webp(exif=exif()),
    "place.png": png(exif=exif()),
    "broken-exif.jpg": jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(40)),
    "profile.jpg": jpeg(icc_profile=MARK * 100),
    "cmyk.jpg": encoded(picture(mode="CMYK"), "JPEG"),
    "grey.jpg": encoded(picture(mode="L"), "JPEG"),
    "text.png": png_claiming(10, 10, data=bytes(310), extra=chunk(b"tEXt", b"a\0" + MARK)),
    "behind.png": png() + MARK,
    "palette.png": encoded(picture(mode="P"), "PNG"),
    "see-through.png": encoded(picture(mode="RGBA", color=(0, 0, 0, 0)), "PNG"),
    "see-through-palette.png": encoded(picture(mode="P"), "PNG", transparency=0),
    "grey-alpha.png": encoded(picture(mode="LA"), "PNG"),
    "sixteen-bits.png": encoded(Image.new("I;16", (300, 200), 40_000), "PNG"),
    "one-bit.png": encoded(picture(mode="1"), "PNG"),
    "moving.png": animated("PNG"),
    "moving.webp": animated("WEBP"),
    "one-pixel.png": encoded(picture((1, 1)), "PNG"),
    "thread.png": encoded(picture((20_000, 1)), "PNG"),
    "large.jpg": encoded(picture((4000, 3000)), "JPEG"),
    "large.png": encoded(picture((3000, 4000)), "PNG"),
}
