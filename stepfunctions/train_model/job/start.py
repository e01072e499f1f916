"""Where every training starts: the backbone that comes with the vision package."""

from pathlib import Path

import oriel_vision
import torch
from classifier import Classifier
from network import load_backbone

BACKBONE = Path(oriel_vision.__file__).parent / "backbones" / "lite0" / "fp32.onnx"


def new_classifier(classes: int, frozen_blocks: int, device: torch.device) -> Classifier:
    """Return the backbone with a last layer that knows nothing yet."""
    classifier = Classifier(load_backbone(BACKBONE), classes, frozen_blocks)
    # Convolutions of few channels each are several times faster so, on CPUs and GPUs.
    classifier.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return classifier
