"""Entry point of inference."""

from typing import Any

from oriel.settings import Settings

from functions.inference.deps import build

_APP = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return _APP.answer(event)
