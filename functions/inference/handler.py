"""Entry point of inference."""

import gc
from typing import Any, Protocol

from oriel.settings import Settings

from functions.inference.deps import build
from functions.inference.instance import Instance


def _start(settings: Settings) -> Instance:
    inference = build(settings)
    return Instance(inference.app, inference.shadows, awaited=not settings.started_ahead)


_INSTANCE = _start(Settings.load())
# What was loaded until now stays for as long as the process: a collection that looked at all of it
# would hold up some request by 70 ms.
gc.freeze()


class Context(Protocol):
    """What is used of Lambda's context."""

    aws_request_id: str


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer a request of API Gateway, or let a candidate answer what a queue names."""
    return _INSTANCE.invoke(event, context.aws_request_id)
