"""Logits of many pictures, and what they are worth."""

import numpy as np
import processes
import torch
from activations import Activations, plain_batches
from classifier import Classifier
from device import precision
from numpy.typing import NDArray
from oriel_vision.softmax import softmax


@torch.no_grad()
def logits_of(
    classifier: Classifier, activations: Activations, device: torch.device
) -> NDArray[np.float32]:
    """Return [n, outputs], one row a picture, in order."""
    classifier.eval()
    with precision(device):
        rows = [classifier.top(part).float().cpu() for part in plain_batches(activations)]
    return processes.joined(rows)


def accuracy(logits: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
    """Return the share of rows whose largest logit is the target's."""
    return float((logits.argmax(1) == targets).mean())


def surprise(logits: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
    """Return the mean negative log-likelihood of the targets in nats."""
    likelihoods = softmax(logits)[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(likelihoods, np.finfo(np.float64).tiny)).mean())
