"""AVIF files put together by hand, so that they can say anything."""

import struct
from collections.abc import Sequence

from oriel_vision.avif_items import coded_pictures
from PIL import Image

from tests.unit.vision.pictures import encode

TEMPORAL_DELIMITER = b"\x12\x00"


def stream(picture: Image.Image) -> bytes:
    """The AV1 data of a picture."""
    (data,) = coded_pictures(encode(picture, "AVIF", quality=90))
    return data


def box(kind: bytes, content: bytes, version: int | None = None) -> bytes:
    full = b"" if version is None else struct.pack(">I", version << 24)
    return struct.pack(">I4s", 8 + len(full) + len(content), kind) + full + content


def avif(
    streams: Sequence[bytes], size: tuple[int, int], columns: int = 0, pieces: int = 1
) -> bytes:
    """A file of one picture, or of a grid that has so many columns.

    Each item lies in so many `pieces`. The items of the streams are 1, 2, ...; a grid is the last
    one, and the primary item.
    """
    count = len(streams)
    ids = range(1, count + 1)
    primary = count + 1 if columns else 1
    types = [b"av01"] * count + [b"grid"] * bool(columns)
    sizes = [size] if not columns else [(size[0] // columns, size[1] // (count // columns)), size]
    grid = struct.pack(">BBBBHH", 0, 0, count // max(columns, 1) - 1, max(columns, 1) - 1, *size)
    payloads = [*streams, grid] if columns else list(streams)
    ispe = b"".join(box(b"ispe", struct.pack(">II", *one), 0) for one in sizes)
    pixi = box(b"pixi", b"\3\x08\x08\x08", 0)
    ipco = box(b"ipco", ispe + pixi + box(b"av1C", b"\x81\x3f\x0c\0"))
    last = len(sizes)
    tile = b"\3" + bytes([1, last + 1, 0x80 | (last + 2)])
    whole = b"\2" + bytes([last, last + 1])
    entries = [struct.pack(">H", one) + tile for one in ids]
    entries += [struct.pack(">H", primary) + whole] if columns else []
    ipma = box(b"ipma", struct.pack(">I", len(entries)) + b"".join(entries), 0)
    infe = b"".join(
        box(b"infe", struct.pack(">HH4s", number, 0, kind) + b"\0", 2)
        for number, kind in enumerate(types, 1)
    )
    dimg = box(b"dimg", struct.pack(f">HH{count}H", primary, count, *ids))
    ftyp = box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")

    def meta(first: int) -> bytes:
        places, at = b"", first
        for number, payload in enumerate(payloads, 1):
            places += struct.pack(">HHH", number, 0, pieces)
            for piece in range(pieces):
                start, end = (len(payload) * step // pieces for step in (piece, piece + 1))
                places += struct.pack(">II", at + start, end - start)
            at += len(payload)
        return box(
            b"meta",
            box(b"hdlr", bytes(4) + b"pict" + bytes(13), 0)
            + box(b"pitm", struct.pack(">H", primary), 0)
            + box(b"iloc", struct.pack(">BBH", 0x44, 0, len(payloads)) + places, 0)
            + box(b"iinf", struct.pack(">H", len(types)) + infe, 0)
            + (box(b"iref", dimg, 0) if columns else b"")
            + box(b"iprp", ipco + ipma),
            0,
        )

    content = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(content) + box(b"mdat", b"".join(payloads))
