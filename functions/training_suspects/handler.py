"""Entry point of the Suspects step."""

from typing import Any

from oriel.settings import Settings

from functions.training_suspects.deps import build
from functions.training_suspects.step import run

_FIND_SUSPECTS = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look which labels of a snapshot's pictures may be wrong."""
    return run(event, _FIND_SUSPECTS)
