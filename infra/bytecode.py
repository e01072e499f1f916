"""Bytecode beside what is deployed.

A function can write neither where its layers lie nor where its own code does: without bytecode each
cold start compiles every module that it imports. It takes an interpreter of the functions' version
to make it. The machine that deploys need not have one; then it is told what that costs.
"""

import functools
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HOST_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_TAG = "import sys; print(sys.implementation.cache_tag)"


class NotCompiled(Exception):
    """An interpreter refused what is to be deployed; says what it said."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """An interpreter of a version such as `3.13`, whose bytecode all interpreters of it read."""

    program: str
    python: str


@functools.cache
def compiler_for(python: str) -> Compiler | None:
    """Return an interpreter of a version such as `3.13`, None where this machine has none."""
    if python == HOST_PYTHON:
        return Compiler(sys.executable, python)
    found = shutil.which(f"python{python}") or _uv_knows(python)
    if found is not None and _tag_of(found) == f"cpython-{python.replace('.', '')}":
        return Compiler(found, python)
    print(
        f"no Python {python} here: functions are deployed without bytecode, and each cold start "
        f"compiles its modules. `uv python install {python}` mends that",
        file=sys.stderr,
    )
    return None


def compile_folder(folder: Path, compiler: Compiler, seen_as: str) -> None:
    """Lay bytecode beside all modules below a folder; raises NotCompiled.

    `seen_as` is where the folder will lie. The files' times do not matter to the bytecode: they do
    not survive the archive.
    """
    done = subprocess.run(
        [
            *(compiler.program, "-I", "-S", "-m", "compileall", "-q"),
            *("-s", str(folder), "-p", seen_as, "--invalidation-mode", "unchecked-hash"),
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotCompiled(f"{folder.name}: {done.stdout.strip()}{done.stderr.strip()}")


def _uv_knows(python: str) -> str | None:
    uv = shutil.which("uv")
    return uv and _said([uv, "--quiet", "--offline", "python", "find", "--no-project", python])


def _tag_of(interpreter: str) -> str | None:
    # A version manager's stand-in for an interpreter that is not chosen is there, and fails.
    return _said([interpreter, "-I", "-S", "-c", _TAG])


def _said(command: list[str]) -> str | None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
