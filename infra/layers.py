"""Third-party layers, built from `uv.lock` without Docker.

A layer is a folder with `python/` in it, named by what it was made from, so that a second synthesis
finds it in `.build/layers`. Wheels only: nothing is compiled, and what has no wheel for the target
fails the build.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.build_folder import made_once
from infra.bytecode import HOST_PYTHON, Compiler, compile_folder, compiler_for
from infra.layer_checks import check_binaries, check_imports
from infra.layer_trimming import RULES, trim
from infra.own_layers import SEEN_AS
from infra.repository import BUILD, ROOT
from infra.runtime import DEFAULT_ARCHITECTURE, LAMBDA_PYTHON

# Amazon Linux 2023, on which the runtime stands, has glibc 2.34.
WHEELS = "manylinux_2_34"
WHEEL_PLATFORMS = {"x86_64": f"x86_64-{WHEELS}", "arm64": f"aarch64-{WHEELS}"}


class LayerBuildFailed(Exception):
    """A layer could not be built; says what uv said."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a layer is built for; `wheel_platform` is None for the interpreter that runs this."""

    name: str
    python: str
    wheel_platform: str | None

    @property
    def native(self) -> bool:
        """Whether this machine's kind of processor is the target's."""
        platforms = (None, f"{platform.machine()}-{WHEELS}")
        return sys.platform == "linux" and self.wheel_platform in platforms

    @property
    def compiler(self) -> Compiler | None:
        """What makes the layers' bytecode, None where this machine has no such interpreter."""
        return compiler_for(self.python)


@dataclass(frozen=True, slots=True)
class BuiltLayers:
    """The folders of the third-party layers, each with `python/` in it.

    `stripe` is None where nothing is told to Stripe. `compiler` makes bytecode for the functions'
    interpreter, where there is such a one. `native` says that networks can be optimised here for
    the processors that will run them.
    """

    core: Path
    vision: Path
    onnx: Path
    compiler: Compiler | None = None
    native: bool = False
    stripe: Path | None = None


def lambda_target(architecture: str = DEFAULT_ARCHITECTURE) -> Target:
    """The Lambda runtime on this architecture."""
    return Target(f"lambda-{architecture}", LAMBDA_PYTHON, WHEEL_PLATFORMS[architecture])


def host_target() -> Target:
    """The interpreter that runs this, on this machine."""
    return Target(f"host-{platform.system()}-{platform.machine()}".lower(), HOST_PYTHON, None)


def build_layers(target: Target, *, stripe: bool = False) -> BuiltLayers:
    """Build what is not built yet, Stripe's only where asked; raises LayerBuildFailed."""
    core, vision = _build("layer-core", target), _build("layer-vision", target)
    onnx = _build("layer-onnx", target, core, vision)
    payments = _build("layer-stripe", target, core) if stripe else None
    return BuiltLayers(core, vision, onnx, target.compiler, target.native, payments)


def _build(group: str, target: Target, *beside: Path) -> Path:
    """Build a layer; what it shares with those that always lie beside it is left to them."""
    shared = [f"--no-emit-package={name}" for name in sorted(_names(beside))]
    requirements = _uv("export", "--frozen", "--only-group", group, "--no-header", *shared)
    with_bytecode = target.compiler is not None
    recipe = f"{requirements}\0{target}\0{RULES}\0{with_bytecode}"
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:16]

    def make(folder: Path) -> None:
        print(f"building {group} for Python {target.python} ({target.name})", file=sys.stderr)
        packages = folder / "python"
        _install(requirements, target, packages)
        trim(packages)
        _check(group, target, packages, beside)
        if target.compiler is not None:
            compile_folder(folder, target.compiler, SEEN_AS)

    return made_once(BUILD / "layers" / f"{group}-{target.name}-{digest}", make)


def _install(requirements: str, target: Target, packages: Path) -> None:
    _uv(
        *("pip", "install", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--python", sys.executable, "--target", str(packages)),
        *_cross(target),
        *("--requirements", "-"),
        stdin=requirements,
    )


def _cross(target: Target) -> tuple[str, ...]:
    if target.wheel_platform is None:
        return ()
    return ("--python-version", target.python, "--python-platform", target.wheel_platform)


def _names(layers: Iterable[Path]) -> set[str]:
    """Return the names of the packages that layers hold, as uv normalises them."""
    found = (info for layer in layers for info in (layer / "python").glob("*.dist-info"))
    return {info.name.partition("-")[0].lower().replace("_", "-") for info in found}


def _check(group: str, target: Target, packages: Path, beside: Sequence[Path]) -> None:
    if target.wheel_platform is not None:
        # Another interpreter's modules cannot be imported here.
        check_binaries(packages, target.wheel_platform.partition("-")[0], target.python)
        return
    check_imports(group, packages, *(layer / "python" for layer in beside))


def _uv(*arguments: str, stdin: str | None = None) -> str:
    program = os.environ.get("UV") or shutil.which("uv")
    if program is None:
        raise LayerBuildFailed("uv is not on the PATH: `pip install uv`")
    done = subprocess.run(
        # The CDK command line asks its children for colours, even where they write to a file.
        [program, "--quiet", "--color", "never", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LayerBuildFailed(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
    return done.stdout
