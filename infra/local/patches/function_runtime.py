"""Functions run on the interpreter of the functions' runtime, and end with the emulator.

The emulator runs every Python runtime on its own interpreter, whose environment holds its own
botocore and nothing that Lambda's runtime brings. And a worker in the midst of a call outlives an
emulator that was killed.
"""

import os
from pathlib import Path

from ministack.core import lambda_runtime

PARENT_WATCH = Path(__file__).parents[1] / "parent_watch.py"


def apply() -> None:
    """Choose the interpreter and put the parent watch before the worker's program."""
    interpreter = os.environ["ORIEL_RUNTIME_PYTHON"]
    watch = PARENT_WATCH.read_text() + "\n\ndie_with_parent()\n"
    detect = lambda_runtime._detect_runtime_binary

    def detect_ours(runtime: str) -> tuple[str, str]:
        program, script = detect(runtime)
        return (interpreter, watch + script) if runtime.startswith("python") else (program, script)

    lambda_runtime._detect_runtime_binary = detect_ours
