"""Training of a task whose pictures each have one class."""

from collections.abc import Sequence

import numpy as np
import torch
from example import Example
from numpy.typing import NDArray
from objective import Answers, Score, Targets
from oriel_vision.calibration import fit_temperature
from oriel_vision.class_head import fit_head
from oriel_vision.features import unchanged
from oriel_vision.softmax import softmax
from scoring import accuracy, surprise
from torch import Tensor
from torch.nn import functional


class ClassObjective:
    """Targets are int64 [n], the column of the class; more right answers are better."""

    units = None

    def __init__(
        self, classes: int, label_smoothing: float = 0.0, counts: Sequence[int] | None = None
    ) -> None:
        """`counts` are the training pictures of each class; without them all weigh the same."""
        self.outputs, self._label_smoothing = classes, label_smoothing
        self._weights = None if counts is None else _weights(torch.tensor(counts).float())

    def targets(self, examples: Sequence[Example]) -> Targets:
        """Return the column of each picture's only label."""
        return np.array([column for one in examples for column in one.columns], np.int64)

    def probe(self, embeddings: NDArray[np.float32], targets: Targets) -> NDArray[np.floating]:
        """Solve a ridge regression and divide it by its temperature."""
        head = fit_head(embeddings, targets, self.outputs, unchanged)
        return head.weights / np.float32(head.temperature)

    def essential(self, targets: Targets) -> NDArray[np.int64]:
        """Return the first picture of each class."""
        firsts: NDArray[np.int64] = np.unique(targets, return_index=True)[1]
        return firsts

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Return the cross entropy to smoothed targets; a rare class weighs more a picture."""
        weights = None if self._weights is None else self._weights.to(answers.device)
        # Divided by the pictures and not by their weights, so that parts of a batch can be added.
        return functional.cross_entropy(
            *(answers.float(), targets, weights),
            label_smoothing=self._label_smoothing,
            reduction="none",
        ).mean()

    def score(self, answers: Answers, targets: Targets) -> Score:
        """Rank by right answers; as many, and surer of them."""
        right, loss = accuracy(answers, targets), surprise(answers, targets)
        return Score((right, -loss), loss, {"accuracy": right})

    def right(self, answers: Answers, targets: Targets) -> NDArray[np.bool_]:
        """Say which pictures' best label is theirs."""
        return np.asarray(answers.argmax(axis=1) == targets)

    def probabilities(self, answers: Answers, temperature: float) -> NDArray[np.float64]:
        """Return the softmax."""
        return softmax(answers, temperature)

    def temperature(self, answers: Answers, targets: Targets) -> float:
        """Return the temperature of the softmax."""
        return fit_temperature(answers, targets)


def _weights(counts: Tensor) -> Tensor:
    """Return what a picture of each class weighs, 1 in the mean of all pictures.

    All pictures of a class together weigh the root of their number, as in a head.
    """
    return counts.rsqrt() * counts.sum() / counts.sqrt().sum()
