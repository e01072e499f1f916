"""Turns what strangers upload into RGB pictures.

Training, ingest and serving all decode through here, so a picture looks the same to a model at
every step. Colour profiles are not applied: pixels count as sRGB.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageFile, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from oriel_vision.color import UnknownRange, to_rgb
from oriel_vision.jpeg_segments import MAX_SCANS, is_reasonable

# Pillow warns of odd metadata and of sizes, which we check ourselves. Said once for all threads:
# what `catch_warnings` changes and restores belongs to the whole process.
warnings.filterwarnings("ignore", module=r"PIL\.")

MAX_PIECES = 100_000
"""Strips or tiles of a TIFF: each costs Pillow microseconds, though it may hold one pixel."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG"
"""How the files begin that Pillow reads without any further module."""
_BOXES = b"ftyp"
"""In the fifth to eighth byte, where a file is one of AVIF's and HEIC's family."""
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture of each EXIF orientation upright (EXIF 2.32, tag 0x0112)."""
_TELLS_ORIENTATION = {"exif", "xmp"}
"""Parts of a JPEG, by Pillow's names."""
_SIDEWAYS = {5, 6, 7, 8}
"""Orientations that turn the picture by a quarter."""


class UndecodablePicture(Exception):
    """The bytes are no picture that can be read; the message tells the uploader why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """An upright RGB picture; `width` and `height` are the file's as displayed, in pixels.

    The picture itself may be smaller than they say.
    """

    image: Image.Image
    width: int
    height: int


def decode(data: bytes, *, max_pixels: int, target: int | None = None) -> Image.Image:
    """Return what `decode_sized` does without the size that the file says."""
    return decode_sized(data, max_pixels=max_pixels, target=target).image


def decode_sized(data: bytes, *, max_pixels: int, target: int | None = None) -> Decoded:
    """Return the picture, or its first frame, as upright RGB; transparency becomes white.

    With `target` a JPEG may come out smaller, its shorter side still at least twice `target`
    pixels where it was so before: four times faster for a large photograph.
    Raises UndecodablePicture; over `max_pixels` before anything is decoded.
    """
    if not data:
        raise UndecodablePicture("The file is empty")
    _check_jpeg(data)
    if data[4:8] == _BOXES:
        data = _check_heif(data, max_pixels)
    try:
        return _decoded(data, max_pixels, target)
    except UndecodablePicture:
        raise
    except Exception as fault:  # decoders raise nearly everything on hostile bytes
        raise UndecodablePicture(_reason(fault)) from fault


def _decoded(data: bytes, max_pixels: int, target: int | None) -> Decoded:
    picture = _opened(data)
    _check_size(picture, max_pixels)
    _check_pieces(picture)
    width, height = picture.size
    if target is not None:
        picture.draft(None, (2 * target, 2 * target))
    picture.load()
    orientation = _orientation(picture)
    if orientation in _SIDEWAYS:
        width, height = height, width
    upright = to_rgb(picture)
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
    return Decoded(upright, width, height)


def _opened(data: bytes) -> ImageFile.ImageFile:
    if data.startswith(_JPEG):
        # What `Image.open` comes to, once it has loaded the decoders of four other formats.
        return JpegImageFile(io.BytesIO(data))
    if not data.startswith(_PNG):
        _load_rarer()
    return Image.open(io.BytesIO(data), formats=FORMATS)


def _load_rarer() -> None:
    """Load the decoders of rarer formats, which cost a process that starts some milliseconds.

    Pillow would load them by itself, with some forty more that nobody needs.
    """
    from PIL import AvifImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401, PLC0415


def _reason(fault: Exception) -> str:
    """Say what is wrong with bytes that a decoder could not read."""
    if isinstance(fault, UnidentifiedImageError):
        return f"The file is not a picture in a known format ({', '.join(FORMATS)})"
    if isinstance(fault, UnknownRange):
        return "The picture has 32 bits a sample; save it with 8 or 16 bits"
    if isinstance(fault, Image.DecompressionBombError):
        return "The picture has far too many pixels"
    return "The picture is damaged or incomplete"


def _check_jpeg(data: bytes) -> None:
    """Refuse what costs minutes though it is small; Pillow pays for segments as it opens a file."""
    if data.startswith(b"\xff\xd8") and not is_reasonable(data):
        raise UndecodablePicture(
            f"The JPEG is made of too many parts (more than {MAX_SCANS} scans, or far more "
            "segments than a photograph needs); save it again as an ordinary JPEG"
        )


def _check_heif(data: bytes, max_pixels: int) -> bytes:
    from oriel_vision.avif import (  # noqa: PLC0415 - few send it, and a cold start would wait for it
        CostlyAvif,
        DamagedAvif,
        is_avif,
        is_heic,
        still_avif,
    )

    if is_heic(data):
        raise UndecodablePicture("HEIC pictures cannot be read; convert the picture to JPEG")
    if not is_avif(data):
        return data
    try:
        return still_avif(data, max_pixels)
    except CostlyAvif:
        raise UndecodablePicture(
            f"The AVIF would take far more work than a picture of {max_pixels:,} pixels; save it "
            "again as an ordinary AVIF or as a JPEG"
        ) from None
    except DamagedAvif:
        raise UndecodablePicture("The picture is damaged or incomplete") from None


def _check_pieces(picture: ImageFile.ImageFile) -> None:
    if len(picture.tile) > MAX_PIECES:
        raise UndecodablePicture(
            f"The picture is cut into {len(picture.tile):,} pieces; at most {MAX_PIECES:,} are "
            "allowed"
        )


def _check_size(picture: ImageFile.ImageFile, max_pixels: int) -> None:
    pixels = picture.width * picture.height
    if pixels > max_pixels:
        raise UndecodablePicture(
            f"The picture has {pixels:,} pixels ({picture.width} x {picture.height}); "
            f"at most {max_pixels:,} are allowed"
        )


def _orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation of a loaded picture, 1 where there is none to be read."""
    if isinstance(picture, JpegImageFile) and not picture.info.keys() & _TELLS_ORIENTATION:
        return 1
    try:
        orientation = picture.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - many good photographs carry broken EXIF
        return 1
    return orientation if isinstance(orientation, int) else 1
