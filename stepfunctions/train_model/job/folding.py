"""Published EfficientNet-Lite weights, BatchNorm folded into the convolutions before it."""

import torch
from network import Conv, InvertedResidual, Lite, Stage
from torch import Tensor

_BATCH_NORM_EPSILON = 1e-3  # of tensorflow/tpu's EfficientNet; torch's own default is 1e-5


def folded(state: dict[str, Tensor], stages: tuple[Stage, ...]) -> Lite:
    """Build a network of these stages from the state that was published."""
    network = Lite(stages).eval()
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
