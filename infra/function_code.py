"""A function's asset: its own folder and the package it lies in, nothing of the others."""

import hashlib
import shutil
from pathlib import Path

from infra.build_folder import made_once
from infra.repository import BUILD, FUNCTIONS


class NoSuchFunction(Exception):
    """There is no handler under this name."""


def stage_function(name: str) -> Path:
    """Return a folder that holds `functions/__init__.py` and `functions/<name>/`."""
    source = FUNCTIONS / name
    if not (source / "handler.py").is_file():
        raise NoSuchFunction(f"functions/{name}/handler.py is missing")
    files = [FUNCTIONS / "__init__.py", *sorted(source.rglob("*.py"))]
    # A link, such as that to the API's description, is staged as what it leads to.
    files += sorted([*source.rglob("*.json"), *source.rglob("LICENSE")])

    def make(folder: Path) -> None:
        for file in files:
            copy = folder / "functions" / file.relative_to(FUNCTIONS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)

    return made_once(BUILD / "functions" / f"{name}-{_digest(files)}", make)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(FUNCTIONS)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
