"""Kept replies as bytes: JSON, compressed."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

MAX_PACKED_BYTES = 300_000
"""A DynamoDB item holds 400 KB; a reply of ten records and a hundred labels packs to some 30 KB."""


def pack_reply(reply: Mapping[str, Any] | None, max_bytes: int = MAX_PACKED_BYTES) -> bytes | None:
    """Compress a reply; None where there is none, or where it is larger than that all the same."""
    if reply is None:
        return None
    packed = zlib.compress(json.dumps(reply, separators=(",", ":")).encode())
    return packed if len(packed) <= max_bytes else None


def unpack_reply(packed: bytes | None) -> Mapping[str, Any] | None:
    """Read what `pack_reply` made."""
    if packed is None:
        return None
    reply: Mapping[str, Any] = json.loads(zlib.decompress(packed))
    return reply
