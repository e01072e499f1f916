"""A function's asset: its own folder and the package it lies in, nothing of the others."""

import shutil
from pathlib import Path

from infra.build_folder import digest_of, made_once
from infra.bytecode import Compiler, compile_folder
from infra.repository import BUILD, FUNCTIONS

SEEN_AS = "/var/task"


class NoSuchFunction(Exception):
    """There is no handler under this name."""


def stage_function(name: str, compiler: Compiler | None = None) -> Path:
    """Return a folder that holds `functions/__init__.py` and `functions/<name>/`.

    With a `compiler` their bytecode lies beside the modules. Raises NoSuchFunction.
    """
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
        if compiler is not None:
            compile_folder(folder, compiler, SEEN_AS)

    digest = digest_of(files, FUNCTIONS, compiler.python if compiler else "")
    return made_once(BUILD / "functions" / f"{name}-{digest}", make)
