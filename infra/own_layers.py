"""The layers of the project's own packages: their sources, with bytecode where it can be made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.build_folder import digest_of, made_once
from infra.bytecode import Compiler, compile_folder
from infra.repository import BUILD

_LEFT_OUT = {"__pycache__", ".DS_Store"}
SEEN_AS = "/opt"
SERVED = "python/oriel_vision/backbones/lite0/int8.onnx"
"""The network that deployments run; what is made of others would only be carried around."""
AHEAD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from oriel_vision.ahead import make_ahead
make_ahead([Path(sys.argv[2])])
"""


class NotOptimised(Exception):
    """The layer's networks could not be optimised; says why."""


def stage_layer(layer: Path, compiler: Compiler | None, *, native: bool = False) -> Path:
    """Return a folder with what lies in the layer's `python` folder, and nothing else of it.

    Where it is `native`, networks that are optimised already lie beside the layer's networks, since
    what runs them is of the kind of this machine's processor.
    """
    files = [
        file
        for file in sorted((layer / "python").rglob("*"))
        if file.is_file() and not _LEFT_OUT & set(file.parts) and file.suffix != ".pyc"
    ]

    def make(folder: Path) -> None:
        for file in files:
            _place(file, folder / file.relative_to(layer))
        if native and (folder / SERVED).is_file():
            _optimise(folder)
        if compiler is not None:
            compile_folder(folder, compiler, SEEN_AS)

    digest = digest_of(files, layer, compiler.python if compiler else "", str(native))
    return made_once(BUILD / "layers" / f"own-{layer.name}-{digest}", make)


def _optimise(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", AHEAD, str(folder / "python"), str(folder / SERVED)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotOptimised(done.stderr.strip())


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
