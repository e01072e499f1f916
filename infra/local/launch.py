"""Start the emulator with this project's patches; run by the emulator environment's interpreter.

    python launch.py [--without PATCH]...

Ports, folders and interpreters come from the environment, as the emulator's own settings do. Its
end is the end of everything it started: functions' workers, training jobs, unpacked code.
"""

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infra.local.parent_watch import die_with_parent

SAVE_SECONDS = 20


def main() -> None:
    """Serve until SIGTERM or SIGINT, or until the starter is gone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", action="append", default=[], help="a patch to leave out")
    without = parser.parse_args().without
    die_with_parent(_end_gracefully)

    from ministack import app  # noqa: PLC0415 - reads its settings when it is imported

    from infra.local.patches.all import apply_patches  # noqa: PLC0415

    stop_jobs = apply_patches(without=frozenset(without))
    sys.argv = sys.argv[:1]
    status = 0
    try:
        app.main()
    except SystemExit as ended:
        status = 1 if ended.code else 0
    except OSError:
        traceback.print_exc()
        status = 1
    _stop_workers()
    stop_jobs()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads that wait for a function or a job must not hold the process.
    os._exit(status)


def _end_gracefully() -> None:
    """Save the state as on SIGTERM, but never linger."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SAVE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _stop_workers() -> None:
    from ministack.core import lambda_runtime  # noqa: PLC0415

    stopper = threading.Thread(target=lambda_runtime.reset, daemon=True)
    stopper.start()
    stopper.join(timeout=10)


if __name__ == "__main__":
    main()
