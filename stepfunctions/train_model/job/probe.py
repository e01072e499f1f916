"""The linear probe that fine-tuning starts from.

A random classifier would first distort the features under it (Kumar et al. 2022,
arXiv:2202.10054); a probe also is a good model by itself where time allows nothing more.
"""

import numpy as np
import torch
from activations import Activations, plain_batches
from classifier import Classifier
from device import precision
from errors import TrainingImpossible
from examples import Examples
from numpy.typing import NDArray
from oriel_vision.head import fit_head
from oriel_vision.training_features import UnusableTrainingSet, unchanged

MOST_PICTURES = 20_000
"""The solver's work grows with the pictures, its result hardly any more."""


@torch.no_grad()
def start_from_probe(classifier: Classifier, examples: Examples, device: torch.device) -> None:
    """Set the last layer to a ridge regression on embeddings; raises TrainingImpossible."""
    embeddings, targets = _sample(
        _embeddings(classifier, examples.activations, device), examples.targets
    )
    try:
        head = fit_head(embeddings, targets, classifier.answer.out_features, unchanged)
    except UnusableTrainingSet as reason:
        raise TrainingImpossible(f"These pictures cannot be learned from: {reason}") from reason
    weights = torch.from_numpy(np.asarray(head.weights, np.float32) / np.float32(head.temperature))
    classifier.answer.weight.copy_(weights[:-1].T)
    classifier.answer.bias.copy_(weights[-1])


def _embeddings(
    classifier: Classifier, activations: Activations, device: torch.device
) -> NDArray[np.float32]:
    classifier.eval()
    with precision(device):
        parts = [classifier.embed(part).float().cpu() for part in plain_batches(activations)]
    return torch.cat(parts).numpy()


def _sample(
    embeddings: NDArray[np.float32], targets: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    if len(targets) <= MOST_PICTURES:
        return embeddings, targets
    # The first picture of each label stays, so that none is lost.
    _, firsts = np.unique(targets, return_index=True)
    others = np.random.default_rng(0).permutation(len(targets))[: MOST_PICTURES - len(firsts)]
    chosen = np.union1d(firsts, others)
    return embeddings[chosen], targets[chosen]
