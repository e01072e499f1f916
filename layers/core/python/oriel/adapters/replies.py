"""Kept replies as bytes: JSON, compressed."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from oriel.domain.errors import PayloadTooLarge

MAX_PACKED_BYTES = 300_000
"""A DynamoDB item holds 400 KB; a reply of ten records and 1,000 labels packs to some 130 KB."""

_WINDOW_BYTES = 32 * 1024
"""How far back zlib sees; the labels of one record can be longer, and come again in the next."""
_PRESET = 1
"""Looks back 1 MiB, takes 9 MiB of memory and some 50 ms for 1 MB."""
_XZ = b"\xfd7zXZ"


def pack_reply(reply: Mapping[str, Any] | None, max_bytes: int = MAX_PACKED_BYTES) -> bytes | None:
    """Compress a reply, if there is one; raises PayloadTooLarge where it takes more than that."""
    if reply is None:
        return None
    text = json.dumps(reply, separators=(",", ":")).encode()
    packed = zlib.compress(text) if len(text) <= _WINDOW_BYTES else _xz(text)
    if len(packed) > max_bytes:
        raise PayloadTooLarge(
            "The answer is too large to be kept for a retry; "
            "send fewer records or tasks, shorter own fields or no Idempotency-Key"
        )
    return packed


def unpack_reply(packed: bytes | None) -> Mapping[str, Any] | None:
    """Read what `pack_reply` made."""
    if packed is None:
        return None
    text = _from_xz(packed) if packed.startswith(_XZ) else zlib.decompress(packed)
    reply: Mapping[str, Any] = json.loads(text)
    return reply


def _xz(text: bytes) -> bytes:
    import lzma  # noqa: PLC0415 - few replies are long, and a cold start would wait for it

    return lzma.compress(text, preset=_PRESET)


def _from_xz(packed: bytes) -> bytes:
    import lzma  # noqa: PLC0415 - as above

    return lzma.decompress(packed)
