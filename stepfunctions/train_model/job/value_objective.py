"""Training of a task whose pictures have a number."""

from collections.abc import Sequence

import numpy as np
import torch
from example import Example
from numpy.typing import NDArray
from objective import Answers, Score, Targets
from oriel_vision.features import unchanged
from oriel_vision.units import Units
from oriel_vision.value_evaluation import measure_values
from oriel_vision.value_head import fit_value_head
from torch import Tensor
from torch.nn import functional


class ValueObjective:
    """Targets are float32 [n, 1], standardised; a smaller loss is better."""

    outputs = 1

    def __init__(self, units: Units) -> None:
        self.units = units

    def targets(self, examples: Sequence[Example]) -> Targets:
        """Take the values out of their units."""
        values = np.array([one.value for one in examples], np.float64)
        return self.units.standardised(values).astype(np.float32)[:, None]

    def probe(self, embeddings: NDArray[np.float32], targets: Targets) -> NDArray[np.floating]:
        """Solve a ridge regression."""
        return fit_value_head(embeddings, targets[:, 0], unchanged).weights

    def essential(self, targets: Targets) -> NDArray[np.int64]:
        """Return the pictures of the smallest and of the largest value."""
        return np.unique([targets.argmin(), targets.argmax()])

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Return the Huber loss: squared up to one standard deviation, then linear.

        A few values that were mistyped do not decide then.
        """
        return functional.huber_loss(answers.float(), targets)

    def score(self, answers: Answers, targets: Targets) -> Score:
        """Rank by the loss; tell the R2, which does not depend on the units."""
        with torch.no_grad():
            loss = float(self.loss(torch.from_numpy(answers), torch.from_numpy(targets)))
        return Score((-loss,), loss, {"r2": measure_values(answers, targets).r2})

    def right(self, answers: Answers, targets: Targets) -> None:  # noqa: ARG002 - near or far
        """Return None: a number is not right or wrong."""
        return

    def probabilities(self, answers: Answers, temperature: float) -> NDArray[np.float64]:  # noqa: ARG002
        """Return standardised values; there are no probabilities."""
        return self.units.standardised(answers)

    def temperature(self, answers: Answers, targets: Targets) -> float:  # noqa: ARG002 - no logits
        """Return 1: a value has no probability."""
        return 1.0
