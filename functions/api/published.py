"""What anybody may read without a token: the API's description, for programs and for people."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from oriel.values import dataclass

_DOCUMENT = Path(__file__).parent / "openapi.json"
"""In the repository a link to `docs/openapi.json`, in the function's asset a copy of it."""
_CACHED = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Published:
    """A text that is the same for everybody until the next deployment."""

    content_type: str
    text: str
    headers: Mapping[str, str]


@cache
def for_programs() -> Published:
    """Return the OpenAPI document, without the blanks that make it readable in a diff."""
    return Published(
        content_type="application/json",
        text=json.dumps(_document(), separators=(",", ":")),
        headers=_CACHED,
    )


@cache
def for_people() -> Published:
    """Return the page."""
    # Read only here: nothing that needs a token waits for it.
    from functions.api.page.render import render  # noqa: PLC0415
    from functions.api.page.style import STYLE  # noqa: PLC0415

    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Published(
        content_type="text/html; charset=utf-8",
        text=render(_document()),
        headers={
            **_CACHED,
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
        },
    )


PUBLISHED: Mapping[str, Callable[[], Published]] = {
    "/openapi.json": for_programs,
    "/docs": for_people,
}
"""By path; nobody is asked for a token."""


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_DOCUMENT.read_bytes())
    return document
