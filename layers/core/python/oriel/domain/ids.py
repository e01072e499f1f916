"""Identifiers: lower-case UUID version 4 strings, as the public contract needs them."""

import hashlib
import re
import uuid

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a fresh random identifier."""
    return str(uuid.uuid4())


def derived_id(*parts: str) -> str:
    """Return the identifier that follows from these parts: nobody can guess it without them."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def is_id(text: object) -> bool:
    """Tell whether `text` has the form of an identifier."""
    return isinstance(text, str) and _UUID4.fullmatch(text) is not None
