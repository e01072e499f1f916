"""Entry point of the management API."""

from typing import Any

from oriel.settings import Settings

from functions.api.app import App
from functions.api.deps import build

_APP = App(build(Settings.load()))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return _APP.answer(event, context)
