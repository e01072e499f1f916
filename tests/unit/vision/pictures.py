"""Pictures and files of them, made on the spot."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

MAX_PIXELS = 40_000_000


def encode(picture: Image.Image, encoding: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, encoding, **options)
    return buffer.getvalue()


def quarters() -> Image.Image:
    """Red, green / blue, white: 60 x 40 pixels, so that every turn and flip shows."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30] = (255, 0, 0)
    pixels[:20, 30:] = (0, 255, 0)
    pixels[20:, :30] = (0, 0, 255)
    pixels[20:, 30:] = (255, 255, 255)
    return Image.fromarray(pixels)


def photo(width: int, height: int, seed: int = 0) -> Image.Image:
    """Smooth blobs of colour: compresses and scales as photographs do."""
    coarse = np.random.default_rng(seed).integers(0, 256, (7, 7, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds next to nothing."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 100)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
