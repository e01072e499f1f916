"""The environment of full trainings: the training script's own requirements, with torch."""

from pathlib import Path

from infra.local.commands import run
from infra.local.folders import JOB_REQUIREMENTS, TOOLS
from infra.local.progress import note
from infra.local.tools.making import ensure_made, stamp_of
from infra.local.tools.python import interpreter_of, make_venv, outside

INSTALL_SECONDS = 3600
FOLDER = TOOLS / "job"
# What the CPU build takes; the CUDA build takes about 6 GB and says so itself when it does not fit.
MEGABYTES = 1500


def job_interpreter() -> Path:
    """Where the environment's interpreter lies once it is made."""
    return interpreter_of(FOLDER)


def job_stamp() -> str:
    """Names what the environment is made from; the local requirements include the others."""
    return stamp_of(*sorted(JOB_REQUIREMENTS.parent.glob("requirements*.txt")))


def ensure_job() -> Path:
    """Make the environment with pip, which honours the user's own pip settings, unlike uv."""

    def make(folder: Path) -> None:
        note(
            "   On Linux pip's default torch brings CUDA (gigabytes). For a CPU build stop this "
            "and set PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS to where one lies."
        )
        make_venv(folder, "--seed")
        run(
            [interpreter_of(folder), "-m", "pip", "install", "-r", JOB_REQUIREMENTS],
            what="Installing the training environment",
            timeout_seconds=INSTALL_SECONDS,
            environment=outside(),
            on_line=_show,
        )

    ensure_made(
        FOLDER,
        job_stamp(),
        make,
        what="Installing the training environment (torch)",
        megabytes=MEGABYTES,
    )
    return job_interpreter()


def _show(line: str) -> None:
    if line.startswith(("Collecting", "Downloading", "  Downloading", "Installing", "Processing")):
        note(f"     {line.strip()[:100]}")
