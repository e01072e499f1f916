"""The open blocks as each process trains them on its part of a batch."""

from collections.abc import Callable

import processes
import torch
from classifier import Classifier
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class _Top(nn.Module):
    """What is trained, as a module of its own, since only a module's call averages gradients."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, activations: Tensor) -> Tensor:
        return self.classifier.top(activations)


def replicated(classifier: Classifier, device: torch.device) -> Callable[[Tensor], Tensor]:
    """Return `classifier.top` whose backward pass averages the gradients of all processes.

    All begin with the weights of the first one.
    """
    if processes.count() == 1:
        return classifier.top
    own = [device] if device.type == "cuda" else None
    return DistributedDataParallel(_Top(classifier), device_ids=own)
