"""`poe test-job`: the training script's tests, with the interpreter that runs full trainings.

What only the tests need lies in a folder of its own, so that trainings never see it.
"""

import os
import subprocess
import sys
from pathlib import Path

from infra.local.commands import run
from infra.local.failures import LocalFailure
from infra.local.folders import JOB_REQUIREMENTS, TOOLS
from infra.local.progress import note
from infra.local.tools.job import ensure_job
from infra.local.tools.making import ensure_made, stamp_of
from infra.local.tools.python import outside
from infra.repository import ROOT

SUITE = ROOT / "tests" / "job"
INSTALL_SECONDS = 900


def _ensure_test_packages(interpreter: Path) -> Path:
    requirements = SUITE / "requirements.txt"

    def make(folder: Path) -> None:
        run(
            [interpreter, "-m", "pip", "install", "--target", folder, "-r", requirements],
            what="Installing what the training script's tests need",
            timeout_seconds=INSTALL_SECONDS,
            environment=outside(),
        )

    return ensure_made(
        TOOLS / "job-tests",
        stamp_of(JOB_REQUIREMENTS, requirements),
        make,
        what="Installing what the training script's tests need",
        megabytes=100,
    )


def main() -> int:
    """Run the suite; its status is pytest's."""
    try:
        interpreter = ensure_job()
        packages = _ensure_test_packages(interpreter)
    except LocalFailure as failure:
        note(f"\n{failure}")
        return failure.exit_code
    suite: list[Path | str] = ["-c", SUITE / "pytest.ini", SUITE]
    command = [interpreter, "-m", "pytest", *suite, *sys.argv[1:]]
    environment = {**outside(), "PYTHONPATH": os.fspath(packages)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
