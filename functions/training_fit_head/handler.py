"""Entry point of the FitHead step."""

from typing import Any

from oriel.settings import Settings

from functions.training_fit_head.deps import build
from functions.training_fit_head.step import run

_FIT_HEAD = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Solve and store the head of a snapshot."""
    return run(event, _FIT_HEAD)
