"""One process of the function: what it is invoked with, one event after another."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from functions.inference.shadow_batch import run

if TYPE_CHECKING:
    from oriel.services.shadows import ShadowRunner

COLD_START = "X-Oriel-Cold-Start"
"""Whether the caller of this request waited for the process to start: `true` or `false`."""


class _Answers(Protocol):
    def answer(self, event: Mapping[str, Any], invocation_id: str) -> dict[str, Any]: ...


class Instance:
    """Tells requests of API Gateway from batches of a queue, and its first event from others.

    `awaited` is whether anybody waits for the start of a process: not where Lambda keeps started
    ones (provisioned concurrency).
    """

    def __init__(self, app: _Answers, shadows: "ShadowRunner", *, awaited: bool) -> None:
        self._app, self._shadows = app, shadows
        self._is_cold = awaited

    def invoke(self, event: dict[str, Any], invocation_id: str) -> dict[str, Any]:
        """Answer a request, or let a candidate answer what a queue names."""
        is_cold, self._is_cold = self._is_cold, False
        if "Records" in event:
            return run(event, self._shadows)
        reply = self._app.answer(event, invocation_id)
        return {**reply, "headers": {**reply["headers"], COLD_START: str(is_cold).lower()}}
