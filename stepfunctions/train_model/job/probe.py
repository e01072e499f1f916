"""The linear probe that fine-tuning starts from.

A random classifier would first distort the features under it (Kumar et al. 2022,
arXiv:2202.10054); a probe also is a good model by itself where time allows nothing more.
"""

import numpy as np
import processes
import torch
from activations import Activations, plain_batches
from classifier import Classifier
from device import precision
from errors import TrainingImpossible
from examples import Examples
from numpy.typing import NDArray
from objective import Objective, Targets
from oriel_vision.training_features import UnusableTrainingSet

MOST_PICTURES = 20_000
"""The solver's work grows with the pictures, its result hardly any more."""


@torch.no_grad()
def start_from_probe(
    classifier: Classifier, examples: Examples, objective: Objective, device: torch.device
) -> None:
    """Set the last layer to a ridge regression on embeddings; raises TrainingImpossible."""
    rows = _sampled(examples.targets, objective)
    embeddings = _embeddings(classifier, examples.activations, device)
    try:
        solved = objective.probe(embeddings[rows], examples.targets[rows])
    except UnusableTrainingSet as reason:
        raise TrainingImpossible(f"These pictures cannot be learned from: {reason}") from reason
    # Machines of other kinds would solve it to other last digits.
    weights = processes.told_by_first(torch.from_numpy(np.asarray(solved, np.float32)))
    classifier.answer.weight.copy_(weights[:-1].T)
    classifier.answer.bias.copy_(weights[-1])


def _embeddings(
    classifier: Classifier, activations: Activations, device: torch.device
) -> NDArray[np.float32]:
    classifier.eval()
    with precision(device):
        parts = [classifier.embed(part).float().cpu() for part in plain_batches(activations)]
    return processes.joined(parts)


def _sampled(targets: Targets, objective: Objective) -> NDArray[np.int64]:
    """Return the rows to solve for: all, or so many that no answer is lost."""
    if len(targets) <= MOST_PICTURES:
        return np.arange(len(targets))
    kept = objective.essential(targets)
    others = np.random.default_rng(0).permutation(len(targets))[: MOST_PICTURES - len(kept)]
    return np.union1d(kept, others)
