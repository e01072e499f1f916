"""Lets through only AVIF files that are cheap to decode.

What a file says of its size is in its boxes, and what a decoder computes is in the AV1 data that
they point at. Nothing makes the two agree: a file of a few bytes that promises one pixel can hold
frames of a quarter of a gigapixel each, and the decoder has no limit that could be set from here.
"""

from oriel_vision.av1_headers import BrokenStream, pixels_to_decode
from oriel_vision.avif_items import coded_pictures
from oriel_vision.boxes import BrokenBoxes, brands

SURPLUS = 4
"""How many times the allowed pixels may be computed: transparency, a preview, margins of tiles."""
_STILL, _SEQUENCE = b"avif", b"avis"
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class CostlyAvif(Exception):
    """The file would take far more work than its size says."""


class DamagedAvif(Exception):
    """The file cannot be taken apart."""


def is_avif(data: bytes) -> bool:
    """Tell whether a file says that it is AVIF."""
    return not brands(data).isdisjoint({_STILL, _SEQUENCE})


def is_heic(data: bytes) -> bool:
    """Tell whether a file says that it is of the same family, with patented video codecs inside."""
    return not is_avif(data) and not brands(data).isdisjoint(_HEIC)


def still_avif(data: bytes, max_pixels: int) -> bytes:
    """Return the file as one that a decoder takes for a still picture, whatever it is.

    A sequence is decoded by its still picture, which is its first frame, so that nothing of its
    tables of frames is ever read. Raises CostlyAvif and DamagedAvif.
    """
    try:
        pixels = sum(map(pixels_to_decode, coded_pictures(data)))
    except (BrokenBoxes, BrokenStream, IndexError):
        raise DamagedAvif from None
    if pixels > SURPLUS * max_pixels:
        raise CostlyAvif
    return data[:8] + _STILL + data[12:]
