"""What a layer leaves out: files that no function reads, a third of the size of the wheels."""

import shutil
from pathlib import Path

RULES = (
    "**/tests",
    "**/*.pyi",
    "**/__pycache__",
    "bin",
    # onnxruntime's tools for making models; sessions need none of them.
    "onnxruntime/transformers",
    "onnxruntime/tools",
    "onnxruntime/quantization",
    "onnxruntime/datasets",
    # Networks that other runtimes are tested with.
    "onnx/backend/test",
    # For C programs: the Python module has the same runtime linked into itself.
    "onnxruntime/capi/libonnxruntime.so*",
)
"""Globs below the layer's `python` folder."""


def trim(packages: Path) -> None:
    """Delete what the rules name."""
    for rule in RULES:
        for path in list(packages.glob(rule)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
