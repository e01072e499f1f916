"""Measurements in processes of their own.

What one part loads, pins or leaves in memory must not be in the figures of another.
"""

import json
import sys
from typing import Any

from infra.local.commands import run
from infra.local.progress import note
from infra.repository import ROOT

PATIENCE_SECONDS = 1200


def in_child(module: str, **arguments: object) -> Any:
    """Run `python -m module` with the arguments as JSON; return the JSON of its last line."""
    printed = run(
        [sys.executable, "-m", module, json.dumps(arguments)],
        what=f"The measurement {module.rpartition('.')[2]}",
        timeout_seconds=PATIENCE_SECONDS,
        folder=ROOT,
        on_line=_show,
    )
    return json.loads(printed.splitlines()[-1])


def arguments_of_child() -> Any:
    """Return what `in_child` was given."""
    return json.loads(sys.argv[1])


def _show(line: str) -> None:
    if not line.startswith(("{", "[")):
        note(f"     {line.rstrip()}")
