"""Python environments apart from the project's own, made with uv and this interpreter."""

import os
import shutil
import sys
from pathlib import Path

from infra.local.commands import run
from infra.local.failures import MissingTool
from infra.local.folders import TOOLS
from infra.local.tools.making import ensure_made, stamp_of
from infra.repository import ROOT

INSTALL_SECONDS = 900
EMULATOR_REQUIREMENTS = ROOT / "infra" / "local" / "emulator-requirements.txt"
VENV_VARIABLES = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT")


def uv() -> str:
    """The uv that runs this, or the one on the path; raises MissingTool."""
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        raise MissingTool("uv is not on the path: `pip install uv`, then `uv run poe up`.")
    return found


def outside() -> dict[str, str]:
    """This process's environment without what ties it to the project's environment."""
    return {name: value for name, value in os.environ.items() if name not in VENV_VARIABLES}


def interpreter_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / "bin" / "python"


def make_venv(folder: Path, *options: str) -> None:
    """An empty environment with the interpreter that runs this."""
    run(
        [uv(), "venv", "--quiet", "--no-project", "--python", sys.executable, *options, folder],
        what="Making a Python environment",
        timeout_seconds=INSTALL_SECONDS,
        environment=outside(),
    )


def install(folder: Path, requirements: Path) -> None:
    """Put what a requirements file names into an environment."""
    run(
        [uv(), "pip", "install", "--quiet", "--python", interpreter_of(folder), "-r", requirements],
        what="Installing Python packages",
        timeout_seconds=INSTALL_SECONDS,
        environment=outside(),
    )


def ensure_emulator() -> Path:
    """The interpreter of the environment that holds the emulator, which pins its own botocore."""

    def make(folder: Path) -> None:
        make_venv(folder)
        install(folder, EMULATOR_REQUIREMENTS)

    folder = ensure_made(
        TOOLS / "emulator",
        stamp_of(EMULATOR_REQUIREMENTS),
        make,
        what="Installing the emulator",
        megabytes=150,
    )
    return interpreter_of(folder)


def ensure_runtime() -> Path:
    """The interpreter that stands in for the Lambda runtime: it holds boto3, as that does."""

    def make(folder: Path) -> None:
        make_venv(folder)
        requirements = folder / "requirements.txt"
        _export_runtime(requirements)
        install(folder, requirements)

    folder = ensure_made(
        TOOLS / "runtime",
        stamp_of(ROOT / "uv.lock", "group runtime"),
        make,
        what="Installing the functions' runtime",
        megabytes=100,
    )
    return interpreter_of(folder)


def _export_runtime(requirements: Path) -> None:
    options = ("--frozen", "--no-emit-project", "--only-group", "runtime", "--no-header", "--quiet")
    run(
        [uv(), "export", *options, "--output-file", requirements],
        what="Reading uv.lock",
        timeout_seconds=INSTALL_SECONDS,
        environment=outside(),
        folder=ROOT,
    )
