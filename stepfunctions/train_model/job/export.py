"""Writes the trained network as ONNX, and proves that it answers as it did in training."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from activations import Pixels
from classifier import Classifier
from errors import TrainingImpossible
from explained import Explained
from numpy.typing import NDArray
from objective import Answers
from oriel_vision.network import Network

Meaning: TypeAlias = NDArray[np.float64]

OPSET = 17
TOLERANCE = 1e-3
"""In logits, beside as much of the logit itself; values are standardised for it."""
MOST_PARITY = 1e-4
"""In probabilities."""
SINGLE_PRECISION = 1e-6
"""What a value that is large beside the spread of all values loses by its size."""


def export(classifier: Classifier, input_size: int, file: Path) -> None:
    """Write uint8 "image" [n, size, size, 3] -> float32 "logits" [n, outputs] and "evidence".

    The logits of a regression are the values, in their units. The evidence [n, outputs, h, w] says
    how much each place of the picture adds to them.
    """
    example = torch.zeros(1, input_size, input_size, 3, dtype=torch.uint8)
    with warnings.catch_warnings():
        # torch recommends its other exporter, which needs one more package, and says that it leaves
        # the paddings to ONNX Runtime to fold.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Constant folding", UserWarning)
        torch.onnx.export(
            Explained(classifier.cpu()).eval(),
            (example,),
            str(file),
            dynamo=False,
            opset_version=OPSET,
            input_names=["image"],
            output_names=["logits", "evidence"],
            dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}, "evidence": {0: "n"}},
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """The network's logits of a few pictures, and how far what they mean lies from torch's.

    `parity` is the largest difference of a probability, or of a value in standard deviations.
    """

    logits: NDArray[np.float32]
    parity: float


def prove(
    classifier: Classifier, file: Path, pixels: Pixels, meaning: Callable[[Answers], Meaning]
) -> Proof:
    """Let ONNX Runtime answer pixels [n, size, size, 3]; `meaning` makes probabilities of logits.

    Raises TrainingImpossible unless torch answers alike, both in single precision.
    """
    with torch.no_grad():
        expected = classifier(torch.from_numpy(np.array(pixels))).numpy()
    got: NDArray[np.float32] = Network(file.read_bytes(), pixels.shape[1]).logits(pixels)
    parity = float(np.abs(meaning(got) - meaning(expected)).max())
    close = (np.abs(got - expected) <= _tolerance(classifier, expected)).all()
    if not close or (classifier.units is None and not parity <= MOST_PARITY):
        raise TrainingImpossible(
            "The exported network answers differently than the trained one; train again"
        )
    return Proof(got, parity)


def _tolerance(classifier: Classifier, expected: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much each answer may differ."""
    if classifier.units is None:
        return TOLERANCE * (1 + np.abs(expected))
    away = np.abs(expected - classifier.units.offset)
    return TOLERANCE * (classifier.units.scale + away) + SINGLE_PRECISION * np.abs(expected)
