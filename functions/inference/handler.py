"""Entry point of inference."""

import gc

# Nothing of what is read now will ever be garbage: looking for some took a tenth of the start.
gc.disable()

from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from typing import TYPE_CHECKING, Any, Protocol  # noqa: E402

from oriel.settings import Settings  # noqa: E402
from oriel_vision.backbone import Backbone  # noqa: E402

if TYPE_CHECKING:
    from functions.inference.instance import Instance


def _start(settings: Settings) -> "Instance":
    """Open the backbone, which takes no Python, while the modules are read (ADR 23)."""
    with ThreadPoolExecutor(1) as aside:
        opening = aside.submit(Backbone.load, settings.backbone, threads=settings.cores)
        from functions.inference.deps import build  # noqa: PLC0415
        from functions.inference.instance import Instance  # noqa: PLC0415

        inference = build(settings, opening.result)
    return Instance(inference.app, inference.shadows, awaited=not settings.started_ahead)


_INSTANCE = _start(Settings.load())
# What was loaded until now stays for as long as the process: a collection that looked at all of it
# would hold up some request by 70 ms.
gc.freeze()
gc.enable()


class Context(Protocol):
    """What is used of Lambda's context."""

    aws_request_id: str


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer a request of API Gateway, or let a candidate answer what a queue names."""
    return _INSTANCE.invoke(event, context.aws_request_id)
