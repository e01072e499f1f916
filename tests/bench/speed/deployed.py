"""The inference function laid out as Lambda lays it out: /var/task, /opt and the runtime's own.

The folders hold links to what a deployment would upload. The interpreter is this one's, and sees
nothing else of the project: neither its environment nor its bytecode.
"""

import compileall
import py_compile
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from infra.build_folder import made_once
from infra.function_code import stage_function
from infra.layers import BuiltLayers, build_layers, host_target
from infra.own_layers import stage_layer
from infra.repository import BUILD, CORE_LAYER, VISION_LAYER

RUNTIME_PACKAGES = ("awslambdaric", "boto3")
"""What Lambda brings besides Python."""
# As Lambda starts Python, but for the folders' names. It can write into none of them.
_FLAGS = ("-B", "-I", "-S")


@dataclass(frozen=True, slots=True)
class Layout:
    """Folders in the order in which Lambda looks for modules."""

    task: Path
    opt: Path
    runtime: Path

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command that runs a program that sees these folders alone."""
        folders = [str(self.task), str(self.opt), str(self.runtime)]
        seeing = f"import sys; sys.path[:0] = {folders!r}\n{program}"
        return [sys.executable, *_FLAGS, "-c", seeing, *arguments]


def lay_out(folder: Path) -> Layout:
    """Link what a deployment of this interpreter's would hold into a folder."""
    layers = build_layers(host_target())
    task = folder / "task"
    task.symlink_to(stage_function("inference", layers.compiler), target_is_directory=True)
    return Layout(task, _opt(folder / "opt", layers), _runtime())


def _opt(folder: Path, layers: BuiltLayers) -> Path:
    """Lay all layers into one folder, as Lambda does."""
    folder.mkdir()
    own = (
        stage_layer(layer, layers.compiler, native=layers.native)
        for layer in (CORE_LAYER, VISION_LAYER)
    )
    for layer in (*own, layers.core, layers.vision):
        for entry in (layer / "python").glob("[!.]*"):
            (folder / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    return folder


def _runtime() -> Path:
    """Copy what Lambda brings out of this environment, with bytecode, as Lambda has it."""
    names = sorted(set(_with_dependencies(*RUNTIME_PACKAGES)))
    versions = "-".join(f"{name}-{metadata.version(name)}" for name in RUNTIME_PACKAGES)

    def make(folder: Path) -> None:
        for name in names:
            _copy(name, folder)
        compileall.compile_dir(
            folder, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )

    return made_once(BUILD / "bench" / f"runtime-{sys.implementation.cache_tag}-{versions}", make)


def _with_dependencies(*names: str) -> Iterator[str]:
    for name in names:
        yield name
        needed = metadata.requires(name) or []
        plain = [one for one in needed if "extra ==" not in one]
        yield from _with_dependencies(*(re.split(r"[^\w.-]", one)[0] for one in plain))


def _copy(name: str, folder: Path) -> None:
    for file in metadata.files(name) or []:
        source = Path(str(file.locate()))
        if file.parts[0] == ".." or source.suffix == ".pyc" or not source.is_file():
            continue
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
