"""What a network is trained for; it depends on the type of the task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from example import Example
from numpy.typing import NDArray
from oriel_vision.units import Units
from torch import Tensor

Targets: TypeAlias = NDArray[Any]
"""One row a picture, in the form that the objective itself made."""
Answers: TypeAlias = NDArray[np.float32]
"""What the last layer gives: [n, outputs]."""


@dataclass(frozen=True, slots=True)
class Score:
    """What answers to pictures that were not trained on are worth.

    Of two scores the one of the larger `rank` is better. `figures` are what a person is told.
    """

    rank: tuple[float, ...]
    loss: float
    figures: Mapping[str, float | None]

    def to_report(self) -> dict[str, float | None]:
        """Write everything but the rank."""
        return {**self.figures, "loss": self.loss}


class Objective(Protocol):
    """Targets, loss and score of one task."""

    outputs: int
    units: Units | None
    """What the last layer's answers have to be brought back to; None where they are logits."""

    def targets(self, examples: Sequence[Example]) -> Targets:
        """Return the right answers, one row a picture."""

    def probe(self, embeddings: NDArray[np.float32], targets: Targets) -> NDArray[np.floating]:
        """Solve weights [dim + 1, outputs] of the last layer; raises UnusableTrainingSet."""

    def essential(self, targets: Targets) -> NDArray[np.int64]:
        """Return rows without which some answer could not be learned."""

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Return the mean of what training makes small."""

    def score(self, answers: Answers, targets: Targets) -> Score:
        """Measure answers; there is at least one."""

    def right(self, answers: Answers, targets: Targets) -> NDArray[np.bool_] | None:
        """Say which pictures are answered rightly; None where no one label is the answer."""

    def probabilities(self, answers: Answers, temperature: float) -> NDArray[np.float64]:
        """Return what the answers mean: [n, outputs], standardised values in regression."""

    def temperature(self, answers: Answers, targets: Targets) -> float:
        """Return what makes probabilities of logits hold on these pictures, 1 for values."""
