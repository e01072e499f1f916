"""What is kept beside an original: a thumbnail, and a copy that may be shown to people."""

import io
from dataclasses import dataclass

from PIL import Image

from oriel_vision.containers import is_plain

THUMBNAIL_SIDE = 256
_LOSSLESS_PIXELS = 512 * 512


@dataclass(frozen=True, slots=True)
class ServedCopy:
    """An encoded picture without metadata; `extension` has no dot."""

    data: bytes
    content_type: str
    extension: str


def thumbnail(image: Image.Image) -> bytes:
    """Return an RGB picture as a JPEG of at most 256 pixels a side, never enlarged."""
    scale = min(1.0, THUMBNAIL_SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    return _encode(small, "JPEG", quality=85)


def served_copy(original: bytes, image: Image.Image) -> ServedCopy | None:
    """Return what people may see of a picture; `image` is the decoded, upright `original`.

    None where the original itself may be served: a JPEG or PNG that holds nothing but the picture.
    Else a small picture stays without loss, a larger one becomes a JPEG.
    """
    if is_plain(original):
        return None
    if image.width * image.height <= _LOSSLESS_PIXELS:
        return ServedCopy(_encode(image, "PNG"), "image/png", "png")
    return ServedCopy(_encode(image, "JPEG", quality=90), "image/jpeg", "jpg")


def _encode(image: Image.Image, encoding: str, **options: int) -> bytes:
    # A picture of its own, since Pillow would write what `info` remembers of the original.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    buffer = io.BytesIO()
    bare.save(buffer, encoding, **options)
    return buffer.getvalue()
