"""Fine-tunes the backbone on one dataset snapshot: the entry point of SageMaker's script mode.

It reads the SM_* variables and nothing else, so it runs as well outside SageMaker's container.
"""

import os
import sys
import time
import traceback
from contextlib import suppress

from budget import Budget
from errors import TrainingImpossible
from interruption import listen, stop_if_asked
from job_environment import failure_file, read_environment
from memory import keep_freed_memory
from progress_file import PROGRESS

MOST_REASON_CHARACTERS = 1024
"""What SageMaker keeps of a failure file."""


def main() -> None:
    """Train; a fault ends in SageMaker's failure file and status 1."""
    started = time.monotonic()
    listen()
    try:
        job = read_environment(os.environ)
        PROGRESS.keep_in(job.checkpoints)
        # On a busy machine threads that spin while they wait slow each other down fifteenfold.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        keep_freed_memory()
        # Only now, since it takes seconds: the budget runs, and a failure is told.
        from training import train  # noqa: PLC0415

        train(job, Budget(job.options.time_budget_seconds, started))
    except TrainingImpossible as reason:
        _fail(str(reason))
    except Exception as fault:  # noqa: BLE001 - the edge: every fault has to reach the person
        # One that waits for others fails where they were told to leave, a moment before it was.
        stop_if_asked()
        traceback.print_exc()
        _fail(f"The training script failed ({type(fault).__name__}); its log says where")


def _fail(reason: str) -> None:
    line = " ".join(reason.split())[:MOST_REASON_CHARACTERS]
    print(f"phase=failed reason={line}", flush=True)
    file = failure_file(os.environ)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # What another process of this machine failed of first is the cause.
        with suppress(FileExistsError), file.open("x") as new:
            new.write(line)
    sys.exit(1)


if __name__ == "__main__":
    main()
