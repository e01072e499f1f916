"""Cursors: where a page of a listing ended, for the caller to hand back."""

import base64
import binascii
import re

from oriel.domain.errors import InvalidInput
from oriel.domain.ids import is_id

_SORT_KEY = re.compile(
    r"([0-9a-f]{16}#)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z#(?P<id>[0-9a-f-]{36})"
)


def to_cursor(place: str) -> str:
    """Wrap a sort key so that it fits a URL; it names no workspace and no table."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_below(cursor: str, prefix: str) -> str:
    """Return the sort key that a cursor of a partition's part stands for; raises InvalidInput."""
    place = _unwrapped(cursor)
    if not re.fullmatch(rf"{re.escape(prefix)}\w{{1,100}}", place):
        raise InvalidInput("page is not a page of this listing")
    return place


def _unwrapped(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def place_of(cursor: str) -> str:
    """Return the sort key that a cursor wraps; raises InvalidInput for what is no cursor."""
    place = _unwrapped(cursor)
    found = _SORT_KEY.fullmatch(place)
    if found is None or not is_id(found["id"]):
        raise InvalidInput("page is not a page of this listing")
    return place
