"""Kept replies as bytes: JSON, compressed. Those that no item or message holds lie in a bucket."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from oriel.domain.errors import NotFound, PayloadTooLarge, TemporarilyUnavailable
from oriel.domain.usage import StoredReply

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.ports import Blobs

MAX_PACKED_BYTES = 300_000
"""A DynamoDB item holds 400 KB; a reply of ten records and 1,000 labels packs to some 130 KB."""

MAX_LARGE_BYTES = 8 * 1024 * 1024
"""More than any answer can have."""

PREFIX = "replies/"
"""Apart from what lies below `ws/`, which is taken for uploads; the bucket lets it expire."""

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


class LargeReplies:
    """Replies in a bucket, named after their content: whoever loses a key overwrites nothing."""

    def __init__(self, blobs: "Blobs") -> None:
        self._blobs = blobs

    def keep(self, workspace_id: str, reply: StoredReply) -> StoredReply:
        """Store a reply and return where it lies; raises TemporarilyUnavailable."""
        packed = pack_reply(reply.reply, MAX_LARGE_BYTES)
        if packed is None:
            return reply
        key = f"{PREFIX}{workspace_id}/{hashlib.sha256(packed).hexdigest()}"
        try:
            self._blobs.put(key, packed, "application/octet-stream")
        except ClientError as error:
            # Whatever the fault is: what was answered must not be lost to it.
            raise TemporarilyUnavailable("The answer could not be recorded; try again") from error
        return replace(reply, reply=None, kept_at=key)

    def find(self, reply: StoredReply) -> StoredReply:
        """Return a reply that lies in the bucket; without its content where that is gone.

        Raises TemporarilyUnavailable.
        """
        try:
            packed = self._blobs.get(reply.kept_at, MAX_LARGE_BYTES)
        except NotFound:
            packed = None
        except ClientError as error:
            raise TemporarilyUnavailable("The answer cannot be read now; try again") from error
        return StoredReply(reply.body_hash, unpack_reply(packed))
