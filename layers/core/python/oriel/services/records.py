"""The records of a recognition request, and the bytes of their pictures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pybase64

from oriel.domain.errors import InvalidInput, InvalidPicture, PayloadTooLarge
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.ports import Fetcher

MAX_RECORDS = 10
MAX_TASKS = 5
"""That one request may ask; each of them is billed for each record that is answered."""
MAX_OWN_BYTES = 8 * 1024
"""Own fields of a record as JSON; they are kept with the answer, whatever their sender pads."""
_DATA_URI = "data:"


@dataclass(frozen=True, slots=True)
class Record:
    """One picture of a request: `base64` where it came along, else `url`.

    `echoed` are the caller's own fields, which the answer repeats.
    """

    url: str | None
    base64: str | None
    echoed: Mapping[str, Any]

    @property
    def is_elsewhere(self) -> bool:
        """Whether the picture has to be fetched from somebody's server."""
        return self.base64 is None and self.url is not None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A record that could not be answered, and what its sender can do about it."""

    record: Record
    problem: str


def picture_bytes(record: Record, fetcher: "Fetcher") -> bytes:
    """Return the bytes of the record's picture; raises InvalidInput with what to correct."""
    if record.base64 is not None:
        return decode_base64(record.base64)
    if record.url is not None:
        return fetcher.fetch(record.url).data
    raise InvalidInput("The record has neither _url nor _base64")


def decode_base64(text: str) -> bytes:
    """Decode a picture, with or without `data:image/...;base64,` in front and line breaks within.

    Raises InvalidPicture; PayloadTooLarge over the size limit.
    """
    # The scheme of a URI may be written in upper case (RFC 3986, 3.1).
    if text.lstrip()[: len(_DATA_URI)].lower() == _DATA_URI:
        text = text.partition(",")[2]
    try:
        data = _decoded(text)
    except ValueError:
        raise InvalidPicture("The picture is not valid base64") from None
    if not data:
        raise InvalidPicture("The base64 text holds no picture")
    if len(data) > MAX_PICTURE_BYTES:
        raise PayloadTooLarge(f"The picture is larger than {MAX_PICTURE_BYTES} bytes")
    return data


def _decoded(text: str) -> bytes:
    """Decode strictly, but for blanks; raises ValueError."""
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        # Few break their lines: who does not must not wait until megabytes are searched for it.
        return pybase64.b64decode("".join(text.split()), validate=True)
