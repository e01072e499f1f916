"""Checks that a trimmed layer still is what its target can run."""

import struct
import subprocess
import sys
from pathlib import Path

ENTRY_MODULES = {
    "layer-core": (
        "aws_lambda_powertools.event_handler",
        "aws_lambda_powertools.logging",
        "aws_lambda_powertools.metrics",
        "aws_lambda_powertools.utilities.batch",
        "multipart",
        "pybase64",
        "pydantic",
    ),
    "layer-onnx": ("onnx", "onnx.checker", "onnx.helper", "onnx.numpy_helper"),
    "layer-stripe": ("requests", "stripe", "stripe.billing"),
    "layer-vision": ("numpy", "onnxruntime", "PIL.Image", "PIL._avif", "PIL._webp"),
}
"""What the functions import of each layer."""

# `e_machine` of the ELF header, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
ELF_MACHINE_OFFSET = 18


class UnusableLayer(Exception):
    """A layer does not run on its target; says what is wrong."""


def check_imports(group: str, packages: Path, *beside: Path) -> None:
    """Import what the functions use from these folders alone; raises UnusableLayer."""
    modules, folders = ENTRY_MODULES[group], [str(folder) for folder in (packages, *beside)]
    # boto3 is the runtime's part: Powertools reads it only where a function uses such a feature.
    program = f"import sys; sys.path[:0] = {folders!r}; import {', '.join(modules)}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise UnusableLayer(f"{group} cannot be imported:\n{done.stderr.strip()}")


def check_binaries(packages: Path, machine: str, python: str) -> None:
    """Look at every extension module's machine and interpreter; raises UnusableLayer."""
    interpreter = f".cpython-{python.replace('.', '')}-"
    for module in packages.rglob("*.so*"):
        if _machine_of(module) != ELF_MACHINES[machine]:
            raise UnusableLayer(f"{module.name} is not made for {machine}")
        if ".cpython-" in module.name and interpreter not in module.name:
            raise UnusableLayer(f"{module.name} is not made for Python {python}")


def _machine_of(module: Path) -> int:
    with module.open("rb") as file:
        header = file.read(ELF_MACHINE_OFFSET + 2)
    machine: int = struct.unpack_from("<H", header, ELF_MACHINE_OFFSET)[0]
    return machine
