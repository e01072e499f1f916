"""EfficientNet-Lite in torch, with BatchNorm folded into biased convolutions.

Training starts from exactly the numbers that serving embeds with: the weights are read out of the
backbone's ONNX file, whose initializers carry the names of this module's parameters. Folding
freezes BatchNorm's statistics, so a network can be fine-tuned on small batches; the price is that
one that should learn from random weights could not use this class.

Architecture: Tan and Le 2019 (arXiv:1905.11946), the Lite variants of tensorflow/tpu: no
squeeze-and-excitation, ReLU6 instead of swish, stem and head of fixed width.
"""

from pathlib import Path
from typing import NamedTuple

import onnx
import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own code uses
from onnx import numpy_helper
from torch import Tensor, nn

STEM_CHANNELS = 32
EMBEDDING_DIM = 1280
PIXEL_MEAN = 127.0
PIXEL_SCALE = 1 / 128


class Stage(NamedTuple):
    """Equal blocks in a row; only the first one strides and changes the channels."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels: int


LITE0 = (
    Stage(blocks=1, kernel=3, stride=1, expansion=1, channels=16),
    Stage(blocks=2, kernel=3, stride=2, expansion=6, channels=24),
    Stage(blocks=2, kernel=5, stride=2, expansion=6, channels=40),
    Stage(blocks=3, kernel=3, stride=2, expansion=6, channels=80),
    Stage(blocks=3, kernel=5, stride=1, expansion=6, channels=112),
    Stage(blocks=4, kernel=5, stride=2, expansion=6, channels=192),
    Stage(blocks=1, kernel=3, stride=1, expansion=6, channels=320),
)
"""Made for 224 px; other sizes work where they are multiples of 32."""
# Deeper by 1.1, then deeper by 1.2 and wider by 1.1; made for 240 and 260 px. Numbers of blocks are
# rounded up and of channels to multiples of 8; the first and the last stage keep their depth.
_DEEPER = (1, 3, 3, 4, 4, 5, 1)
_WIDER = (16, 24, 48, 88, 120, 208, 352)
LITE1 = tuple(stage._replace(blocks=blocks) for stage, blocks in zip(LITE0, _DEEPER, strict=True))
LITE2 = tuple(stage._replace(channels=wide) for stage, wide in zip(LITE1, _WIDER, strict=True))


class Conv(nn.Conv2d):
    """Biased convolution with TensorFlow's SAME padding of even inputs, ReLU6 unless linear."""

    def __init__(  # noqa: PLR0913 - what a convolution is made of
        self,
        channels_in: int,
        channels_out: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        inside = kernel // 2 if stride == 1 else 0
        super().__init__(
            channels_in, channels_out, kernel, stride=stride, padding=inside, groups=groups
        )
        self.linear = linear
        before, after = (kernel - 2) // 2, (kernel - 1) // 2
        self.same_padding = None if stride == 1 else (before, after, before, after)

    def forward(self, x: Tensor) -> Tensor:
        """Map float [n, channels_in, h, w] to [n, channels_out, h/stride, w/stride]."""
        if self.same_padding is not None:
            # With the value spelled out ONNX Runtime fuses the pad into the convolution.
            x = F.pad(x, self.same_padding, "constant", 0.0)
        y = super().forward(x)
        return y if self.linear else F.relu6(y, inplace=True)


class InvertedResidual(nn.Module):
    """Expand, filter each channel by itself, project; a skip where shapes allow it."""

    def __init__(self, channels_in: int, stage: Stage, stride: int) -> None:
        super().__init__()
        hidden = channels_in * stage.expansion
        self.expand = Conv(channels_in, hidden) if stage.expansion > 1 else nn.Identity()
        self.depthwise = Conv(hidden, hidden, kernel=stage.kernel, stride=stride, groups=hidden)
        self.project = Conv(hidden, stage.channels, linear=True)
        self.skip = stride == 1 and channels_in == stage.channels

    def forward(self, x: Tensor) -> Tensor:
        """Map float [n, channels_in, h, w] to [n, stage.channels, h/stride, w/stride]."""
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.skip else y


class Lite(nn.Module):
    """The backbone: pictures in, embeddings out, cut open between any two blocks."""

    def __init__(self, stages: tuple[Stage, ...] = LITE0) -> None:
        super().__init__()
        self.stem = Conv(3, STEM_CHANNELS, kernel=3, stride=2)
        blocks, channels = [], STEM_CHANNELS
        for stage in stages:
            for index in range(stage.blocks):
                stride = stage.stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, stage, stride))
                channels = stage.channels
        self.blocks = nn.ModuleList(blocks)
        self.head = Conv(channels, EMBEDDING_DIM)
        self.dim = EMBEDDING_DIM

    def trunk(self, pixels: Tensor, blocks: int) -> Tensor:
        """Run the stem and the first `blocks` blocks on RGB uint8 [n, h, w, 3]."""
        x = (pixels.permute(0, 3, 1, 2).float() - PIXEL_MEAN) * PIXEL_SCALE
        x = self.stem(x)
        for block in self.blocks[:blocks]:
            x = block(x)
        return x

    def features(self, activations: Tensor, blocks: int) -> Tensor:
        """Finish what `trunk` began with the same `blocks`: a feature map [n, 1280, h, w]."""
        x = activations
        for block in self.blocks[blocks:]:
            x = block(x)
        features: Tensor = self.head(x)
        return features

    def top(self, activations: Tensor, blocks: int) -> Tensor:
        """Return the mean of `features` over all places: float embeddings [n, 1280]."""
        return self.features(activations, blocks).mean((2, 3))

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed RGB uint8 [n, h, w, 3] as float [n, 1280]."""
        return self.top(self.trunk(pixels, len(self.blocks)), len(self.blocks))


def load_backbone(onnx_path: Path) -> Lite:
    """Build the network with the weights of a backbone's fp32 ONNX file.

    Raises RuntimeError where the file lacks a parameter or has it in another shape.
    """
    network = Lite()
    wanted = network.state_dict()
    found = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in onnx.load(onnx_path).graph.initializer
        if tensor.name in wanted
    }
    network.load_state_dict(found)
    return network
