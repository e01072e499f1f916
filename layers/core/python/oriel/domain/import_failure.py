"""Turns what Step Functions caught in an import into a reason a person can act on."""

import json
from collections.abc import Iterator

from oriel.domain.errors import OrielError
from oriel.domain.failure import shorten

_AGAIN = (
    "Start the import again: what is done stays. If it happens again, tell whoever operates this "
    "deployment."
)


def import_failure(error: str, cause: str) -> str:
    """Say why an import failed, in at most 500 characters, without keys, paths or addresses."""
    if error not in set(_names(OrielError)):
        return shorten(f"The import met an internal error ({error}). {_AGAIN}")
    try:
        details = json.loads(cause)
    except ValueError:
        details = {}
    said = details.get("errorMessage") if isinstance(details, dict) else None
    return shorten(str(said or cause))


def _names(kind: type[OrielError]) -> Iterator[str]:
    for child in kind.__subclasses__():
        yield child.__name__
        yield from _names(child)
