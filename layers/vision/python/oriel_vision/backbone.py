"""The shared backbones: pictures in, embeddings out."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from oriel_vision.ahead import read_ahead
from oriel_vision.session import open_session

FOLDER = Path(__file__).parent / "backbones"
_FILES = {"lite0-int8": ("lite0", "int8.onnx"), "lite0-fp32": ("lite0", "fp32.onnx")}


class UnknownBackbone(ValueError):
    """There is no backbone of this name."""


class CorruptBackbone(Exception):
    """A backbone's file is not the one that its provenance describes."""


@dataclass(frozen=True, slots=True)
class Backbone:
    """A loaded backbone; `input_size` is the side of its square input in pixels."""

    name: str
    input_size: int
    dim: int
    _session: ort.InferenceSession

    @classmethod
    def load(cls, name: str, *, threads: int = 1, folder: Path = FOLDER) -> "Backbone":
        """Open the backbone; raises UnknownBackbone, CorruptBackbone and CorruptAhead."""
        file, provenance = _found(name, folder)
        return cls(
            name=name,
            input_size=provenance["input"]["shape"][1],
            dim=provenance["output"]["shape"][1],
            _session=_session(file, provenance, threads),
        )

    def embed(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed RGB uint8 [n, input_size, input_size, 3] as float32 [n, dim], none negative."""
        embeddings: NDArray[np.float32] = self._session.run(["embedding"], {"image": images})[0]
        return embeddings

    def look(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Embed, and return the feature map [n, dim, rows, columns] that embeddings are means of.

        Rows run from the picture's top, columns from its left.
        """
        embeddings, features = self._session.run(["embedding", "features"], {"image": images})
        return embeddings, features


def read_backbone(name: str, folder: Path = FOLDER) -> tuple[bytes, dict[str, Any]]:
    """Return a backbone's file and what is known of it; raises as `Backbone.load` does."""
    file, provenance = _found(name, folder)
    return _checked(file, provenance), provenance


def _found(name: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    if name not in _FILES:
        raise UnknownBackbone(f"no backbone '{name}'; there are {', '.join(_FILES)}")
    architecture, file = _FILES[name]
    note = (folder / architecture / "provenance.json").read_bytes()
    provenance: dict[str, Any] = json.loads(note)
    return folder / architecture / file, provenance


def _session(file: Path, provenance: dict[str, Any], threads: int) -> ort.InferenceSession:
    ahead = read_ahead(file, provenance["files"][file.name]["sha256"])
    if ahead is None:
        return open_session(_checked(file, provenance), threads)
    return open_session(ahead.model, threads, finished=ahead.finished)


def _checked(file: Path, provenance: dict[str, Any]) -> bytes:
    model = file.read_bytes()
    if hashlib.sha256(model).hexdigest() != provenance["files"][file.name]["sha256"]:
        raise CorruptBackbone(f"{file.name} is not the file of its provenance.json")
    return model
