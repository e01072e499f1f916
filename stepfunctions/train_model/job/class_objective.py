"""Training of a task whose pictures each have one class."""

from collections.abc import Sequence

import numpy as np
from example import Example
from numpy.typing import NDArray
from objective import Answers, Score, Targets
from oriel_vision.calibration import fit_temperature
from oriel_vision.head import fit_head
from oriel_vision.training_features import unchanged
from scoring import accuracy, surprise
from torch import Tensor
from torch.nn import functional


class ClassObjective:
    """Targets are int64 [n], the column of the class; more right answers are better."""

    units = None

    def __init__(self, classes: int, label_smoothing: float = 0.0) -> None:
        self.outputs, self._label_smoothing = classes, label_smoothing

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
        """Return the cross entropy to smoothed targets."""
        return functional.cross_entropy(answers, targets, label_smoothing=self._label_smoothing)

    def score(self, answers: Answers, targets: Targets) -> Score:
        """Rank by right answers; as many, and surer of them."""
        right, loss = accuracy(answers, targets), surprise(answers, targets)
        return Score((right, -loss), loss, {"accuracy": right})

    def temperature(self, answers: Answers, targets: Targets) -> float:
        """Return the temperature of the softmax."""
        return fit_temperature(answers, targets)
