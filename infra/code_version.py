"""A name for the code that makes models: the same wherever the same files are deployed from."""

import hashlib
from pathlib import Path

from infra.repository import CORE_LAYER, ROOT, TRAINING_DEFINITION, VISION_LAYER

MAKERS = (CORE_LAYER / "python", VISION_LAYER / "python", TRAINING_DEFINITION.parent)
SUFFIXES = {".py", ".json", ".txt", ".onnx"}


def code_version() -> str:
    """Return a digest of everything that takes part in making a model."""
    digest = hashlib.sha256()
    for file in sorted(file for folder in MAKERS for file in _sources(folder)):
        digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Path) -> list[Path]:
    hidden = ("__pycache__", ".venv")
    return [
        file
        for file in folder.rglob("*")
        if file.suffix in SUFFIXES and not set(file.parts) & set(hidden)
    ]
