"""`poe test-job`: the training script's tests, in the environment that trainings have."""

import signal
import subprocess
import sys
from pathlib import Path

from infra.local.commands import GUARD, run
from infra.local.failures import LocalFailure
from infra.local.folders import ROOT, TOOLS
from infra.local.progress import note
from infra.local.stopping import stoppable
from infra.local.tools.job import INSTALL_SECONDS, ensure_job, job_stamp
from infra.local.tools.making import ensure_made, stamp_of
from infra.local.tools.python import interpreter_of, make_venv, outside

SUITE = ROOT / "tests" / "job"


def main() -> int:
    """Run pytest with this command's own arguments; returns its status."""
    try:
        with stoppable():
            interpreter = ensure_tests_environment()
            # Without site packages of a user: only what the requirements name.
            tests = [interpreter, "-s", "-m", "pytest", "-c", SUITE / "pytest.ini", SUITE]
            command = [sys.executable, GUARD, *tests, *sys.argv[1:]]
            return subprocess.run(command, cwd=ROOT, env=outside(), check=False).returncode
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except LocalFailure as failure:
        note(f"\n{failure}")
        return failure.exit_code


def ensure_tests_environment() -> Path:
    """An environment that adds the tests' requirements to the trainings', which stays clean."""
    job = ensure_job()

    def make(folder: Path) -> None:
        make_venv(folder, "--seed")
        tests = interpreter_of(folder)
        (_packages(tests) / "job.pth").write_text(f"{_packages(job)}\n")
        run(
            [tests, "-m", "pip", "install", "-r", SUITE / "requirements.txt"],
            what="Installing what the job's tests need",
            timeout_seconds=INSTALL_SECONDS,
            environment=outside(),
        )

    folder = ensure_made(
        TOOLS / "job-tests",
        stamp_of(job_stamp(), SUITE / "requirements.txt"),
        make,
        what="Installing what the job's tests need",
        megabytes=100,
    )
    return interpreter_of(folder)


def _packages(interpreter: Path) -> Path:
    """The folder of an environment's packages."""
    return next((interpreter.parents[1] / "lib").glob("python3.*")) / "site-packages"


if __name__ == "__main__":
    sys.exit(main())
