"""Where every training starts: the backbone that comes with the vision package."""

from pathlib import Path

import oriel_vision
import torch
from classifier import Classifier
from network import load_backbone
from oriel_vision.units import Units

BACKBONE = Path(oriel_vision.__file__).parent / "backbones" / "lite0" / "fp32.onnx"


def new_classifier(
    outputs: int,
    frozen_blocks: int,
    device: torch.device,
    units: Units | None = None,
    dropout: float = 0.0,
) -> Classifier:
    """Return the backbone with a last layer that knows nothing yet."""
    classifier = Classifier(load_backbone(BACKBONE), outputs, frozen_blocks, units, dropout)
    # Convolutions of few channels each are several times faster so, on CPUs and GPUs.
    classifier.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return classifier
