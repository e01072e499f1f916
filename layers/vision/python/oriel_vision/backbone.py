"""The shared backbones: pictures in, embeddings out."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

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
        """Open the backbone; raises UnknownBackbone, and CorruptBackbone on another SHA-256."""
        model, provenance = read_backbone(name, folder)
        return cls(
            name=name,
            input_size=provenance["input"]["shape"][1],
            dim=provenance["output"]["shape"][1],
            _session=open_session(model, threads),
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
    if name not in _FILES:
        raise UnknownBackbone(f"no backbone '{name}'; there are {', '.join(_FILES)}")
    architecture, file = _FILES[name]
    provenance: dict[str, Any] = json.loads(
        (folder / architecture / "provenance.json").read_bytes()
    )
    model = (folder / architecture / file).read_bytes()
    if hashlib.sha256(model).hexdigest() != provenance["files"][file]["sha256"]:
        raise CorruptBackbone(f"{architecture}/{file} is not the file of its provenance.json")
    return model, provenance
