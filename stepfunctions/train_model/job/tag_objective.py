"""Training of a task whose pictures have any number of tags."""

from collections.abc import Sequence

import numpy as np
from example import Example
from numpy.typing import NDArray
from objective import Answers, Score, Targets
from oriel_vision.calibration import fit_temperature
from oriel_vision.features import unchanged
from oriel_vision.sigmoid import sigmoid
from oriel_vision.tag_evaluation import measure_tags
from oriel_vision.tag_head import fit_tag_head
from torch import Tensor
from torch.nn import functional


class TagObjective:
    """Targets are float32 [n, tags], 1 where a picture has the tag; a smaller loss is better."""

    units = None

    def __init__(self, tags: int) -> None:
        self.outputs = tags

    def targets(self, examples: Sequence[Example]) -> Targets:
        """Mark each picture's columns."""
        carried = np.zeros((len(examples), self.outputs), np.float32)
        for row, example in enumerate(examples):
            carried[row, list(example.columns)] = 1
        return carried

    def probe(self, embeddings: NDArray[np.float32], targets: Targets) -> NDArray[np.floating]:
        """Solve a calibrated ridge regression for each tag."""
        return fit_tag_head(embeddings, targets > 0, unchanged).weights

    def essential(self, targets: Targets) -> NDArray[np.int64]:
        """Return the first picture with and the first without each tag."""
        return np.unique(np.concatenate([targets.argmax(axis=0), targets.argmin(axis=0)]))

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Return the cross entropy of all yes-or-no questions."""
        return functional.binary_cross_entropy_with_logits(answers, targets)

    def score(self, answers: Answers, targets: Targets) -> Score:
        """Rank by the loss: right decisions hardly tell models apart where tags are rare."""
        logits = answers.astype(np.float64)
        loss = float((np.logaddexp(0, logits) - targets * logits).mean())
        found = measure_tags(answers, targets > 0)
        known = [one for one in found.precisions if one is not None]
        precision = float(np.mean(known)) if known else None
        figures = {"accuracy": found.right, "mean_average_precision": precision}
        return Score((-loss,), loss, figures)

    def right(self, answers: Answers, targets: Targets) -> None:  # noqa: ARG002 - many answers
        """Return None: a picture has as many answers as there are tags."""
        return

    def probabilities(self, answers: Answers, temperature: float) -> NDArray[np.float64]:
        """Return the sigmoid of each."""
        return sigmoid(answers, temperature)

    def temperature(self, answers: Answers, targets: Targets) -> float:
        """Return one temperature for all tags: rare ones have too few pictures for their own.

        A sigmoid is a softmax over the logit and 0.
        """
        questions = np.stack([answers.ravel(), np.zeros(answers.size, np.float32)], axis=1)
        return fit_temperature(questions, np.where(targets.ravel() > 0, 0, 1))
