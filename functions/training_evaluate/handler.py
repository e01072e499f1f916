"""Entry point of the Evaluate step."""

from typing import Any

from oriel.settings import Settings

from functions.training_evaluate.deps import build
from functions.training_evaluate.step import run

_STEPS = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Measure a model on its test pictures and keep the figures."""
    return run(event, _STEPS)
