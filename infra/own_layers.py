"""The layers of the project's own packages: their sources, with bytecode where it can be made."""

import os
import shutil
from pathlib import Path

from infra.build_folder import digest_of, made_once
from infra.bytecode import Compiler, compile_folder
from infra.repository import BUILD

_LEFT_OUT = {"__pycache__", ".DS_Store"}
SEEN_AS = "/opt"


def stage_layer(layer: Path, compiler: Compiler | None) -> Path:
    """Return a folder with what lies in the layer's `python` folder, and nothing else of it."""
    files = [
        file
        for file in sorted((layer / "python").rglob("*"))
        if file.is_file() and not _LEFT_OUT & set(file.parts) and file.suffix != ".pyc"
    ]

    def make(folder: Path) -> None:
        for file in files:
            _place(file, folder / file.relative_to(layer))
        if compiler is not None:
            compile_folder(folder, compiler, SEEN_AS)

    digest = digest_of(files, layer, compiler.python if compiler else "")
    return made_once(BUILD / "layers" / f"own-{layer.name}-{digest}", make)


def _place(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix != ".py":
        # Networks are large, and are replaced, never changed: a link takes no room.
        try:
            os.link(file, target)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(file, target)
