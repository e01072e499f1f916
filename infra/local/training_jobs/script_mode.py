"""Run a training script as the container's toolkit does, and end with the emulator.

Run by the job environment's interpreter: `python script_mode.py PROGRAM [ARGUMENT]...`.
"""

import os
import runpy
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from parent_watch import die_with_parent  # type: ignore[import-not-found]


def _end_group() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    die_with_parent(_end_group)
    sys.path[:2] = [str(Path.cwd())]
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
