"""The model that all servers serve: the shared int8 backbone, and a head of ten labels.

What the head says is of no use to anybody: its weights are random. Its work is that of a real one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel_vision.backbone import Backbone, read_backbone
from oriel_vision.decode import decode
from oriel_vision.head import head_to_bytes, logits
from oriel_vision.preprocess import to_input
from oriel_vision.softmax import softmax

BACKBONE = "lite0-int8"
LABELS = tuple(f"label {number}" for number in range(10))
SEED = 0
SPREAD = 0.05
"""Of the weights, so that probabilities come out neither all alike nor 0 and 1."""
TEMPERATURE = 1.0


@dataclass(frozen=True, slots=True)
class Served:
    """The model's files: `folder` holds model.onnx, head.npy and model.json."""

    folder: Path
    head: NDArray[np.float32]
    input_size: int

    @property
    def head_file(self) -> bytes:
        """The head as the models bucket holds it."""
        return head_to_bytes(self.head)


def make_model(folder: Path) -> Served:
    """Write the model's files."""
    network, provenance = read_backbone(BACKBONE)
    size, dim = provenance["input"]["shape"][1], provenance["output"]["shape"][1]
    weights = np.random.default_rng(SEED).normal(0, SPREAD, (dim + 1, len(LABELS)))
    served = Served(folder, weights.astype(np.float32), size)
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(network)
    (folder / "head.npy").write_bytes(served.head_file)
    (folder / "model.json").write_text(json.dumps({"input_size": size, "labels": LABELS}))
    return served


def expected(served: Served, pictures: Sequence[bytes]) -> list[dict[str, float]]:
    """Say what is right for each picture: the probability of each label."""
    backbone = Backbone.load(BACKBONE)
    answers = []
    for data in pictures:
        image = decode(data, max_pixels=MAX_PICTURE_PIXELS, target=served.input_size)
        rows = logits(served.head, backbone.embed(to_input(image, served.input_size)[None]))
        answers.append(dict(zip(LABELS, softmax(rows, TEMPERATURE)[0].tolist(), strict=True)))
    return answers
