"""Entry point of inference."""

from typing import Any, Protocol

from oriel.settings import Settings

from functions.inference.deps import build
from functions.inference.shadow_batch import run

_INFERENCE = build(Settings.load())


class Context(Protocol):
    """What is used of Lambda's context."""

    aws_request_id: str


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer a request of API Gateway, or let a candidate answer what a queue names."""
    if "Records" in event:
        return run(event, _INFERENCE.shadows)
    return _INFERENCE.app.answer(event, context.aws_request_id)
