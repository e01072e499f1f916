"""Entry point of the meter, the only writer of totals."""

from typing import Any

from oriel.settings import Settings

from functions.meter.batch import run
from functions.meter.deps import build

_METER = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Count usage facts from the stream; commit what waited in the outbox."""
    return run(event, _METER)
