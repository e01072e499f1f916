"""Entry point of inference."""

from typing import Any, Protocol

from oriel.settings import Settings

from functions.inference.deps import build

_APP = build(Settings.load())


class Context(Protocol):
    """What is used of Lambda's context."""

    aws_request_id: str


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return _APP.answer(event, context.aws_request_id)
