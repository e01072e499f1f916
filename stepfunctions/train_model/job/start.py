"""Where every training starts: a backbone as it was published."""

import backbones
import torch
from classifier import Classifier
from oriel_vision.units import Units


def new_classifier(  # noqa: PLR0913 - what a classifier is made of
    outputs: int,
    frozen_blocks: int,
    device: torch.device,
    units: Units | None = None,
    dropout: float = 0.0,
    *,
    backbone: str = backbones.USUAL,
) -> Classifier:
    """Return a backbone with a last layer that knows nothing yet; raises TrainingImpossible."""
    classifier = Classifier(backbones.load(backbone), outputs, frozen_blocks, units, dropout)
    # Convolutions of few channels each are several times faster so, on CPUs and GPUs.
    classifier.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return classifier
